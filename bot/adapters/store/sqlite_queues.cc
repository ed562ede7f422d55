// SPDX-License-Identifier: Apache-2.0
// What concerns more than one table: timers, the next moment of work, depth, leases, retention.
#include <algorithm>

#include "bot/adapters/store/sqlite_store.h"

namespace kedge::store {
namespace {

using ports::QueueDepth;
using ports::TimerRow;
using ports::Turn;

/// Rows that one transaction of forget() deletes: a writer waits for no more than these.
constexpr std::int64_t kForgetBatch = 500;

Result<void> count_inbox(Connection& connection, QueueDepth& depth) {
  KEDGE_TRY(select, connection.prepare("SELECT (SELECT count(*) FROM inbox WHERE status < 2), "
                                       "(SELECT count(*) FROM inbox WHERE status = 2), "
                                       "(SELECT count(*) FROM inbox WHERE status = 4)"));
  KEDGE_CHECK(select.next());
  depth.inbox_queued = select.integer(0);
  depth.inbox_held = select.integer(1);
  depth.inbox_parked = select.integer(2);
  return {};
}

Result<void> count_outbox(Connection& connection, QueueDepth& depth) {
  KEDGE_TRY(select, connection.prepare("SELECT priority, status, count(*) FROM outbox WHERE status < 2 "
                                       "GROUP BY priority, status"));
  while (true) {
    KEDGE_TRY(row, select.next());
    if (!row) break;
    const std::int64_t priority = std::clamp<std::int64_t>(select.integer(0), 0, 4);
    if (select.integer(1) == 1)
      depth.outbox_in_flight += select.integer(2);
    else
      depth.outbox_pending[priority] += select.integer(2);
  }
  KEDGE_TRY(parked, connection.prepare("SELECT count(*) FROM outbox WHERE status = 3"));
  KEDGE_CHECK(parked.next());
  depth.outbox_parked = parked.integer(0);
  return {};
}

/// The least of one column over a query that gives one row; nothing where that is NULL.
Result<std::optional<TimePoint>> least(Statement select) {
  KEDGE_TRY(row, select.next());
  if (!row || select.is_null(0)) return std::nullopt;
  return select.time(0);
}

Result<std::int64_t> forget_some(Connection& connection, TimePoint before) {
  std::int64_t forgotten = 0;
  for (const std::string_view sql :
       {"DELETE FROM inbox_body WHERE row IN (SELECT row FROM inbox WHERE finished_at < ?1 "
        "ORDER BY finished_at, row LIMIT ?2)",
        "UPDATE inbox SET finished_at = NULL WHERE row IN (SELECT row FROM inbox WHERE finished_at < ?1 "
        "ORDER BY finished_at, row LIMIT ?2)",
        "DELETE FROM outbox WHERE row IN (SELECT row FROM outbox WHERE finished_at < ?1 "
        "ORDER BY finished_at, row LIMIT ?2)"}) {
    KEDGE_TRY(statement, connection.prepare(sql));
    KEDGE_TRY(changed, statement.bind(before).bind(kForgetBatch).run());
    forgotten += changed;
  }
  return forgotten;
}

Result<void> check_fired(Connection& connection, const TimerRow& timer) {
  KEDGE_TRY(select, connection.prepare("SELECT 1 FROM timer WHERE repository = ?1 AND incident = ?2 "
                                       "AND kind = ?3 AND due_at = ?4"));
  select.bind(timer.repository.value).bind(timer.incident).bind(timer.kind).bind(timer.due_at);
  KEDGE_TRY(found, select.next());
  if (found) return {};
  return fail(Errc::not_found, "timer {} of {} was set anew or cleared meanwhile", timer.kind,
              timer.incident);
}

}  // namespace

Result<void> set_timers(Connection& connection, const Turn& turn) {
  if (turn.timer_fired) KEDGE_CHECK(check_fired(connection, *turn.timer_fired));
  // Clearing comes first: a turn that answers a timer may set the next one of its kind.
  for (const TimerRow& timer : turn.timers_cleared) {
    KEDGE_TRY(clear,
              connection.prepare("DELETE FROM timer WHERE repository = ?1 AND incident = ?2 AND kind = ?3"));
    KEDGE_CHECK(clear.bind(timer.repository.value).bind(timer.incident).bind(timer.kind).run());
  }
  for (const TimerRow& timer : turn.timers) {
    KEDGE_TRY(set, connection.prepare("INSERT INTO timer (repository, incident, kind, due_at) "
                                      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (repository, incident, kind) "
                                      "DO UPDATE SET due_at = excluded.due_at"));
    set.bind(timer.repository.value).bind(timer.incident).bind(timer.kind).bind(timer.due_at);
    KEDGE_CHECK(set.run());
  }
  return {};
}

Result<std::vector<TimerRow>> SqliteStore::due_timers(TimePoint now, std::size_t limit) {
  return look("read timers", [&](Connection& connection) -> Result<std::vector<TimerRow>> {
    std::vector<TimerRow> timers;
    KEDGE_TRY(select, connection.prepare(
                          "SELECT repository, incident, kind, due_at FROM (SELECT *, row_number() OVER "
                          "(PARTITION BY repository ORDER BY due_at, incident, kind) AS nth FROM timer "
                          "WHERE due_at <= ?1) AS due WHERE nth <= ?2 "
                          "ORDER BY due_at, repository, incident, kind"));
    select.bind(now).bind(static_cast<std::int64_t>(limit));
    while (true) {
      KEDGE_TRY(row, select.next());
      if (!row) return timers;
      timers.push_back({.repository = RepositoryId(select.integer(0)),
                        .incident = select.text(1),
                        .kind = select.text(2),
                        .due_at = select.time(3)});
    }
  });
}

Result<std::optional<TimePoint>> SqliteStore::next_due() {
  return look(
      "find the next moment of work", [&](Connection& connection) -> Result<std::optional<TimePoint>> {
        // Of a lane only its oldest effect and one in flight have a moment of their own; the others follow
        // them.
        KEDGE_TRY(select,
                  connection.prepare(
                      "SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM timer UNION ALL "
                      "SELECT min(due_at) FROM inbox INDEXED BY inbox_open WHERE status < 2 UNION ALL "
                      "SELECT min(o.due_at) FROM outbox o INDEXED BY outbox_open WHERE o.status < 2 "
                      "AND (o.status = 1 OR o.lane = '' OR NOT EXISTS (SELECT 1 FROM outbox p INDEXED BY "
                      "outbox_lane "
                      "WHERE p.status < 2 AND p.repository = o.repository AND p.lane = o.lane "
                      "AND p.row <> o.row AND (p.row < o.row OR p.status = 1))))"));
        return least(std::move(select));
      });
}

Result<QueueDepth> SqliteStore::depth(TimePoint now) {
  return look("measure the queues", [&](Connection& connection) -> Result<QueueDepth> {
    QueueDepth depth;
    KEDGE_CHECK(count_inbox(connection, depth));
    KEDGE_CHECK(count_outbox(connection, depth));
    KEDGE_TRY(
        select,
        connection.prepare(
            "SELECT min(queued) FROM (SELECT min(received_at) AS queued FROM inbox INDEXED BY inbox_open "
            "WHERE status < 2 AND due_at <= ?1 UNION ALL "
            "SELECT min(o.queued_at) FROM outbox o INDEXED BY outbox_open "
            "WHERE o.status < 2 AND o.due_at <= ?1 AND (o.lane = '' OR NOT EXISTS ("
            "SELECT 1 FROM outbox p INDEXED BY outbox_lane WHERE p.status < 2 "
            "AND p.repository = o.repository AND p.lane = o.lane AND p.row <> o.row "
            "AND (p.row < o.row OR (p.status = 1 AND p.due_at > ?1)))))"));
    select.bind(now);
    KEDGE_TRY(oldest, least(std::move(select)));
    depth.oldest_pending = oldest;
    return depth;
  });
}

Result<void> SqliteStore::take_over() {
  {
    const std::lock_guard lock(writer_.mutex);
    KEDGE_CHECK(named("take over the store", owner_.take()));
  }
  return write("take over the store", [&](Connection& connection) -> Result<void> {
    return connection.execute(
        "UPDATE inbox SET status = 0, due_at = 0 WHERE status = 1;"
        "UPDATE outbox SET status = 0, due_at = 0, doubts = doubts + 1, crashes = crashes + 1 "
        "WHERE status = 1");
  });
}

Result<void> SqliteStore::forget(TimePoint before) {
  while (true) {
    KEDGE_TRY(forgotten, write("forget old rows",
                               [&](Connection& connection) { return forget_some(connection, before); }));
    if (forgotten == 0) return {};
  }
}

}  // namespace kedge::store
