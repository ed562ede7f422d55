// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/draft.h"

#include <algorithm>

#include "bot/base/assert.h"
#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::incident {

Draft::Draft(const State& state, const Input& input, const Context& context)
    : state_(state), input_(input), context_(context), now_(std::max(context.now, state.last_at)) {}

const Incident& Draft::incident(const IncidentId& id) const {
  const auto found = state_.incidents.find(id.value);
  KEDGE_ASSERT(found != state_.incidents.end(), "callers found the incident in this state");
  return found->second;
}

void Draft::record(EventBody event) {
  apply(state_, Event{.seq = state_.seq + 1, .at = now_, .body = event});
  decision_.events.push_back(std::move(event));
}

void Draft::want(const IncidentId& incident, Priority priority, std::string lane, EffectBody body,
                 std::string coalesce, Duration wait) {
  const auto found = state_.incidents.find(incident.value);
  const Policy& policy = found == state_.incidents.end() ? context_.policy : found->second.policy;
  if (policy.mode == Mode::observe && writes(body)) return;
  decision_.effects.push_back({.incident = incident,
                               .priority = priority,
                               .lane = std::move(lane),
                               .coalesce = std::move(coalesce),
                               .wait = wait,
                               .body = std::move(body)});
}

void Draft::set_timer(TimerKind kind, const IncidentId& incident, TimePoint due_at) {
  decision_.timers.push_back({.kind = kind, .incident = incident, .due_at = due_at});
}

void Draft::clear_timer(TimerKind kind, const IncidentId& incident) {
  decision_.timers.push_back({.kind = kind, .incident = incident});
}

void Draft::rewrite(const IncidentId& id, Duration wait) {
  const Incident& current = incident(id);
  // In lanes of their own: what waits here holds up neither comments nor updates.
  if (current.issue != 0) {
    want(id, Priority::p3_update, state_lane(id), WriteState{}, state_lane(id), wait);
  }
  for (const Channel& channel : current.policy.channels) {
    const auto receipt = current.channels.find(channel.name);
    if (receipt == current.channels.end() || receipt->second.living_message.empty()) continue;
    if (!receipt->second.failure.empty()) continue;  // The next update tries it again.
    const std::string lane = fmt::format("living:{}:{}", id.value, channel.name);
    want(id, Priority::p3_update, lane, EditLiving{.channel = channel.name}, lane, wait);
  }
}

void Draft::comment(const IncidentId& id, Priority priority, PostComment comment) {
  if (comment.issue == 0)
    return;  // There is no issue to write on; the state section will say it once there is.
  const std::string lane = id.value.empty() ? fmt::format("comment:{}", comment.issue) : issue_lane(id);
  want(id, priority, lane, std::move(comment));
}

void Draft::justify() {
  if (decision_.effects.empty() || !decision_.events.empty()) return;
  const Effect& first = decision_.effects.front();
  record(WorkWanted{.incident = first.incident, .kind = std::string(kind_of(first.body))});
}

Decision Draft::finish() && {
  for (const auto& [id, wait] : touched_) rewrite(id, wait);
  justify();
  return std::move(decision_);
}

std::string issue_lane(const IncidentId& incident) {
  return "issue:" + incident.value;
}

std::string state_lane(const IncidentId& incident) {
  return "state:" + incident.value;
}

std::string git_lane(const Draft& draft) {
  return fmt::format("git:{}", draft.state().repository.id.value);
}

std::string workflow_cause(const RunFact& run) {
  return fmt::format("workflow:{}:{}", run.branch, run.path);
}

std::string workflow_of_cause(std::string_view cause) {
  constexpr std::string_view kPrefix = "workflow:";
  if (!cause.starts_with(kPrefix)) return {};
  const std::size_t colon = cause.rfind(':');
  return std::string(cause.substr(colon + 1));
}

const Failed* failure_of(const Outcome& outcome) {
  return std::get_if<Failed>(&outcome);
}

bool is_own_act(const Draft& draft, std::string_view login) {
  return draft.context().app && login == draft.context().self_login;
}

IncidentId make_incident_id(RepositoryId repository, std::string_view cause, std::int64_t seq) {
  const std::string digest = sha256(fmt::format("{}\n{}\n{}", repository.value, cause, seq));
  return IncidentId("k" + to_base32(digest.substr(0, 8)).substr(0, 12));
}

}  // namespace kedge::incident
