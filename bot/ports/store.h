// SPDX-License-Identifier: Apache-2.0
// Durable memory: inbox, journal, outbox and timers. A method is one whole transaction; there is no begin or
// end to forget. All methods are thread-safe and block on the disk. Payloads are opaque bytes here: journal/
// gives them meaning. Errors everywhere: unavailable (busy, full or broken disk: nothing was changed),
// corrupt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/id.h"
#include "bot/base/time.h"

namespace kedge::ports {

// -- inbox --
struct NewDelivery {
  DeliveryGuid guid;
  std::string event;  ///< `X-GitHub-Event`
  std::string body;   ///< Raw, as signed (for a form: the decoded `payload` field). Stored compressed.
  TimePoint received_at{};
};
enum class Accepted {
  stored,
  duplicate,  ///< The GUID is stored already (and done or waiting): nothing changed.
  requeued,   ///< The GUID was parked: it is queued again.
};

struct InboxItem {
  std::int64_t row = 0;
  DeliveryGuid guid;
  std::string event;
  std::string body;
  TimePoint received_at{};
  int attempts = 0;  ///< This one counted; counted before the work is done.
};

// -- journal --
struct NewRecord {
  std::string payload;   ///< The exact bytes that are hashed and stored.
  std::string incident;  ///< Incident id or empty: an index, not part of the hash.
};
struct Record {
  RepositoryId repository;
  std::int64_t seq = 0;  ///< 1-based in its stream.
  TimePoint at{};
  std::string payload;
  std::string prev;  ///< 32 bytes: hash of seq-1; zeros for the first.
  std::string hash;  ///< SHA-256(prev ‖ repository id ‖ seq ‖ at_ms ‖ payload), integers 8 bytes big-endian.
};
std::string record_hash(std::string_view prev, RepositoryId repository, std::int64_t seq, TimePoint at,
                        std::string_view payload);
struct Head {
  RepositoryId repository;
  std::int64_t seq = 0;
  std::string hash;
  TimePoint at{};
};

// -- outbox --
struct NewEffect {
  EffectId id;
  std::string incident;
  int priority = 3;  ///< 0 first … 4.
  std::string lane;
  std::string coalesce;    ///< Supersedes older effects with the same key that were never tried; empty: none.
  TimePoint not_before{};  ///< Or when the earliest of those it supersedes was to begin.
  std::string kind;
  std::string payload;
};
struct OutboxItem {
  EffectId id;
  RepositoryId repository;
  std::string incident;
  int priority = 3;
  std::string lane;
  std::string kind;
  std::string payload;
  int attempts = 0;  ///< This one counted.
  int doubts = 0;    ///< Earlier attempts whose outcome nobody knows: crashed or timed out after sending.
  int crashes = 0;   ///< Those of them that ended with the process, or with their lease.
};
/// One claim of an effect. An answer counts only while that claim stands: after a lease ended, another worker
/// may have the effect.
struct EffectClaim {
  EffectId id;
  int attempt = 1;  ///< OutboxItem::attempts of the claim.
};
enum class EffectStatus { pending, in_flight, done, parked, superseded };
struct EffectRow {
  OutboxItem item;
  EffectStatus status = EffectStatus::pending;
  TimePoint not_before{};
  std::string last_error;
};

// -- timers --
struct TimerRow {
  RepositoryId repository;
  std::string incident;
  std::string kind;
  TimePoint due_at{};
};

/// Everything one turn changes, applied whole or not at all.
struct Turn {
  RepositoryId repository;
  std::int64_t expected_seq =
      0;  ///< Head of the stream when it was decided; otherwise Errc::conflict, nothing changed.
  TimePoint at{};
  std::vector<NewRecord> records;
  std::vector<NewEffect> effects;         ///< An id that exists already is left as it is.
  std::vector<EffectId> effects_retried;  ///< Become pending as by unpark_effect, those that are parked.
  std::vector<TimerRow> timers;           ///< Each replaces the one of the same (repository, incident, kind).
  std::vector<TimerRow> timers_cleared;   ///< due_at is ignored.
  /// The timer that this turn answers: where it was cleared or set anew meanwhile, Errc::not_found, nothing
  /// changed.
  std::optional<TimerRow> timer_fired;
  std::optional<std::int64_t> inbox_done;  ///< Inbox row that this turn answers.
  std::string inbox_note;                  ///< Why it was ignored, or empty.
  std::optional<std::int64_t>
      inbox_held;             ///< Inbox row that waits (see release_held); it is claimed no more.
  bool release_held = false;  ///< Held rows of this repository are queued again, in order.
  std::optional<EffectClaim>
      effect_done;  ///< Outbox row this turn answers; Errc::not_found where the claim is lost …
  std::string effect_parked_reason;  ///< … as parked, where this is not empty.
  /// Older parked effects with its key are superseded: whoever runs it again needs none of them.
  bool effect_replaces_parked = false;
};

struct QueueDepth {
  std::int64_t inbox_queued = 0, inbox_held = 0, inbox_parked = 0;
  std::int64_t outbox_pending[5] = {0, 0, 0, 0, 0};
  std::int64_t outbox_in_flight = 0, outbox_parked = 0;
  std::optional<TimePoint>
      oldest_pending;  ///< When the oldest inbox or outbox row that may run now was queued.
};

struct IncidentRow {
  RepositoryId repository;
  std::string incident;
};

class Store {
 public:
  virtual ~Store() = default;

  /// Stores a batch in one transaction with one sync; durable when it returns. Answers stand in the order of
  /// the batch.
  virtual Result<std::vector<Accepted>> accept(std::span<const NewDelivery> batch) = 0;

  /// Takes up to `limit` inbox rows in order of arrival, counting the attempt. Rows whose lease has ended are
  /// taken again.
  virtual Result<std::vector<InboxItem>> claim_inbox(std::size_t limit, TimePoint now, Duration lease) = 0;
  /// Back to the queue, not before `not_before`.
  virtual Result<void> retry_inbox(std::int64_t row, TimePoint not_before, std::string_view error) = 0;
  virtual Result<void> park_inbox(std::int64_t row, std::string_view reason) = 0;
  /// A stored delivery by its GUID, whatever its state; queues it again when `requeue`.
  virtual Result<std::optional<InboxItem>> find_delivery(const DeliveryGuid& guid, bool requeue) = 0;

  /// Records after `after_seq`, at most `limit`, in order.
  virtual Result<std::vector<Record>> read(RepositoryId repository, std::int64_t after_seq,
                                           std::size_t limit) = 0;
  virtual Result<std::vector<Head>> heads() = 0;
  /// Streams that have incidents, with the incidents' ids, in order of their first record.
  virtual Result<std::vector<IncidentRow>> incidents() = 0;
  /// Appends, queues, sets timers and answers inbox or outbox rows in one transaction. Returns the new head
  /// seq.
  virtual Result<std::int64_t> commit(const Turn& turn) = 0;

  /// Takes up to `limit` effects that may run at `now`: by priority, then age; of each lane only its oldest
  /// unfinished effect, and none while another of the lane is in flight (an empty lane binds nothing). Counts
  /// the attempt before it is made; an expired lease counts as a doubt and a crash. Only effects of priority
  /// 0 … `priority_most`.
  virtual Result<std::vector<OutboxItem>> claim_effects(std::size_t limit, TimePoint now, Duration lease,
                                                        int priority_most = 4) = 0;
  /// Back to pending, not before `not_before`; `doubt`: the attempt's outcome is unknown. A claim that is
  /// lost changes nothing.
  virtual Result<void> retry_effect(const EffectClaim& claim, TimePoint not_before, bool doubt,
                                    std::string_view error) = 0;
  virtual Result<std::optional<EffectRow>> find_effect(const EffectId& id) = 0;
  virtual Result<std::vector<EffectRow>> parked_effects() = 0;
  /// A parked effect becomes pending with its attempts and crashes at zero. not_found where it is not parked.
  virtual Result<void> unpark_effect(const EffectId& id, TimePoint now) = 0;

  /// Due timers, oldest first, at most `limit` of a repository, so that one whose timers cannot be fired
  /// keeps none from the others; they stay until a turn clears or replaces them.
  virtual Result<std::vector<TimerRow>> due_timers(TimePoint now, std::size_t limit) = 0;
  /// The earliest moment at which anything waits to be done: timer, retry or lease end.
  virtual Result<std::optional<TimePoint>> next_due() = 0;

  virtual Result<QueueDepth> depth(TimePoint now) = 0;
  /// A server begins: called once at start, before any claim. Where one process serves the store, it is
  /// locked for this one until it ends, and what an earlier life had claimed is free again, as a crash.
  /// Errors: also conflict (another server has it).
  virtual Result<void> take_over() = 0;
  /// Deletes done inbox bodies and done outbox rows older than `before`; GUIDs stay, so duplicates are still
  /// known.
  virtual Result<void> forget(TimePoint before) = 0;
};

}  // namespace kedge::ports
