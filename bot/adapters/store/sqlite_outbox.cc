// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/sqlite_store.h"

namespace kedge::store {
namespace {

using ports::EffectRow;
using ports::EffectStatus;
using ports::OutboxItem;
using ports::Turn;

constexpr std::string_view kRowColumns =
    "SELECT id, repository, incident, priority, lane, kind, payload, attempts, doubts, crashes, status, "
    "due_at, last_error FROM outbox ";

OutboxItem item_of(const Statement& select) {
  return {.id = EffectId(select.text(0)),
          .repository = RepositoryId(select.integer(1)),
          .incident = select.text(2),
          .priority = static_cast<int>(select.integer(3)),
          .lane = select.text(4),
          .kind = select.text(5),
          .payload = select.text(6),
          .attempts = static_cast<int>(select.integer(7)),
          .doubts = static_cast<int>(select.integer(8)),
          .crashes = static_cast<int>(select.integer(9))};
}

Result<std::vector<EffectRow>> rows_of(Statement& select) {
  std::vector<EffectRow> rows;
  while (true) {
    KEDGE_TRY(row, select.next());
    if (!row) return rows;
    rows.push_back({.item = item_of(select),
                    .status = static_cast<EffectStatus>(select.integer(10)),
                    .not_before = select.time(11),
                    .last_error = select.text(12)});
  }
}

/// What may run now, with this attempt counted already. In its lane an effect waits for every older
/// unfinished one and for any that is in flight; a lease that has ended blocks only by its age.
Result<std::vector<OutboxItem>> effects_to_run(Connection& connection, std::size_t limit, TimePoint now,
                                               int priority_most) {
  std::vector<OutboxItem> found;
  KEDGE_TRY(
      select,
      connection.prepare(
          "SELECT o.id, o.repository, o.incident, o.priority, o.lane, o.kind, o.payload, "
          "o.attempts + 1, o.doubts + o.status, o.crashes + o.status FROM outbox o INDEXED BY outbox_open "
          "WHERE o.status < 2 AND o.due_at <= ?1 AND o.priority <= ?3 AND (o.lane = '' OR NOT EXISTS ("
          "SELECT 1 FROM outbox p INDEXED BY outbox_lane WHERE p.status < 2 "
          "AND p.repository = o.repository AND p.lane = o.lane AND p.row <> o.row "
          "AND (p.row < o.row OR (p.status = 1 AND p.due_at > ?1)))) "
          "ORDER BY o.priority, o.row LIMIT ?2"));
  select.bind(now).bind(static_cast<std::int64_t>(limit)).bind(priority_most);
  while (true) {
    KEDGE_TRY(row, select.next());
    if (!row) return found;
    found.push_back(item_of(select));
  }
}

/// What was tried already may have been done, and goes on under its own name. What takes another one's place
/// takes its moment too, so that no stream of news puts it off for ever.
Result<void> supersede_older(Connection& connection, const Turn& turn, const std::string& key) {
  {
    KEDGE_TRY(hasten,
              connection.prepare(
                  "UPDATE outbox SET due_at = min(due_at, coalesce((SELECT min(o.due_at) FROM outbox o "
                  "WHERE o.repository = ?1 AND o.coalesce_key = ?2 AND o.status = 0 AND o.attempts = 0 "
                  "AND o.row < ?3), due_at)) WHERE row = ?3"));
    hasten.bind(turn.repository.value).bind(key).bind(connection.last_row());
    KEDGE_CHECK(hasten.run());
  }
  KEDGE_TRY(update, connection.prepare("UPDATE outbox SET status = 4, finished_at = ?4 WHERE repository = ?1 "
                                       "AND coalesce_key = ?2 AND status = 0 AND attempts = 0 AND row < ?3"));
  update.bind(turn.repository.value).bind(key).bind(connection.last_row()).bind(turn.at);
  KEDGE_CHECK(update.run());
  return {};
}

Result<std::int64_t> unpark(Connection& connection, const EffectId& id, TimePoint now) {
  KEDGE_TRY(update, connection.prepare("UPDATE outbox SET status = 0, due_at = ?2, attempts = 0, "
                                       "crashes = 0 WHERE id = ?1 AND status = 3"));
  return update.bind(id.value).bind(now).run();
}

}  // namespace

Result<void> queue_effects(Connection& connection, const Turn& turn) {
  for (const EffectId& id : turn.effects_retried) KEDGE_CHECK(unpark(connection, id, turn.at));
  for (const ports::NewEffect& effect : turn.effects) {
    std::int64_t inserted = 0;
    {
      KEDGE_TRY(insert,
                connection.prepare(
                    "INSERT INTO outbox (id, repository, incident, priority, lane, coalesce_key, kind, "
                    "payload, queued_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                    "ON CONFLICT (id) DO NOTHING"));
      insert.bind(effect.id.value).bind(turn.repository.value).bind(effect.incident).bind(effect.priority);
      insert.bind(effect.lane).bind(effect.coalesce).bind(effect.kind).bind_bytes(effect.payload);
      KEDGE_TRY(changed, insert.bind(turn.at).bind(effect.not_before).run());
      inserted = changed;
    }
    if (inserted > 0 && !effect.coalesce.empty())
      KEDGE_CHECK(supersede_older(connection, turn, effect.coalesce));
  }
  return {};
}

namespace {

Result<void> supersede_parked(Connection& connection, const Turn& turn) {
  KEDGE_TRY(update, connection.prepare(
                        "UPDATE outbox SET status = 4, finished_at = ?3 WHERE status = 3 "
                        "AND repository = ?1 AND coalesce_key <> '' AND EXISTS (SELECT 1 FROM outbox o "
                        "WHERE o.id = ?2 AND o.coalesce_key = outbox.coalesce_key "
                        "AND o.row > outbox.row)"));
  update.bind(turn.repository.value).bind(turn.effect_done->id.value).bind(turn.at);
  KEDGE_CHECK(update.run());
  return {};
}

}  // namespace

Result<void> settle_outbox(Connection& connection, const Turn& turn) {
  if (!turn.effect_done) return {};
  const bool parked = !turn.effect_parked_reason.empty();
  KEDGE_TRY(update,
            parked ? connection.prepare("UPDATE outbox SET status = 3, last_error = ?2, due_at = 0, "
                                        "finished_at = NULL WHERE id = ?1 AND status = 1 AND attempts = ?3")
                   : connection.prepare("UPDATE outbox SET status = 2, finished_at = ?2 WHERE id = ?1 "
                                        "AND status = 1 AND attempts = ?3"));
  update.bind(turn.effect_done->id.value);
  if (parked)
    update.bind(turn.effect_parked_reason);
  else
    update.bind(turn.at);
  KEDGE_TRY(changed, update.bind(turn.effect_done->attempt).run());
  if (changed == 0)
    return fail(Errc::not_found, "attempt {} of effect {} is not under way", turn.effect_done->attempt,
                turn.effect_done->id.value);
  return turn.effect_replaces_parked ? supersede_parked(connection, turn) : Result<void>{};
}

Result<std::vector<OutboxItem>> SqliteStore::claim_effects(std::size_t limit, TimePoint now, Duration lease,
                                                           int priority_most) {
  return write("claim effects", [&](Connection& connection) -> Result<std::vector<OutboxItem>> {
    KEDGE_TRY(found, effects_to_run(connection, limit, now, priority_most));
    for (const OutboxItem& item : found) {
      // The old status is 1 where a lease ended: nobody knows what came of that attempt.
      KEDGE_TRY(update, connection.prepare("UPDATE outbox SET doubts = doubts + status, "
                                           "crashes = crashes + status, status = 1, "
                                           "due_at = ?2, attempts = attempts + 1 WHERE id = ?1"));
      KEDGE_CHECK(update.bind(item.id.value).bind(now + lease).run());
    }
    return found;
  });
}

Result<void> SqliteStore::retry_effect(const ports::EffectClaim& claim, TimePoint not_before, bool doubt,
                                       std::string_view error) {
  return write("retry an effect", [&](Connection& connection) -> Result<void> {
    KEDGE_TRY(update, connection.prepare("UPDATE outbox SET status = 0, due_at = ?2, doubts = doubts + ?3, "
                                         "last_error = ?4 WHERE id = ?1 AND status = 1 AND attempts = ?5"));
    update.bind(claim.id.value).bind(not_before).bind(doubt ? 1 : 0).bind(error).bind(claim.attempt);
    KEDGE_CHECK(update.run());
    return {};
  });
}

Result<std::optional<EffectRow>> SqliteStore::find_effect(const EffectId& id) {
  static const std::string kSql = std::string(kRowColumns) + "WHERE id = ?1";
  return look("find an effect", [&](Connection& connection) -> Result<std::optional<EffectRow>> {
    KEDGE_TRY(select, connection.prepare(kSql));
    KEDGE_TRY(rows, rows_of(select.bind(id.value)));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<std::vector<EffectRow>> SqliteStore::parked_effects() {
  static const std::string kSql = std::string(kRowColumns) + "WHERE status = 3 ORDER BY row";
  return look("list parked effects", [&](Connection& connection) -> Result<std::vector<EffectRow>> {
    KEDGE_TRY(select, connection.prepare(kSql));
    return rows_of(select);
  });
}

Result<void> SqliteStore::unpark_effect(const EffectId& id, TimePoint now) {
  return write("unpark an effect", [&](Connection& connection) -> Result<void> {
    KEDGE_TRY(changed, unpark(connection, id, now));
    if (changed == 0) return fail(Errc::not_found, "effect {} is not parked", id.value);
    return {};
  });
}

}  // namespace kedge::store
