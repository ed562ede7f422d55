// SPDX-License-Identifier: Apache-2.0
// ports::Store on SQLite, one .cc for each of its parts. One connection writes and one reads, each behind
// its own lock: with the write-ahead log a reader never waits for the disk. A database in memory has one for
// both.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "bot/adapters/store/owner_lock.h"
#include "bot/adapters/store/sqlite.h"
#include "bot/ports/store.h"

namespace kedge::store {

class SqliteStore : public ports::Store {
 public:
  /// `reader` may be null: then `writer` serves both. `owner_file`: what take_over() locks; empty: nothing.
  SqliteStore(std::unique_ptr<Connection> writer, std::unique_ptr<Connection> reader, std::string owner_file)
      : writer_{{}, std::move(writer)}, reader_{{}, std::move(reader)}, owner_(std::move(owner_file)) {}

  Result<std::vector<ports::Accepted>> accept(std::span<const ports::NewDelivery> batch) override;
  Result<std::vector<ports::InboxItem>> claim_inbox(std::size_t limit, TimePoint now,
                                                    Duration lease) override;
  Result<void> retry_inbox(std::int64_t row, TimePoint not_before, std::string_view error) override;
  Result<void> park_inbox(std::int64_t row, std::string_view reason) override;
  Result<std::optional<ports::InboxItem>> find_delivery(const DeliveryGuid& guid, bool requeue) override;

  Result<std::vector<ports::Record>> read(RepositoryId repository, std::int64_t after_seq,
                                          std::size_t limit) override;
  Result<std::vector<ports::Head>> heads() override;
  Result<std::vector<ports::IncidentRow>> incidents() override;
  Result<std::int64_t> commit(const ports::Turn& turn) override;

  Result<std::vector<ports::OutboxItem>> claim_effects(std::size_t limit, TimePoint now, Duration lease,
                                                       int priority_most) override;
  Result<void> retry_effect(const ports::EffectClaim& claim, TimePoint not_before, bool doubt,
                            std::string_view error) override;
  Result<std::optional<ports::EffectRow>> find_effect(const EffectId& id) override;
  Result<std::vector<ports::EffectRow>> parked_effects() override;
  Result<void> unpark_effect(const EffectId& id, TimePoint now) override;

  Result<std::vector<ports::TimerRow>> due_timers(TimePoint now, std::size_t limit) override;
  Result<std::optional<TimePoint>> next_due() override;
  Result<ports::QueueDepth> depth(TimePoint now) override;
  Result<void> take_over() override;
  Result<void> forget(TimePoint before) override;

 private:
  struct Guarded {
    std::mutex mutex;
    std::unique_ptr<Connection> connection;
  };

  template <typename T>
  static Result<T> named(std::string_view doing, Result<T> result) {
    if (!result) result.error().message = fmt::format("cannot {}: {}", doing, result.error().message);
    return result;
  }

  /// Runs `work(connection)`, which returns a Result, in one transaction; its errors undo everything.
  template <typename Work>
  auto write(std::string_view doing, Work&& work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard lock(writer_.mutex);
    return named(doing, in_transaction(*writer_.connection, std::forward<Work>(work)));
  }

  /// Runs `work(connection)` without changing anything.
  template <typename Work>
  auto look(std::string_view doing, Work&& work) -> decltype(work(std::declval<Connection&>())) {
    Guarded& guarded = reader_.connection ? reader_ : writer_;
    const std::lock_guard lock(guarded.mutex);
    return named(doing, work(*guarded.connection));
  }

  template <typename Work>
  static auto in_transaction(Connection& connection, Work&& work) -> decltype(work(connection)) {
    KEDGE_TRY(transaction, Transaction::begin(connection));
    auto result = work(connection);
    if (result) KEDGE_CHECK(transaction.commit());
    return result;
  }

  Guarded writer_;
  Guarded reader_;
  OwnerLock owner_;  ///< Guarded by writer_.mutex.
};

// Steps of SqliteStore::commit, in the files of their tables.
Result<void> settle_inbox(Connection& connection, const ports::Turn& turn);
Result<void> settle_outbox(Connection& connection, const ports::Turn& turn);
Result<void> queue_effects(Connection& connection, const ports::Turn& turn);
Result<void> set_timers(Connection& connection, const ports::Turn& turn);

}  // namespace kedge::store
