// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/migrate.h"

namespace kedge::store {
namespace {

Result<std::int64_t> count(Connection& connection, std::string_view sql) {
  KEDGE_TRY(statement, connection.prepare(sql));
  KEDGE_TRY(row, statement.next());
  return row ? statement.integer(0) : 0;
}

/// 0: an empty database.
Result<std::int64_t> version_of(Connection& connection) {
  KEDGE_TRY(ours, count(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'"));
  if (ours > 0) return count(connection, "SELECT max(version) FROM schema_version");
  KEDGE_TRY(others, count(connection, "SELECT count(*) FROM sqlite_master"));
  if (others > 0) return fail(Errc::invalid, "the file is a database of another program");
  KEDGE_CHECK(
      connection.execute("CREATE TABLE schema_version (version BIGINT NOT NULL);"
                         "INSERT INTO schema_version VALUES (0)"));
  return 0;
}

}  // namespace

Result<void> migrate(Connection& connection, std::span<const Migration> known) {
  KEDGE_TRY(transaction, Transaction::begin(connection));
  KEDGE_TRY(version, version_of(connection));
  const std::int64_t newest = known.back().version;
  if (version > newest)
    return fail(Errc::invalid,
                "its schema has version {}, and this Kedge knows versions up to {}: run the newer Kedge, or "
                "restore the backup that was made before it",
                version, newest);
  for (const Migration& migration : known) {
    if (migration.version <= version) continue;
    KEDGE_CHECK(connection.execute(migration.sql));
    KEDGE_TRY(update, connection.prepare("UPDATE schema_version SET version = ?1"));
    KEDGE_CHECK(update.bind(migration.version).run());
  }
  return transaction.commit();
}

}  // namespace kedge::store
