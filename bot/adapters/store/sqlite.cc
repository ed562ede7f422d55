// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/sqlite.h"

#include <sqlite3.h>

namespace kedge::store {
namespace {

Errc code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // For SQL of our own: a table or column is not what the schema version says.
    case SQLITE_MISMATCH:
      return Errc::corrupt;
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_TOOBIG:
      return Errc::invalid;
    default:  // Busy, full, read-only, cannot open, out of memory, input or output failed.
      return Errc::unavailable;
  }
}

tl::unexpected<Error> failed(sqlite3* database, int code) {
  auto error = fail(code_of(code), "{} (SQLite code {})",
                    database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code),
                    database != nullptr ? sqlite3_extended_errcode(database) : code);
  return error;
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, ++bound_, value);
  if (code_ == SQLITE_OK) code_ = code;
  return *this;
}

// A null pointer would bind NULL, so an empty view gets an address. The bytes outlive the statement's use
// (see the header), so SQLite makes no copy.
Statement& Statement::bind(std::string_view text) {
  const int code = sqlite3_bind_text64(statement_, ++bound_, text.data() != nullptr ? text.data() : "",
                                       text.size(), nullptr, SQLITE_UTF8);
  if (code_ == SQLITE_OK) code_ = code;
  return *this;
}

Statement& Statement::bind_bytes(std::string_view bytes) {
  const int code = sqlite3_bind_blob64(statement_, ++bound_, bytes.data() != nullptr ? bytes.data() : "",
                                       bytes.size(), nullptr);
  if (code_ == SQLITE_OK) code_ = code;
  return *this;
}

Result<bool> Statement::next() {
  if (code_ != SQLITE_OK) return failed(nullptr, code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failed(sqlite3_db_handle(statement_), code);
}

Result<std::int64_t> Statement::run() {
  while (true) {
    KEDGE_TRY(more, next());
    if (!more) return sqlite3_changes64(sqlite3_db_handle(statement_));
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return failed(database, code);
  KEDGE_CHECK(connection->configure(path == ":memory:"));
  return connection;
}

Result<void> Connection::configure(bool in_memory) {
  sqlite3_extended_result_codes(database_, 1);
  sqlite3_busy_timeout(database_, static_cast<int>(kBusyTimeout.count()));
  // The page size has to be known before the first page is written. FULL syncs the log at each commit:
  // NORMAL, the usual advice for WAL, loses acknowledged deliveries in a power cut.
  KEDGE_CHECK(execute("PRAGMA trusted_schema=OFF; PRAGMA page_size=8192"));
  if (!in_memory) {
    KEDGE_TRY(mode, prepare("PRAGMA journal_mode=WAL"));
    KEDGE_TRY(row, mode.next());
    if (!row || mode.text(0) != "wal")
      return fail(Errc::unavailable, "its file system does not allow SQLite's write-ahead log");
  }
  return execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000; PRAGMA temp_store=MEMORY");
}

Connection::~Connection() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

Result<Statement> Connection::prepare(std::string_view sql) {
  if (const auto found = prepared_.find(sql); found != prepared_.end()) return Statement(found->second);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failed(database_, code);
  prepared_.emplace(sql, statement);
  return Statement(statement);
}

Result<void> Connection::execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(database_, code);
  return {};
}

std::int64_t Connection::last_row() const {
  return sqlite3_last_insert_rowid(database_);
}

Result<Transaction> Transaction::begin(Connection& connection) {
  KEDGE_CHECK(connection.execute("BEGIN IMMEDIATE"));
  return Transaction(connection);
}

Transaction::~Transaction() {
  // Some errors (full disk, I/O) have rolled back already; then there is nothing open.
  if (connection_ != nullptr && sqlite3_get_autocommit(connection_->database_) == 0)
    sqlite3_exec(connection_->database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
  KEDGE_CHECK(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace kedge::store
