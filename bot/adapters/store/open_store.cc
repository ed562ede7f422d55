// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "bot/adapters/store/migrate.h"
#include "bot/adapters/store/sqlite_store.h"
#include "bot/adapters/store/store.h"

namespace kedge::store {
namespace {

constexpr std::string_view kMemory = "sqlite::memory:";
constexpr std::string_view kFile = "sqlite://";

/// The address without what may be a password: it ends up in messages.
std::string_view scheme_of(std::string_view url) {
  return url.substr(0, url.find(':'));
}

Result<void> prepare_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (!error)
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all,
                                 std::filesystem::perm_options::replace, error);
  if (error)
    return fail(Errc::unavailable, "cannot make the folder {}: {}", folder.string(), error.message());
  return {};
}

/// The file exists afterwards, for its owner alone; SQLite gives its -wal and -shm files the same mode. An
/// existing file is never opened here: closing it again would drop the locks that this process holds on it.
Result<void> prepare_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
    return {};
  }
  const int code = errno;
  if (code != EEXIST)
    return fail(Errc::unavailable, "cannot make the file: {}", std::generic_category().message(code));
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && (found.st_mode & 077U) != 0U &&
      ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0)
    return fail(Errc::unavailable, "cannot keep the file from other users: {}",
                std::generic_category().message(errno));
  return {};
}

Result<std::unique_ptr<ports::Store>> open_memory() {
  KEDGE_TRY(connection, Connection::open(":memory:"));
  KEDGE_CHECK(migrate(*connection, migrations()));
  return std::make_unique<SqliteStore>(std::move(connection), nullptr, "");
}

Result<std::unique_ptr<ports::Store>> open_file(const std::string& path) {
  KEDGE_CHECK(prepare_folder(std::filesystem::path(path).parent_path()));
  KEDGE_CHECK(prepare_file(path));
  KEDGE_TRY(writer, Connection::open(path));
  KEDGE_CHECK(migrate(*writer, migrations()));
  KEDGE_TRY(reader, Connection::open(path));
  return std::make_unique<SqliteStore>(std::move(writer), std::move(reader), path + ".owner");
}

}  // namespace

Result<std::unique_ptr<ports::Store>> open_store(const std::string& database_url) {
  const auto named = [&](Result<std::unique_ptr<ports::Store>> result, std::string_view what) {
    if (!result)
      result.error().message = fmt::format("cannot open store {}: {}", what, result.error().message);
    return result;
  };
  const std::string_view url = database_url;
  if (url == kMemory) return named(open_memory(), url);
  if (url.starts_with(kFile) && url.substr(kFile.size()).starts_with('/'))
    return named(open_file(std::string(url.substr(kFile.size()))), url);
  if (url.starts_with("postgresql:") || url.starts_with("postgres:"))
    return fail(Errc::invalid,
                "cannot open store: PostgreSQL comes with a later version; set KEDGE_DATABASE_URL to "
                "sqlite:///absolute/path");
  return fail(Errc::invalid,
              "cannot open store: an address `{}:…` is not understood; set KEDGE_DATABASE_URL to "
              "sqlite:///absolute/path",
              scheme_of(url));
}

}  // namespace kedge::store
