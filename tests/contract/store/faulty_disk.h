// SPDX-License-Identifier: Apache-2.0
// A disk that fails on demand: a SQLite VFS around the system's own. While it lives it is the process's
// default, so that open_store uses it without knowing.
#pragma once

#include <atomic>

struct sqlite3_vfs;

namespace kedge::store::test {

enum class Fault {
  none,
  full,         ///< Writing says that the disk is full.
  write_error,  ///< Writing fails.
  sync_error,   ///< Syncing fails, as a broken disk says it.
  read_error,   ///< Reading fails.
};

class FaultyDisk {
 public:
  FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;
  ~FaultyDisk();

  /// From the `after`th call of that kind on (0: the next), every such call fails.
  void fail(Fault fault, int after = 0);
  void heal() { fail(Fault::none); }
  /// How many calls failed since fail().
  [[nodiscard]] int failed() const { return failed_; }

  /// Called by the VFS: true if this call, which may fail by `fault`, has to.
  bool strikes(Fault fault);

 private:
  std::atomic<Fault> fault_ = Fault::none;
  std::atomic<int> after_ = 0;
  std::atomic<int> failed_ = 0;
  sqlite3_vfs* system_;
};

}  // namespace kedge::store::test
