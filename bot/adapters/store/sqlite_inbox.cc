// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/compress.h"
#include "bot/adapters/store/sqlite_store.h"
#include "bot/adapters/store/store.h"

namespace kedge::store {
namespace {

using ports::Accepted;
using ports::InboxItem;
using ports::NewDelivery;
using ports::Turn;

struct InboxStatus {
  static constexpr std::int64_t kQueued = 0, kTaken = 1, kHeld = 2, kDone = 3, kParked = 4;
};

Result<void> requeue(Connection& connection, std::int64_t row) {
  KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 0, due_at = 0, attempts = 0, "
                                       "repository = NULL, finished_at = NULL WHERE row = ?1"));
  KEDGE_CHECK(update.bind(row).run());
  return {};
}

/// A delivery whose GUID is stored already.
Result<Accepted> accept_again(Connection& connection, const DeliveryGuid& guid) {
  std::int64_t row = 0;
  {
    KEDGE_TRY(find, connection.prepare("SELECT row FROM inbox WHERE guid = ?1 AND status = 4"));
    KEDGE_TRY(parked, find.bind(guid.value).next());
    if (!parked) return Accepted::duplicate;
    row = find.integer(0);
  }
  KEDGE_CHECK(requeue(connection, row));
  return Accepted::requeued;
}

Result<Accepted> accept_one(Connection& connection, const NewDelivery& delivery, std::string_view frame) {
  KEDGE_TRY(insert, connection.prepare("INSERT INTO inbox (guid, event, body_bytes, received_at) "
                                       "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (guid) DO NOTHING"));
  insert.bind(delivery.guid.value).bind(delivery.event);
  insert.bind(static_cast<std::int64_t>(delivery.body.size())).bind(delivery.received_at);
  KEDGE_TRY(inserted, insert.run());
  if (inserted == 0) return accept_again(connection, delivery.guid);
  KEDGE_TRY(body, connection.prepare("INSERT INTO inbox_body (row, body) VALUES (?1, ?2)"));
  KEDGE_CHECK(body.bind(connection.last_row()).bind_bytes(frame).run());
  return Accepted::stored;
}

struct Candidate {
  InboxItem item;
  std::int64_t body_bytes = 0;
};

/// Rows that may be taken, without their bodies.
Result<std::vector<Candidate>> deliveries_to_run(Connection& connection, std::size_t limit, TimePoint now) {
  std::vector<Candidate> found;
  KEDGE_TRY(select, connection.prepare(
                        "SELECT row, guid, event, received_at, attempts, body_bytes FROM inbox "
                        "INDEXED BY inbox_open WHERE status < 2 AND due_at <= ?1 ORDER BY row LIMIT ?2"));
  select.bind(now).bind(static_cast<std::int64_t>(limit));
  std::int64_t bytes = 0;
  while (true) {
    KEDGE_TRY(row, select.next());
    if (!row) return found;
    bytes += select.integer(5);
    if (!found.empty() && bytes > kClaimBodyBytesMax) return found;
    InboxItem item{.row = select.integer(0),
                   .guid = DeliveryGuid(select.text(1)),
                   .event = select.text(2),
                   .body = {},
                   .received_at = select.time(3),
                   .attempts = static_cast<int>(select.integer(4)) + 1};
    found.push_back({std::move(item), select.integer(5)});
  }
}

Result<std::string> body_of(Connection& connection, std::int64_t row, std::int64_t body_bytes) {
  KEDGE_TRY(select, connection.prepare("SELECT body FROM inbox_body WHERE row = ?1"));
  KEDGE_TRY(found, select.bind(row).next());
  if (!found) return fail(Errc::not_found, "its body was deleted");
  return decompress(select.text(0), body_bytes);
}

Result<std::int64_t> park(Connection& connection, std::int64_t row, std::string_view reason) {
  KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 4, due_at = 0, note = ?2 "
                                       "WHERE row = ?1 AND status < 3"));
  return update.bind(row).bind(reason).run();
}

Result<void> take(Connection& connection, std::int64_t row, TimePoint until) {
  KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 1, due_at = ?2, attempts = attempts + 1 "
                                       "WHERE row = ?1"));
  KEDGE_CHECK(update.bind(row).bind(until).run());
  return {};
}

Result<void> expect_row(std::int64_t changed, std::int64_t row) {
  if (changed == 0) return fail(Errc::not_found, "there is no inbox row {}", row);
  return {};
}

}  // namespace

Result<std::vector<Accepted>> SqliteStore::accept(std::span<const NewDelivery> batch) {
  std::vector<std::string> frames;
  frames.reserve(batch.size());
  Compressor compressor;
  for (const NewDelivery& delivery : batch) frames.push_back(compressor.compress(delivery.body));
  return write("store deliveries", [&](Connection& connection) -> Result<std::vector<Accepted>> {
    std::vector<Accepted> answers;
    answers.reserve(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      KEDGE_TRY(answer, accept_one(connection, batch[i], frames[i]));
      answers.push_back(answer);
    }
    return answers;
  });
}

Result<std::vector<InboxItem>> SqliteStore::claim_inbox(std::size_t limit, TimePoint now, Duration lease) {
  return write("claim deliveries", [&](Connection& connection) -> Result<std::vector<InboxItem>> {
    KEDGE_TRY(found, deliveries_to_run(connection, limit, now));
    std::vector<InboxItem> claimed;
    for (Candidate& candidate : found) {
      auto body = body_of(connection, candidate.item.row, candidate.body_bytes);
      if (!body && body.error().code != Errc::corrupt && body.error().code != Errc::not_found)
        return pass(body.error());
      if (!body) {  // One damaged row must not stop the queue.
        KEDGE_CHECK(park(connection, candidate.item.row, body.error().message));
        continue;
      }
      KEDGE_CHECK(take(connection, candidate.item.row, now + lease));
      candidate.item.body = std::move(*body);
      claimed.push_back(std::move(candidate.item));
    }
    return claimed;
  });
}

Result<void> SqliteStore::retry_inbox(std::int64_t row, TimePoint not_before, std::string_view error) {
  return write("retry a delivery", [&](Connection& connection) -> Result<void> {
    KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 0, due_at = ?2, note = ?3 "
                                         "WHERE row = ?1 AND status = 1"));
    KEDGE_CHECK(update.bind(row).bind(not_before).bind(error).run());
    return {};
  });
}

Result<void> SqliteStore::park_inbox(std::int64_t row, std::string_view reason) {
  return write("park a delivery", [&](Connection& connection) -> Result<void> {
    KEDGE_CHECK(park(connection, row, reason));
    return {};
  });
}

Result<std::optional<InboxItem>> SqliteStore::find_delivery(const DeliveryGuid& guid, bool again) {
  const auto find = [&](Connection& connection) -> Result<std::optional<InboxItem>> {
    InboxItem item{.guid = guid};
    std::int64_t body_bytes = 0;
    std::int64_t status = 0;
    {
      KEDGE_TRY(select, connection.prepare("SELECT row, event, received_at, attempts, body_bytes, status "
                                           "FROM inbox WHERE guid = ?1"));
      KEDGE_TRY(found, select.bind(guid.value).next());
      if (!found) return std::nullopt;
      item.row = select.integer(0);
      item.event = select.text(1);
      item.received_at = select.time(2);
      item.attempts = static_cast<int>(select.integer(3));
      body_bytes = select.integer(4);
      status = select.integer(5);
    }
    auto body = body_of(connection, item.row, body_bytes);
    // What was forgotten can be looked up, but not run again.
    if (!body && (again || body.error().code != Errc::not_found)) return pass(body.error());
    if (body) item.body = std::move(*body);
    if (again && status >= InboxStatus::kHeld) {
      KEDGE_CHECK(requeue(connection, item.row));
      item.attempts = 0;
    }
    return item;
  };
  const std::string doing = fmt::format("find delivery {}", guid.value);
  return again ? write(doing, find) : look(doing, find);
}

Result<void> settle_inbox(Connection& connection, const Turn& turn) {
  if (turn.inbox_done) {
    KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 3, note = ?2, finished_at = ?3 "
                                         "WHERE row = ?1"));
    KEDGE_TRY(changed, update.bind(*turn.inbox_done).bind(turn.inbox_note).bind(turn.at).run());
    KEDGE_CHECK(expect_row(changed, *turn.inbox_done));
  }
  if (turn.inbox_held) {
    // To wait is no failure: the attempts start again.
    KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 2, attempts = 0, note = ?2, "
                                         "repository = ?3 WHERE row = ?1 AND status <> 3"));
    KEDGE_TRY(changed, update.bind(*turn.inbox_held).bind(turn.inbox_note).bind(turn.repository.value).run());
    KEDGE_CHECK(expect_row(changed, *turn.inbox_held));
  }
  if (turn.release_held) {
    KEDGE_TRY(update, connection.prepare("UPDATE inbox SET status = 0, due_at = 0, repository = NULL "
                                         "WHERE repository = ?1 AND status = 2"));
    KEDGE_CHECK(update.bind(turn.repository.value).run());
  }
  return {};
}

}  // namespace kedge::store
