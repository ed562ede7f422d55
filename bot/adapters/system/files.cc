// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace kedge::adapters::system {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  /// The result of close(2), which may be the first to tell of a failed write.
  [[nodiscard]] bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

Errc code_of(int number) {
  switch (number) {
    case ENOENT:
      return Errc::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return Errc::denied;
    case EISDIR:
    case ENOTDIR:
    case EEXIST:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
      return Errc::invalid;
    default:
      return Errc::unavailable;
  }
}

tl::unexpected<Error> cannot(std::string_view verb, const std::string& path, int number) {
  return fail(code_of(number), "cannot {} {}: {}", verb, path, std::generic_category().message(number));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return cannot("read", path, errno);
  std::string bytes;
  char piece[16 * 1024];
  while (true) {
    const ssize_t got = ::read(file.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(piece, static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max)
      return fail(Errc::invalid, "cannot read {}: it is longer than {} bytes", path, bytes_max);
  }
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string folder = folder_of(path);
  std::string name = path + ".XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (!file.open()) return cannot("write", path, errno);
  const bool written = write_all(file.get(), bytes) && ::fsync(file.get()) == 0;
  int number = written ? 0 : errno;
  if (!file.close() && number == 0) number = errno;
  if (number == 0 && ::rename(name.c_str(), path.c_str()) != 0) number = errno;
  if (number != 0) {
    ::unlink(name.c_str());
    return cannot("write", path, number);
  }
  // The rename itself is durable only when the folder is.
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.open()) ::fsync(directory.get());
  return {};
}

Result<void> make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (!part.empty() && ::mkdir(part.c_str(), 0700) != 0) {
      const int number = errno;
      struct stat status {};
      const bool is_folder = ::stat(part.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
      if (!is_folder) return cannot("make the folder", path, number);
    }
    if (end == std::string::npos) return {};
  }
}

}  // namespace kedge::adapters::system
