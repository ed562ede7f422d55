// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/effect.h"
#include "bot/incident/fold.h"

namespace kedge::incident {
namespace {

/// Comment ids grow, so the oldest go first; a redelivery that old has a GUID the inbox still knows.
constexpr std::size_t kSeenCommentsMax = 2000;

std::string key_of(const RunFact& run) {
  return run.branch + ":" + run.path;
}

/// Keeps the newest run of a key: by run number, then attempt. Deliveries may come out of order.
void keep_newest(std::map<std::string, RunFact>& runs, const RunFact& run) {
  const auto [at, fresh] = runs.try_emplace(key_of(run), run);
  if (!fresh &&
      std::pair(run.run_number, run.attempt) >= std::pair(at->second.run_number, at->second.attempt)) {
    at->second = run;
  }
}

}  // namespace

void fold(State& state, TimePoint, const RepositorySeen& event) {
  state.repository = merged(std::move(state.repository), event.repository);
}

void fold(State& state, TimePoint, const RunbookAdopted& event) {
  state.runbook_known = true;
  state.runbook_text = event.present ? std::optional(event.text) : std::nullopt;
  state.runbook_commit = event.commit_sha;
  state.runbook_problems.clear();
}

void fold(State& state, TimePoint, const RunbookRejected& event) {
  state.runbook_known = true;
  state.runbook_problems = event.problems;
}

void fold(State& state, TimePoint, const RunObserved& event) {
  keep_newest(state.newest_runs, event.run);
  if (event.run.conclusion == Conclusion::success) keep_newest(state.newest_green, event.run);
}

void fold(State& state, TimePoint, const SignalReceived& event) {
  state.pending_signals[{event.signal.issue, event.signal.actor}] = event.signal;
}

void fold(State& state, TimePoint, const SignalRefused& event) {
  state.pending_signals.erase({event.issue, event.actor});
}

void fold(State& state, TimePoint, const CommandReceived& event) {
  const PendingCommand& command = event.command;
  state.commands[key_of(command)] = command;
  if (command.comment_id == 0) return;
  state.seen_comments.insert(command.comment_id);
  if (state.seen_comments.size() > kSeenCommentsMax) state.seen_comments.erase(state.seen_comments.begin());
}

void fold(State& state, TimePoint, const CommandAnswered& event) {
  state.commands.erase(event.key);
}

void fold(State&, TimePoint, const WorkWanted&) {}

void fold(State& state, TimePoint at, const EffectParked& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident != nullptr && is_left_to_people(event.kind)) {
    note(*incident, at, fmt::format("Gave up on {}: {}", deed_of(event.kind), event.reason));
    std::erase_if(incident->parked,
                  [&](const ParkedEffect& one) { return one.effect_id == event.effect_id; });
    incident->parked.push_back({event.effect_id, event.kind, event.reason});
    if (incident->parked.size() > kParkedMax) incident->parked.erase(incident->parked.begin());
  }
}

void fold(State& state, TimePoint at, const EffectRecovered& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    std::erase_if(incident->parked,
                  [&](const ParkedEffect& one) { return one.effect_id == event.effect_id; });
    note(*incident, at, fmt::format("Done after all: {}", deed_of(event.kind)));
  }
}

}  // namespace kedge::incident
