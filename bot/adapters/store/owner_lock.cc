// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/owner_lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <utility>

namespace kedge::store {
namespace {

constexpr std::chrono::seconds kWaitForDead{5};
constexpr std::chrono::milliseconds kWaitStep{20};

/// What the holder wrote: its process number. It may be empty for a moment after the lock was taken.
std::string holder_of(int file) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(file, text.data(), text.size() - 1, 0);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : "unknown";
}

/// True where the holder is a process of this machine that is no more: what it started just before its end
/// holds the lock for a moment longer, until it becomes another program.
bool is_dead(const std::string& holder) {
  char* end = nullptr;
  const long process = std::strtol(holder.c_str(), &end, 10);
  return end != holder.c_str() && process > 0 && ::kill(static_cast<pid_t>(process), 0) != 0 &&
         errno == ESRCH;
}

/// Takes the lock, waiting a little for one that a dead process left behind. Else errno says why not.
bool lock(int file) {
  const auto over = std::chrono::steady_clock::now() + kWaitForDead;
  while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    const bool worth_it = code == EWOULDBLOCK && is_dead(holder_of(file));
    errno = code;
    if (!worth_it || std::chrono::steady_clock::now() >= over) return false;
    std::this_thread::sleep_for(kWaitStep);
  }
  return true;
}

}  // namespace

OwnerLock::~OwnerLock() {
  if (file_ >= 0) ::close(file_);
}

Result<void> OwnerLock::take() {
  if (path_.empty() || file_ >= 0) return {};
  const int file = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0)
    return fail(Errc::unavailable, "cannot open {}: {}", path_, std::generic_category().message(errno));
  if (!lock(file)) {
    const int code = errno;
    const std::string holder = holder_of(file);
    ::close(file);
    if (code == EWOULDBLOCK)
      return fail(Errc::conflict, "another server uses this store (process {}); one serves a database file",
                  holder);
    return fail(Errc::unavailable, "cannot lock {}: {}", path_, std::generic_category().message(code));
  }
  const std::string own = std::to_string(::getpid());
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, own.data(), own.size(), 0) < 0) {
    ::close(file);
    return fail(Errc::unavailable, "cannot write {}: {}", path_, std::generic_category().message(errno));
  }
  file_ = file;
  return {};
}

}  // namespace kedge::store
