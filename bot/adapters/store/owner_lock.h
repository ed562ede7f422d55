// SPDX-License-Identifier: Apache-2.0
// One process serves a database file: it holds a lock on `<file>.owner` until it ends, however it ends.
#pragma once

#include <string>

#include "bot/base/error.h"

namespace kedge::store {

class OwnerLock {
 public:
  /// An empty path locks nothing: a database in memory has no other process.
  explicit OwnerLock(std::string path) : path_(std::move(path)) {}
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;
  ~OwnerLock();

  /// Does nothing where it is held already. Waits at most five seconds, and only where the holder is dead:
  /// what it was starting when it was killed lets go in a moment. Errors: conflict (another process holds it;
  /// its number is named), unavailable.
  Result<void> take();

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace kedge::store
