// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "bot/adapters/store/migrate.h"
#include "bot/adapters/store/store.h"

namespace kedge::store {

Result<Facts> inspect_store(const std::string& database_url) {
  constexpr std::string_view kFile = "sqlite://";
  if (!database_url.starts_with(kFile))
    return fail(Errc::invalid, "cannot look into the store: its address is not sqlite:///absolute/path");
  const std::string path = database_url.substr(kFile.size());
  std::error_code ignored;
  Facts facts{.path = path, .schema_known = migrations().back().version};
  facts.exists = std::filesystem::exists(path, ignored);
  if (!facts.exists) return facts;
  KEDGE_TRY(connection, Connection::open(path));
  {
    KEDGE_TRY(version, connection->prepare("SELECT max(version) FROM schema_version"));
    KEDGE_TRY(row, version.next());
    if (row) facts.schema = version.integer(0);
  }
  if (facts.schema != facts.schema_known) return facts;
  {
    KEDGE_TRY(newest, connection->prepare("SELECT max(received_at) FROM inbox"));
    KEDGE_TRY(row, newest.next());
    if (row && !newest.is_null(0)) facts.last_received = newest.time(0);
  }
  // Takes the writer's lock and gives it back: fails where the disk or the file is not to be written.
  KEDGE_CHECK(connection->execute("BEGIN IMMEDIATE"));
  KEDGE_CHECK(connection->execute("ROLLBACK"));
  return facts;
}

}  // namespace kedge::store
