// SPDX-License-Identifier: Apache-2.0
// The durable loop as steps. Nothing here owns a thread: server/ calls the steps from its threads, tests and
// the simulation call them one by one on a virtual clock. Every step may be cut off anywhere and be taken
// again.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "bot/engine/perform.h"
#include "bot/engine/turns.h"
#include "bot/ports/log.h"

namespace kedge::engine {

enum class Step { idle, worked };

struct Limits {
  std::size_t inbox_batch = 16;
  Duration inbox_lease = std::chrono::minutes{1};
  /// Longer than any effect takes (a first fetch has half an hour), since an effect whose lease ends goes to
  /// another worker. A crash costs no wait: a start releases all leases.
  Duration effect_lease = std::chrono::hours{1};
  int inbox_attempts_max = 5;
  int effect_attempts_max = 12;  ///< Of chat. GitHub's writes wait out an outage of any length.
  int effect_crashes_max = 12;   ///< What takes the process down this often is parked.
  int read_attempts_max = 7;     ///< For reads that a decision waits for, a minute in all: people are waiting
                                 ///< too. is_patient: no limit.
  Duration backoff_first = std::chrono::seconds{1};
  Duration backoff_max = std::chrono::minutes{5};
  /// GitHub's lists may lag behind a write: what may be there is looked for no sooner.
  Duration lists_catch_up = std::chrono::seconds{2};
};

/// How one performed effect ended, for metrics.
struct Finished {
  std::string kind;
  std::string result;  ///< done, retry, parked
  Duration took{};
};

class Engine {
 public:
  Engine(ports::Store& store, ports::Clock& clock, ports::Log& log, Turns& turns, const Performer& performer,
         Limits limits, std::function<void(const Finished&)> observe = {});

  /// Decides about waiting deliveries, at most one batch. Idle while the bot does not know its own name.
  Step take_deliveries();
  /// Fires what is due.
  Step fire_timers();
  /// Claims one effect, performs it, and takes the turn of its outcome. An outcome that the store could not
  /// take then is recorded first by later calls. Several threads may call this at once.
  /// `priority_most`: leaves less urgent effects to others, so that some workers are always free for those.
  Step perform_effect(int priority_most = 4);

 private:
  void take_delivery(const ports::InboxItem& item);
  Result<void> decide_delivery(const ports::InboxItem& item);
  void perform_item(const ports::OutboxItem& item);
  Performed perform(const incident::State& state, const incident::Effect& effect,
                    const ports::OutboxItem& item, TimePoint started) const;
  void finish(const ports::OutboxItem& item, incident::Effect effect, incident::Outcome outcome);
  void log_runbook(const ports::OutboxItem& item, const incident::RunbookRead& read);
  void again(const ports::OutboxItem& item, incident::Effect effect, const Again& again);
  void record(incident::Input outcome, Answer answer);
  Result<void> wake_parked(std::int64_t installation);
  std::optional<int> attempts_max(const incident::EffectBody& body) const;
  /// How long what an earlier life may have written is not looked for yet.
  Duration unlisted(const incident::EffectBody& body, int crashes) const;
  Duration backoff(int attempts, std::string_view salt) const;

  ports::Store& store_;
  ports::Clock& clock_;
  ports::Log& log_;
  Turns& turns_;
  const Performer& performer_;
  Limits limits_;
  std::function<void(const Finished&)> observe_;
  TimePoint began_;
  std::mutex mutex_;
  std::deque<std::pair<incident::Input, Answer>> unrecorded_;  ///< Guarded by mutex_.
};

}  // namespace kedge::engine
