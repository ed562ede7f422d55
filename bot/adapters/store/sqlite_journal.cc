// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/sqlite_store.h"

namespace kedge::store {
namespace {

using ports::Head;
using ports::Record;
using ports::Turn;

constexpr std::size_t kHashBytes = 32;

/// The stream's newest record; before its first one seq 0 and a hash of zeros.
Result<Head> head_of(Connection& connection, RepositoryId repository) {
  KEDGE_TRY(select, connection.prepare("SELECT seq, hash, at FROM stream WHERE repository = ?1"));
  KEDGE_TRY(found, select.bind(repository.value).next());
  if (!found)
    return Head{.repository = repository, .seq = 0, .hash = std::string(kHashBytes, '\0'), .at = {}};
  return Head{
      .repository = repository, .seq = select.integer(0), .hash = select.text(1), .at = select.time(2)};
}

Result<Head> append(Connection& connection, const Turn& turn, Head head) {
  for (const ports::NewRecord& record : turn.records) {
    const std::string prev = std::exchange(
        head.hash, ports::record_hash(head.hash, turn.repository, head.seq + 1, turn.at, record.payload));
    ++head.seq;
    head.at = turn.at;
    KEDGE_TRY(insert, connection.prepare("INSERT INTO journal (repository, seq, at, payload, prev, hash, "
                                         "incident) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    insert.bind(turn.repository.value).bind(head.seq).bind(turn.at).bind_bytes(record.payload);
    insert.bind_bytes(prev).bind_bytes(head.hash).bind(record.incident);
    KEDGE_CHECK(insert.run());
  }
  return head;
}

Result<void> set_head(Connection& connection, const Head& head) {
  KEDGE_TRY(upsert,
            connection.prepare("INSERT INTO stream (repository, seq, hash, at) VALUES (?1, ?2, ?3, ?4) "
                               "ON CONFLICT (repository) DO UPDATE SET seq = excluded.seq, "
                               "hash = excluded.hash, at = excluded.at"));
  upsert.bind(head.repository.value).bind(head.seq).bind_bytes(head.hash).bind(head.at);
  KEDGE_CHECK(upsert.run());
  return {};
}

}  // namespace

Result<std::int64_t> SqliteStore::commit(const Turn& turn) {
  return write("commit a turn", [&](Connection& connection) -> Result<std::int64_t> {
    KEDGE_TRY(before, head_of(connection, turn.repository));
    // A turn of no stream that records nothing was decided on no head.
    const bool decided = turn.repository.value != 0 || !turn.records.empty();
    if (decided && before.seq != turn.expected_seq)
      return fail(Errc::conflict, "stream {} is at {}, not at {}", turn.repository.value, before.seq,
                  turn.expected_seq);
    const std::int64_t seq_before = before.seq;
    KEDGE_TRY(head, append(connection, turn, std::move(before)));
    if (head.seq != seq_before) KEDGE_CHECK(set_head(connection, head));
    KEDGE_CHECK(settle_inbox(connection, turn));
    KEDGE_CHECK(settle_outbox(connection, turn));
    KEDGE_CHECK(queue_effects(connection, turn));
    KEDGE_CHECK(set_timers(connection, turn));
    return head.seq;
  });
}

Result<std::vector<Record>> SqliteStore::read(RepositoryId repository, std::int64_t after_seq,
                                              std::size_t limit) {
  return look("read the journal", [&](Connection& connection) -> Result<std::vector<Record>> {
    std::vector<Record> records;
    KEDGE_TRY(select, connection.prepare("SELECT seq, at, payload, prev, hash FROM journal "
                                         "WHERE repository = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"));
    select.bind(repository.value).bind(after_seq).bind(static_cast<std::int64_t>(limit));
    while (true) {
      KEDGE_TRY(row, select.next());
      if (!row) return records;
      records.push_back({.repository = repository,
                         .seq = select.integer(0),
                         .at = select.time(1),
                         .payload = select.text(2),
                         .prev = select.text(3),
                         .hash = select.text(4)});
    }
  });
}

Result<std::vector<Head>> SqliteStore::heads() {
  return look("read the heads", [&](Connection& connection) -> Result<std::vector<Head>> {
    std::vector<Head> heads;
    KEDGE_TRY(select, connection.prepare("SELECT repository, seq, hash, at FROM stream ORDER BY repository"));
    while (true) {
      KEDGE_TRY(row, select.next());
      if (!row) return heads;
      heads.push_back({.repository = RepositoryId(select.integer(0)),
                       .seq = select.integer(1),
                       .hash = select.text(2),
                       .at = select.time(3)});
    }
  });
}

Result<std::vector<ports::IncidentRow>> SqliteStore::incidents() {
  return look("list incidents", [&](Connection& connection) -> Result<std::vector<ports::IncidentRow>> {
    std::vector<ports::IncidentRow> incidents;
    KEDGE_TRY(select, connection.prepare("SELECT repository, incident FROM journal WHERE incident <> '' "
                                         "GROUP BY incident, repository ORDER BY min(row)"));
    while (true) {
      KEDGE_TRY(row, select.next());
      if (!row) return incidents;
      incidents.push_back({.repository = RepositoryId(select.integer(0)), .incident = select.text(1)});
    }
  });
}

}  // namespace kedge::store
