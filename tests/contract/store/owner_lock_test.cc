// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/owner_lock.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "tests/support/scratch.h"

namespace kedge::store {
namespace {

/// Holds the lock in the name of that process, as what it started may.
class Holder {
 public:
  Holder(const std::string& path, pid_t process)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    EXPECT_EQ(::flock(file_, LOCK_EX), 0);
    const std::string name = std::to_string(process);
    EXPECT_EQ(::pwrite(file_, name.data(), name.size(), 0), static_cast<ssize_t>(name.size()));
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() { let_go(); }
  void let_go() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

 private:
  int file_;
};

pid_t dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return child;
}

TEST(OwnerLock, OfALivingProcessIsRefusedAtOnceAndNamesIt) {
  const test::ScratchDir scratch;
  const std::string path = scratch.path() / "kedge.db.owner";
  const Holder holder(path, ::getpid());
  OwnerLock lock(path);
  const Result<void> taken = lock.take();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::conflict);
  EXPECT_THAT(taken.error().message, ::testing::HasSubstr("process " + std::to_string(::getpid())));
}

TEST(OwnerLock, ThatADeadProcessLeftToItsChildIsAwaited) {
  const test::ScratchDir scratch;
  const std::string path = scratch.path() / "kedge.db.owner";
  Holder holder(path, dead_process());
  OwnerLock lock(path);
  Result<void> taken;
  std::thread starting([&] { taken = lock.take(); });
  holder.let_go();
  starting.join();
  EXPECT_TRUE(taken) << taken.error().message;
}

}  // namespace
}  // namespace kedge::store
