// SPDX-License-Identifier: Apache-2.0
// One holder of a file across threads and processes; the system lets go of it when the holder dies.
#pragma once

#include <filesystem>
#include <stop_token>

#include "bot/base/error.h"

namespace kedge::adapters::git {

class FileLock {
 public:
  /// Waits until the lock is free or stop is requested. Errors: unavailable (stopped, or the file cannot be
  /// made).
  static Result<FileLock> take(const std::filesystem::path& file, std::stop_token stop);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace kedge::adapters::git
