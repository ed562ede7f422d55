// SPDX-License-Identifier: Apache-2.0
// Opening an incident: from a candidate, a label, or a command.
#include <algorithm>

#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// What follows from every declaration: the issue, the first words, the search for the suspect.
void begin(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  if (incident.issue != 0) {
    draft.want(id, Priority::p2_first_word, issue_lane(id),
               LabelIssue{.issue = incident.issue, .labels = {incident.severity, "incident"}});
    draft.touch(id);
  } else {
    draft.want(id, Priority::p2_first_word, issue_lane(id), OpenIssue{}, "open:" + id.value);
  }
  start_updates(draft, id);
  if (!draft.state().runbook_problems.empty()) load_runbook(draft, "it could not be put in force before");
  const bool suspects_known = !incident.suspects.empty();
  if (suspects_known) {
    draft.record(PhaseChanged{.incident = id, .phase = Phase::identified});
    propose_rollback(draft, id);
  } else if (!incident.signals.empty()) {
    search_suspects(draft, id, incident.signals.front());
  }
}

/// What waited for the issue, which its texts name.
void publish_awaited(Draft& draft, const IncidentId& id) {
  publish_rollbacks(draft, id);
  push_fixes(draft, id);
}

}  // namespace

const Incident* newest_of_cause(const State& state, std::string_view cause) {
  const Incident* newest = nullptr;
  for (const auto& [id, incident] : state.incidents) {
    if (incident.cause != cause || !incident.declared_at || incident.phase == Phase::canceled) continue;
    if (newest == nullptr || incident.detected_at > newest->detected_at) newest = &incident;
  }
  return newest;
}

IncidentId declare(Draft& draft, const Declaration& declaration) {
  const State& state = draft.state();
  const Incident* earlier = newest_of_cause(state, declaration.cause);
  IncidentId follows = declaration.follows;
  if (follows.value.empty() && earlier != nullptr) follows = earlier->id;
  const IncidentId id = make_incident_id(state.repository.id, declaration.cause, state.seq + 1);
  draft.record(IncidentDeclared{.incident = id,
                                .cause = declaration.cause,
                                .severity = declaration.severity,
                                .title = declaration.title,
                                .policy = draft.context().policy,
                                .detected_at = declaration.detected_at,
                                .declared_by = declaration.by,
                                .issue = declaration.issue,
                                .issue_url = declaration.issue_url,
                                .linked_to = follows});
  if (declaration.red) draft.record(SignalAdded{.incident = id, .run = *declaration.red});
  begin(draft, id);
  return id;
}

void declare_candidate(Draft& draft, const IncidentId& id) {
  const Incident candidate = draft.incident(id);
  const Incident* earlier = newest_of_cause(draft.state(), candidate.cause);
  draft.clear_timer(TimerKind::confirm_ends, id);
  if (earlier != nullptr && is_in_reopen_window(*earlier, draft.now())) {
    const IncidentId before = earlier->id;
    draft.record(CandidateDismissed{.incident = id, .reason = "the incident before it is open again"});
    red_again(draft, before, candidate.signals);
    return;
  }
  draft.record(IncidentDeclared{.incident = id,
                                .cause = candidate.cause,
                                .severity = candidate.severity,
                                .title = candidate.title,
                                .policy = candidate.policy,
                                .detected_at = candidate.detected_at,
                                .linked_to = earlier == nullptr ? IncidentId{} : earlier->id});
  begin(draft, id);
}

void red_again(Draft& draft, const IncidentId& id, const std::vector<RunFact>& runs) {
  const RunFact& run = runs.back();
  reopen(draft, id, "", fmt::format("{} is red on {} again", run.workflow, run.branch));
  for (const RunFact& red : runs) draft.record(SignalAdded{.incident = id, .run = red});
  search_suspects(draft, id, run);  // What is to blame now came after what was found before.
  draft.touch(id);
}

void on_issue_opened(Draft& draft, const Effect& effect, const Outcome& outcome) {
  if (!draft.state().incidents.contains(effect.incident.value)) return;
  const bool awaited = is_issue_coming(draft.incident(effect.incident));
  if (const Failed* failed = failure_of(outcome)) {
    const Incident& incident = draft.incident(effect.incident);
    if (incident.issue != 0 || incident.issue_failure == failed->message) return;
    draft.record(IssueUnavailable{.incident = effect.incident, .reason = failed->message});
    if (awaited) publish_awaited(draft, effect.incident);
    draft.touch(effect.incident);
    keep_clock(draft, effect.incident);
    return;
  }
  const auto* opened = std::get_if<IssueOpened>(&outcome);
  if (opened == nullptr || draft.incident(effect.incident).issue == opened->number) return;
  draft.record(IssueLinked{.incident = effect.incident, .issue = opened->number, .url = opened->url});
  if (awaited) publish_awaited(draft, effect.incident);
  carry_on_issue(draft, effect.incident);
  // Facts that came while the issue was being opened are not on it yet, nor that all is over.
  draft.touch(effect.incident);
  const Phase phase = draft.incident(effect.incident).phase;
  if (!is_open(phase)) {
    draft.want(effect.incident, Priority::p3_update, issue_lane(effect.incident),
               SetIssueOpen{.issue = opened->number,
                            .open = false,
                            .state_reason = phase == Phase::canceled ? "not_planned" : "completed"});
  }
}

}  // namespace kedge::incident
