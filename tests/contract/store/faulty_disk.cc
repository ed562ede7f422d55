// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store/faulty_disk.h"

#include <sqlite3.h>

#include <cstdlib>

namespace kedge::store::test {
namespace {

FaultyDisk* the_disk = nullptr;
sqlite3_vfs the_vfs;
sqlite3_io_methods the_methods;

/// The system's file lies behind ours, in the memory that SQLite gives us.
constexpr int kOurBytes = 16;
static_assert(sizeof(sqlite3_file) <= kOurBytes);

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kOurBytes);
}

template <auto Method, typename... Args>
int forward(sqlite3_file* file, Args... args) {
  return (real(file)->pMethods->*Method)(real(file), args...);
}

int read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (the_disk->strikes(Fault::read_error)) return SQLITE_IOERR_READ;
  return real(file)->pMethods->xRead(real(file), to, size, offset);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (the_disk->strikes(Fault::full)) return SQLITE_FULL;
  if (the_disk->strikes(Fault::write_error)) return SQLITE_IOERR_WRITE;
  return real(file)->pMethods->xWrite(real(file), from, size, offset);
}

int sync(sqlite3_file* file, int flags) {
  if (the_disk->strikes(Fault::sync_error)) return SQLITE_IOERR_FSYNC;
  return real(file)->pMethods->xSync(real(file), flags);
}

sqlite3_io_methods make_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;  // Without memory-mapped pages (version 3), so that every read passes here.
  methods.xClose = forward<&sqlite3_io_methods::xClose>;
  methods.xRead = read;
  methods.xWrite = write;
  methods.xTruncate = forward<&sqlite3_io_methods::xTruncate, sqlite3_int64>;
  methods.xSync = sync;
  methods.xFileSize = forward<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
  methods.xLock = forward<&sqlite3_io_methods::xLock, int>;
  methods.xUnlock = forward<&sqlite3_io_methods::xUnlock, int>;
  methods.xCheckReservedLock = forward<&sqlite3_io_methods::xCheckReservedLock, int*>;
  methods.xFileControl = forward<&sqlite3_io_methods::xFileControl, int, void*>;
  methods.xSectorSize = forward<&sqlite3_io_methods::xSectorSize>;
  methods.xDeviceCharacteristics = forward<&sqlite3_io_methods::xDeviceCharacteristics>;
  methods.xShmMap = forward<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>;
  methods.xShmLock = forward<&sqlite3_io_methods::xShmLock, int, int, int>;
  methods.xShmBarrier = [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); };
  methods.xShmUnmap = forward<&sqlite3_io_methods::xShmUnmap, int>;
  return methods;
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto* system = static_cast<sqlite3_vfs*>(vfs->pAppData);
  file->pMethods = nullptr;
  const int code = system->xOpen(system, name, real(file), flags, flags_out);
  if (real(file)->pMethods != nullptr) file->pMethods = &the_methods;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() : system_(sqlite3_vfs_find(nullptr)) {
  the_disk = this;
  the_methods = make_methods();
  the_vfs = *system_;
  the_vfs.zName = "faulty";
  the_vfs.pNext = nullptr;
  the_vfs.pAppData = system_;
  the_vfs.szOsFile = system_->szOsFile + kOurBytes;
  the_vfs.xOpen = open;
  if (sqlite3_vfs_register(&the_vfs, 1) != SQLITE_OK) std::abort();
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&the_vfs);
  sqlite3_vfs_register(system_, 1);
  the_disk = nullptr;
}

void FaultyDisk::fail(Fault fault, int after) {
  after_ = after;
  failed_ = 0;
  fault_ = fault;
}

bool FaultyDisk::strikes(Fault fault) {
  if (fault_ != fault || after_-- > 0) return false;
  ++failed_;
  return true;
}

}  // namespace kedge::store::test
