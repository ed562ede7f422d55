// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <utility>

namespace kedge::adapters::git {
namespace {

constexpr Duration kAskAgain{20};

tl::unexpected<Error> not_taken(const std::filesystem::path& file, std::string_view cause) {
  return pass({.code = Errc::unavailable,
               .message = fmt::format("cannot lock {}: {}", file.string(), cause),
               .certainly_not_done = true});
}

/// The file's content is only for the message: it may be an earlier holder's for a moment.
void sign(int descriptor) {
  const std::string pid = std::to_string(::getpid());
  const bool written =
      ::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.data(), pid.size(), 0) >= 0;
  static_cast<void>(written);
}

std::string holder_of(int descriptor) {
  std::array<char, 20> pid{};
  const ssize_t count = ::pread(descriptor, pid.data(), pid.size(), 0);
  if (count <= 0) return "another process";
  const std::string holder(pid.data(), static_cast<std::size_t>(count));
  return holder == std::to_string(::getpid()) ? "another thread of this process" : "process " + holder;
}

/// Whoever waits shares the lock of this file, so that a holder with time to spare can see it.
std::filesystem::path wanted_file(const std::filesystem::path& file) {
  return file.string() + ".wanted";
}

}  // namespace

bool FileLock::is_wanted(const std::filesystem::path& file) {
  const FileLock probe(::open(wanted_file(file).c_str(), O_RDWR | O_CLOEXEC));
  return probe.descriptor_ >= 0 && ::flock(probe.descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Result<FileLock> FileLock::take(const std::filesystem::path& file, Duration wait_max, std::stop_token stop) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return not_taken(file, std::strerror(errno));
  FileLock lock(descriptor);
  FileLock waiting(-1);
  std::mutex mutex;
  std::condition_variable_any never;
  // Asked again and again, since waiting inside flock() could not be stopped.
  for (Duration waited{0}; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; waited += kAskAgain) {
    if (errno != EWOULDBLOCK && errno != EINTR) return not_taken(file, std::strerror(errno));
    if (wait_max > Duration{0}) {
      if (waiting.descriptor_ < 0) {
        waiting.descriptor_ = ::open(wanted_file(file).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      }
      static_cast<void>(::flock(waiting.descriptor_, LOCK_SH | LOCK_NB));
    }
    if (waited >= wait_max) {
      return not_taken(file, fmt::format("{} works on it, and {} s were not enough to wait",
                                         holder_of(descriptor), wait_max / std::chrono::seconds{1}));
    }
    std::unique_lock guard(mutex);
    never.wait_for(guard, stop, kAskAgain, [] { return false; });
    if (stop.stop_requested()) return not_taken(file, "stopping");
  }
  sign(descriptor);
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
