// SPDX-License-Identifier: Apache-2.0
// The core: what happened → what is recorded and wanted. Pure and total: no clock, no I/O, no logging, no
// failure. `decide` may be asked twice about the same thing (deliveries repeat, effects are retried); the
// second time it finds in the state what it decided and adds nothing.
#pragma once

#include <optional>
#include <vector>

#include "bot/incident/effect.h"
#include "bot/incident/event.h"
#include "bot/incident/input.h"

namespace kedge::incident {

struct Context {
  Policy policy;           ///< In force now; open incidents go by their own copy.
  TimePoint now{};         ///< The store's clock, never before State::last_at.
  std::string self_login;  ///< The bot's own login, `kedge[bot]`.
  bool app = true;         ///< False with a plain token.
  std::string web_url = "https://github.com";
};

/// One timer: at most one of a kind for each incident. A later one of the same kind replaces it; none cancels
/// it.
struct Timer {
  TimerKind kind = TimerKind::update_due;
  IncidentId incident;
  std::optional<TimePoint> due_at;
};

struct Decision {
  std::vector<EventBody> events;
  std::vector<Effect> effects;
  std::vector<Timer> timers;
  std::vector<EffectId> retries;  ///< Parked effects that are to be tried again.
};

/// Folds one event in. Total: a record that makes no sense in this state changes nothing but seq and time.
[[nodiscard]] State evolve(State state, const Event& event);
/// The same in place, for long folds.
void apply(State& state, const Event& event);

[[nodiscard]] Decision decide(const State& state, const Input& input, const Context& context);

/// `k` and 12 base32 characters of SHA-256(repository id, cause, opening seq).
IncidentId make_incident_id(RepositoryId repository, std::string_view cause, std::int64_t seq);

}  // namespace kedge::incident
