// SPDX-License-Identifier: Apache-2.0
// One holder of a file across threads and processes; the system lets go of it when the holder dies.
#pragma once

#include <filesystem>
#include <stop_token>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::git {

/// A worker waits no longer for a mirror that another one works on, be it a first fetch that takes longer:
/// the work is tried again later, and other repositories get their turn.
inline constexpr Duration kLockWaitMax = std::chrono::minutes{2};

class FileLock {
 public:
  /// Waits until the lock is free, `wait_max` is over or stop is requested. Errors: unavailable (somebody
  /// holds it, named by process id; stopped; the file cannot be made), certainly not done.
  static Result<FileLock> take(const std::filesystem::path& file, Duration wait_max, std::stop_token stop);

  /// True while somebody waits in take() for this file, in whichever process.
  static bool is_wanted(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace kedge::adapters::git
