// SPDX-License-Identifier: Apache-2.0
// SQLite's C API as values: a connection with its prepared statements, a statement in use, a transaction.
// One thread at a time may use a connection and what was made from it. Errors carry the cause alone
// (`database or disk is full`); the caller says what it was doing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "bot/base/error.h"
#include "bot/base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kedge::store {

/// A prepared statement in use; ready for the next use when it goes out of scope. Parameters are bound in
/// order. Bound text and bytes must live as long as this object.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement(Statement&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), bound_(other.bound_), code_(other.code_) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(std::int64_t value);
  Statement& bind(TimePoint value) { return bind(to_unix_ms(value)); }
  Statement& bind(std::string_view text);
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(std::string&& text) = delete;
  Statement& bind_bytes(std::string_view bytes);

  /// True: a row is ready to be read. False: there are no more.
  Result<bool> next();
  /// Runs to the end and gives the number of rows it changed.
  Result<std::int64_t> run();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] TimePoint time(int column) const { return from_unix_ms(integer(column)); }
  [[nodiscard]] bool is_null(int column) const;
  /// Text or bytes.
  [[nodiscard]] std::string text(int column) const;

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int code_ = 0;  ///< The first failed bind; told by next().
};

class Connection {
 public:
  /// Opens an existing or new database file, or `:memory:`, and sets it up: WAL, every commit synced.
  static Result<std::unique_ptr<Connection>> open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// A statement for one use. `sql` must live as long as the connection: it is the key of the prepared one.
  Result<Statement> prepare(std::string_view sql);
  /// Runs statements without parameters or results.
  Result<void> execute(const char* sql);
  [[nodiscard]] std::int64_t last_row() const;

 private:
  explicit Connection(sqlite3* database) : database_(database) {}
  Result<void> configure(bool in_memory);
  sqlite3* database_;
  std::map<std::string_view, sqlite3_stmt*> prepared_;
  friend class Transaction;
};

/// Rolls back when it goes out of scope before commit().
class Transaction {
 public:
  /// Takes the write lock at once, waiting up to kBusyTimeout for it.
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  /// Durable when it returns. After an error nothing was changed.
  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

inline constexpr Duration kBusyTimeout{10'000};

}  // namespace kedge::store
