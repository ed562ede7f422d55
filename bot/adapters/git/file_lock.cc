// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <utility>

namespace kedge::adapters::git {
namespace {
constexpr std::chrono::milliseconds kAskAgain{20};
}

Result<FileLock> FileLock::take(const std::filesystem::path& file, std::stop_token stop) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return fail(Errc::unavailable, "cannot open lock {}: {}", file.string(), std::strerror(errno));
  }
  FileLock lock(descriptor);
  std::mutex mutex;
  std::condition_variable_any never;
  // Asked again and again, since waiting inside flock() could not be stopped.
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return fail(Errc::unavailable, "cannot lock {}: {}", file.string(), std::strerror(errno));
    }
    std::unique_lock guard(mutex);
    never.wait_for(guard, stop, kAskAgain, [] { return false; });
    if (stop.stop_requested()) return fail(Errc::unavailable, "cannot lock {}: stopping", file.string());
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace kedge::adapters::git
