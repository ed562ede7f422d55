// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/incident/fold.h"

namespace kedge::incident {
namespace {

/// One signal a run; a later attempt of it replaces the earlier one.
void add_signal(Incident& incident, const RunFact& run) {
  const auto known = std::ranges::find(incident.signals, run.run_id, &RunFact::run_id);
  if (known != incident.signals.end()) {
    if (run.attempt >= known->attempt) *known = run;
    return;
  }
  ++incident.signal_count;
  incident.signals.push_back(run);
  // The first signals tell the story; of the rest the newest are kept.
  if (incident.signals.size() > kSignalsMax) incident.signals.erase(incident.signals.begin() + 1);
}

}  // namespace

std::string short_sha(std::string_view sha) {
  return std::string(sha.substr(0, 12));
}

Incident* incident_in(State& state, const IncidentId& id) {
  const auto found = state.incidents.find(id.value);
  return found == state.incidents.end() ? nullptr : &found->second;
}

void note(Incident& incident, TimePoint at, std::string text) {
  incident.timeline.push_back({at, std::move(text)});
  if (incident.timeline.size() > kTimelineMax) incident.timeline.erase(incident.timeline.begin());
}

void enter(Incident& incident, TimePoint at, Phase phase) {
  incident.phase = phase;
  // First-entry times never move: durations are measured from them.
  const auto first = [at](std::optional<TimePoint>& time) {
    if (!time) time = at;
  };
  switch (phase) {
    case Phase::identified:
      first(incident.identified_at);
      break;
    case Phase::mitigating:
      first(incident.mitigating_at);
      break;
    case Phase::monitoring:
      first(incident.monitoring_at);
      break;
    case Phase::resolved:
      incident.resolved_at = at;
      break;
    case Phase::closed:
    case Phase::canceled:
      first(incident.closed_at);
      break;
    default:
      break;
  }
}

void fold(State& state, TimePoint at, const CandidateOpened& event) {
  if (incident_in(state, event.incident) != nullptr) return;
  Incident incident{.id = event.incident,
                    .cause = event.cause,
                    .severity = event.severity,
                    .title = event.title,
                    .policy = event.policy,
                    .detected_at = event.detected_at};
  add_signal(incident, event.run);
  note(incident, at,
       fmt::format("{} is red on {} at {}", event.run.workflow, event.run.branch,
                   short_sha(event.run.head_sha)));
  state.incidents.emplace(event.incident.value, std::move(incident));
}

void fold(State& state, TimePoint at, const CandidateDismissed& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    enter(*incident, at, Phase::canceled);
    incident->resolution = event.reason;
    note(*incident, at, "Not an incident: " + event.reason);
  }
}

void fold(State& state, TimePoint at, const IncidentDeclared& event) {
  Incident& incident = state.incidents[event.incident.value];
  const bool was_candidate = !incident.id.value.empty();
  incident.id = event.incident;
  incident.cause = event.cause;
  incident.severity = event.severity;
  incident.title = event.title;
  incident.drill = event.drill;
  incident.policy = event.policy;
  if (!was_candidate) incident.detected_at = event.detected_at;
  incident.declared_at = at;
  incident.declared_by = event.declared_by;
  incident.linked_to = event.linked_to;
  incident.phase = Phase::investigating;
  if (event.issue != 0) {
    incident.issue = event.issue;
    incident.issue_url = event.issue_url;
    incident.issue_adopted = true;
    std::erase_if(state.pending_signals, [&](const auto& one) { return one.second.issue == event.issue; });
  }
  std::string declared = "Declared as " + event.severity;
  if (!event.declared_by.empty()) declared += " by " + event.declared_by;
  if (const Incident* earlier = incident_in(state, event.linked_to))
    declared += "; it follows " + name_of(state, *earlier);
  note(incident, at, std::move(declared));
  if (!state.runbook_problems.empty()) {
    note(incident, at, "The newest .github/kedge.yml is not in force: " + state.runbook_problems.front());
  }
}

void fold(State& state, TimePoint at, const SignalAdded& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    const bool known =
        std::ranges::find(incident->signals, event.run.run_id, &RunFact::run_id) != incident->signals.end();
    add_signal(*incident, event.run);
    incident->recovered.reset();
    if (!known) {
      note(*incident, at,
           fmt::format("{} is red on {} at {}", event.run.workflow, event.run.branch,
                       short_sha(event.run.head_sha)));
    }
  }
}

void fold(State& state, TimePoint at, const RecoveryObserved& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->recovered = event.run;
    note(*incident, at,
         fmt::format("{} is green again on {} at {}", event.run.workflow, event.run.branch,
                     short_sha(event.run.head_sha)));
  }
}

void fold(State& state, TimePoint at, const SuspectsIdentified& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->suspects = event.suspects;
    incident->failed_jobs = event.failed_jobs;
    incident->suspects_note = event.note;
    incident->last_green = event.last_green;
    if (!event.suspects.empty()) {
      note(*incident, at,
           fmt::format("First suspect: {} “{}”", short_sha(event.suspects.front().sha),
                       event.suspects.front().subject));
    }
  }
}

void fold(State& state, TimePoint, const RollbackProposed& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->proposal = event.plan;
    incident->proposal_note = event.note;
  }
}

void fold(State& state, TimePoint at, const PhaseChanged& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    enter(*incident, at, event.phase);
    // Without a reason it follows from what stands there already.
    if (!event.reason.empty())
      note(*incident, at, fmt::format("Now {}: {}", to_string(event.phase), event.reason));
  }
}

void fold(State& state, TimePoint at, const IssueLinked& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->issue = event.issue;
    incident->issue_url = event.url;
    incident->issue_adopted = event.adopted;
    incident->issue_failure.clear();
    // An earlier attempt that was given up would open a second one.
    std::erase_if(incident->parked, [](const ParkedEffect& one) { return one.kind == "open_issue"; });
    if (!event.adopted) note(*incident, at, fmt::format("Opened issue #{}", event.issue));
  }
}

void fold(State& state, TimePoint at, const IssueUnavailable& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->issue = 0;
    incident->issue_url.clear();
    incident->issue_failure = event.reason;
    note(*incident, at, "No issue: " + event.reason);
  }
}

void fold(State& state, TimePoint at, const Acknowledged& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr ||
      std::ranges::find(incident->acknowledged_by, event.login) != incident->acknowledged_by.end()) {
    return;
  }
  incident->acknowledged_by.push_back(event.login);
  note(*incident, at, "Acknowledged by " + event.login);
}

void fold(State& state, TimePoint at, const RoleTaken& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->roles[event.role] = event.login;
    note(*incident, at, fmt::format("{} is {}", event.login, event.role));
  }
}

void fold(State& state, TimePoint at, const IncidentResolved& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    enter(*incident, at, Phase::resolved);
    incident->resolution = event.reason;
    incident->ended_by = event.by;
    incident->next_update_due.reset();
    note(*incident, at,
         fmt::format("Resolved by {}{}{}", event.by, event.reason.empty() ? "" : ": ", event.reason));
  }
}

void fold(State& state, TimePoint at, const IncidentReopened& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->phase = Phase::investigating;
    incident->resolution.clear();
    incident->ended_by.clear();
    incident->recovered.reset();
    note(*incident, at, "Reopened" + (event.by.empty() ? ": " + event.reason : " by " + event.by));
  }
}

void fold(State& state, TimePoint at, const IncidentClosed& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    enter(*incident, at, Phase::closed);
    note(*incident, at, "Closed: the time to reopen it has passed");
  }
}

void fold(State& state, TimePoint at, const IncidentCanceled& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    enter(*incident, at, Phase::canceled);
    incident->resolution = event.reason;
    incident->ended_by = event.by;
    incident->next_update_due.reset();
    note(*incident, at,
         fmt::format("Canceled by {}{}{}", event.by, event.reason.empty() ? "" : ": ", event.reason));
  }
}

void fold(State& state, TimePoint at, const LabelRemovalNoted& event) {
  if (Incident* incident = incident_in(state, event.incident)) {
    incident->label_removal_noted = true;
    note(*incident, at, fmt::format("{} removed the label {}; the severity stays", event.by, event.label));
  }
}

}  // namespace kedge::incident
