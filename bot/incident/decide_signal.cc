// SPDX-License-Identifier: Apache-2.0
// From what GitHub reports to candidates and incidents: red and green runs, and labels.
#include <algorithm>
#include <charconv>

#include "bot/base/text.h"
#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// Events whose runs say something about the branch itself. A pull request's run names its head branch, which
/// a fork may have called `main`.
bool is_trunk_event(std::string_view event) {
  return event == "push" || event == "schedule" || event == "workflow_dispatch" || event == "merge_group" ||
         event == "repository_dispatch";
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool names_workflow(std::string_view wanted, const RunFact& run) {
  const std::string_view file = base_name(run.path);
  return wanted == run.workflow || wanted == file || wanted == file.substr(0, file.rfind('.'));
}

const WorkflowTrigger* trigger_for(const Policy& policy, const RunFact& run) {
  for (const WorkflowTrigger& trigger : policy.workflow_triggers) {
    const auto& branches = trigger.branches.empty() ? policy.protected_branches : trigger.branches;
    const bool named =
        trigger.workflows.empty() ||
        std::ranges::any_of(trigger.workflows, [&](const std::string& w) { return names_workflow(w, run); });
    if (named && std::ranges::find(branches, run.branch) != branches.end()) return &trigger;
  }
  return nullptr;
}

/// True where this run, or a newer one of the same workflow and branch, was recorded before.
bool is_stale(const State& state, const RunFact& run) {
  const auto newest = state.newest_runs.find(run.branch + ":" + run.path);
  return newest != state.newest_runs.end() && std::pair(newest->second.run_number, newest->second.attempt) >=
                                                  std::pair(run.run_number, run.attempt);
}

std::string title_of(const RunFact& run) {
  return fmt::format("CI is red on {}: {}", run.branch, run.workflow);
}

void open_candidate(Draft& draft, const WorkflowTrigger& trigger, const RunFact& run,
                    const std::string& cause) {
  const State& state = draft.state();
  const IncidentId id = make_incident_id(state.repository.id, cause, state.seq + 1);
  const bool others_open = !open_incidents(state).empty();
  draft.record(CandidateOpened{.incident = id,
                               .cause = cause,
                               .severity = trigger.severity,
                               .title = title_of(run),
                               .run = run,
                               .policy = draft.context().policy,
                               .detected_at = draft.input().received_at});
  if (trigger.confirm == Confirm::none && !others_open) {
    declare_candidate(draft, id);
    return;
  }
  const Severity* severity = find_severity(draft.context().policy, trigger.severity);
  const Duration first =
      severity != nullptr && severity->first_update ? *severity->first_update : Duration(15 * 60'000);
  draft.set_timer(TimerKind::confirm_ends, id, draft.input().received_at + first / 2);
  if (trigger.confirm == Confirm::rerun) {
    draft.want(id, Priority::p1_rollback, "", RerunFailedJobs{.run_id = run.run_id, .attempt = run.attempt});
  } else if (trigger.confirm == Confirm::none) {
    // Another incident is open: the same suspect red on a second branch is a second signal, not a second
    // incident.
    search_suspects(draft, id, run);
  }
}

/// The run began before the rollback was merged into its branch, so it says nothing about the result.
bool is_before_merge(const Incident& incident, const RunFact& run) {
  for (const Rollback& rollback : incident.rollbacks) {
    for (const RollbackBranch& branch : rollback.branches) {
      const bool merged = branch.plan.base == run.branch && branch.merged_at;
      if (merged && run.started_at && *run.started_at < *branch.merged_at &&
          run.head_sha != branch.merge_commit) {
        return true;
      }
    }
  }
  return false;
}

void on_red_again(Draft& draft, const Incident& incident, const RunFact& run) {
  const IncidentId id = incident.id;
  const bool was_monitoring = incident.phase == Phase::monitoring && !is_before_merge(incident, run);
  draft.record(SignalAdded{.incident = id, .run = run});
  if (was_monitoring) {
    draft.record(
        PhaseChanged{.incident = id, .phase = Phase::mitigating, .reason = "red again while being watched"});
  }
  draft.touch(id);
}

void on_red(Draft& draft, const WorkflowTrigger& trigger, const RunFact& run, bool stale) {
  const State& state = draft.state();
  const std::string cause = workflow_cause(run);
  if (const Incident* open = find_by_cause(state, cause, is_open)) return on_red_again(draft, *open, run);
  if (stale) return;  // A newer run of this workflow has spoken already.
  if (const Incident* candidate = find_by_cause(state, cause, is_candidate)) {
    const IncidentId id = candidate->id;
    const bool on_another_commit = std::ranges::any_of(
        candidate->signals, [&](const RunFact& signal) { return signal.head_sha != run.head_sha; });
    draft.record(SignalAdded{.incident = id, .run = run});
    // A commit that was run again is still one commit.
    if (trigger.confirm != Confirm::twice || on_another_commit) declare_candidate(draft, id);
    return;
  }
  const Incident* before = newest_of_cause(state, cause);
  if (before != nullptr) {
    const bool began_before =
        run.started_at && before->resolved_at && *run.started_at <= *before->resolved_at;
    if (began_before) return;  // Late news of what is over.
  }
  // A return is confirmed like a first time: a flaky run must not alarm everybody once more.
  const bool at_once = trigger.confirm == Confirm::none;
  if (at_once && before != nullptr && is_in_reopen_window(*before, draft.input().received_at))
    return red_again(draft, before->id, {run});
  open_candidate(draft, trigger, run, cause);
}

void on_green(Draft& draft, const RunFact& run) {
  const State& state = draft.state();
  const std::string cause = workflow_cause(run);
  if (const Incident* candidate = find_by_cause(state, cause, is_candidate)) {
    const IncidentId id = candidate->id;
    draft.clear_timer(TimerKind::confirm_ends, id);
    draft.record(CandidateDismissed{.incident = id,
                                    .reason = fmt::format("{} is green on {}", run.workflow, run.branch)});
    return;
  }
  const Incident* open = find_by_cause(state, cause, is_open);
  if (open == nullptr || open->recovered) return;
  const IncidentId id = open->id;
  draft.record(RecoveryObserved{.incident = id, .run = run});
  if (active_rollback(draft.incident(id)) == nullptr && draft.incident(id).issue != 0) {
    draft.comment(id, Priority::p3_update,
                  PostComment{.issue = draft.incident(id).issue, .topic = Topic::recovered});
  }
  draft.touch(id);
}

/// Nothing is known yet about who is to blame for this incident, and it is being looked for.
bool is_searching(const Incident& incident) {
  return !incident.signals.empty() && incident.suspects.empty() && incident.suspects_note.empty();
}

bool names(const Incident& incident, const Suspect& suspect) {
  return std::ranges::find(incident.suspects, suspect.sha, &Suspect::sha) != incident.suspects.end();
}

/// The open incident whose first suspect is among this candidate's, or the reverse: the same cause, seen on a
/// second branch.
const Incident* same_suspect(const State& state, const Incident& candidate) {
  for (const Incident* other : open_incidents(state)) {
    if (other->suspects.empty() || candidate.suspects.empty()) continue;
    // Which branch's news came first is chance: a merge into develop carries main's suspect among its own.
    if (names(candidate, other->suspects.front()) || names(*other, candidate.suspects.front())) return other;
  }
  return nullptr;
}

/// Two branches are red for one cause: what came to both of them is likelier than what came to one, such as
/// the merge that carried it there. People's own choice, a rollback, stays.
void prefer_common_suspects(Draft& draft, const IncidentId& id, const Incident& candidate) {
  const Incident& incident = draft.incident(id);
  if (names(candidate, incident.suspects.front())) return;
  SuspectsIdentified found{.incident = id,
                           .suspects = incident.suspects,
                           .failed_jobs = incident.failed_jobs,
                           .note = incident.suspects_note,
                           .last_green = incident.last_green};
  const auto others =
      std::stable_partition(found.suspects.begin(), found.suspects.end(),
                            [&](const Suspect& suspect) { return names(candidate, suspect); });
  for (auto common = found.suspects.begin(); common != others; ++common)
    common->reason = "It came to both red branches.";
  draft.record(found);
  if (draft.incident(id).rollbacks.empty()) propose_rollback(draft, id);
}

/// A candidate whose suspects are known joins an open incident, waits for one that still searches, or is
/// declared.
void settle_candidate(Draft& draft, const IncidentId& id) {
  const Incident& candidate = draft.incident(id);
  if (const Incident* other = same_suspect(draft.state(), candidate);
      other != nullptr && !candidate.signals.empty()) {
    const IncidentId other_id = other->id;
    const Incident joining = candidate;
    draft.clear_timer(TimerKind::confirm_ends, id);
    draft.record(CandidateDismissed{.incident = id, .reason = "the same suspect as the open incident"});
    draft.record(SignalAdded{.incident = other_id, .run = joining.signals.front()});
    prefer_common_suspects(draft, other_id, joining);
    draft.touch(other_id);
    return;
  }
  const std::vector<const Incident*> open = open_incidents(draft.state());
  if (std::ranges::any_of(open, [](const Incident* other) { return is_searching(*other); })) return;
  declare_candidate(draft, id);
}

void settle_waiting_candidates(Draft& draft) {
  std::vector<IncidentId> waiting;
  for (const auto& [key, one] : draft.state().incidents) {
    if (one.phase == Phase::candidate && !is_searching(one)) waiting.push_back(one.id);
  }
  for (const IncidentId& id : waiting) settle_candidate(draft, id);
}

}  // namespace

void search_suspects(Draft& draft, const IncidentId& id, const RunFact& run) {
  const auto green = draft.state().newest_green.find(run.branch + ":" + run.path);
  const bool known = green != draft.state().newest_green.end();
  draft.want(id, Priority::p1_rollback, "",
             FindSuspects{.run = run, .last_green_sha = known ? green->second.head_sha : ""});
}

void on_workflow(Draft& draft, const WorkflowCompleted& input) {
  const RunFact& run = input.run;
  if (input.from_fork) return;
  on_rollback_run(draft, run);
  if (!is_trunk_event(run.event)) return;
  const WorkflowTrigger* trigger = trigger_for(draft.context().policy, run);
  const bool green = run.conclusion == Conclusion::success;
  if (trigger == nullptr || (!green && !is_red(run.conclusion))) return;
  const bool stale = is_stale(draft.state(), run);
  const auto newest = draft.state().newest_runs.find(run.branch + ":" + run.path);
  const bool known = newest != draft.state().newest_runs.end() && newest->second.run_id == run.run_id &&
                     newest->second.attempt == run.attempt;
  if (known) return;  // The same news again.
  if (!stale) draft.record(RunObserved{run});
  if (green) {
    if (!stale) on_green(draft, run);
    on_base_run(draft, run);
  } else {
    on_red(draft, *trigger, run, stale);
    on_base_run(draft, run);
  }
}

void on_confirm_ends(Draft& draft, const IncidentId& id) {
  // No answer within half of the time to the first update is an answer: better a false alarm than a late one.
  if (draft.incident(id).phase == Phase::candidate) declare_candidate(draft, id);
}

void on_rerun(Draft& draft, const Effect& effect, const Outcome& outcome) {
  if (failure_of(outcome) != nullptr && draft.state().incidents.contains(effect.incident.value)) {
    on_confirm_ends(draft, effect.incident);
  }
}

void on_suspects(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const IncidentId id = effect.incident;
  if (!draft.state().incidents.contains(id.value)) return;
  SuspectsIdentified found{.incident = id};
  if (const Failed* failed = failure_of(outcome)) {
    found.note = "The search for suspects failed: " + failed->message;
  } else if (const auto* report = std::get_if<SuspectsFound>(&outcome)) {
    found.suspects = report->suspects;
    found.failed_jobs = report->failed_jobs;
    found.note = report->note;
    found.last_green = report->last_green;
  }
  if (found.suspects.empty() && found.note.empty())
    found.note = "Nothing came between the last green run and this one.";
  draft.record(found);
  if (draft.incident(id).phase == Phase::candidate) {
    settle_candidate(draft, id);
    return;
  }
  if (!found.suspects.empty() && draft.incident(id).phase == Phase::investigating) {
    draft.record(PhaseChanged{.incident = id, .phase = Phase::identified});
  }
  if (!found.suspects.empty() && is_open(draft.incident(id).phase)) propose_rollback(draft, id);
  draft.touch(id);
  settle_waiting_candidates(draft);
}

void on_label(Draft& draft, const IssueLabeled& input) {
  const State& state = draft.state();
  const bool echo = input.bears_marker && input.actor == draft.context().self_login;
  if (input.is_pull_request || echo || is_own_act(draft, input.actor) ||
      find_by_issue(state, input.issue) != nullptr ||
      state.pending_signals.contains({input.issue, input.actor})) {
    return;
  }
  for (const LabelTrigger& trigger : draft.context().policy.label_triggers) {
    for (const std::string& label : input.labels) {
      const bool wanted = std::ranges::any_of(
          trigger.labels, [&](const std::string& one) { return equals_ignore_case(one, label); });
      if (!wanted) continue;
      draft.record(SignalReceived{{.issue = input.issue,
                                   .label = label,
                                   .actor = input.actor,
                                   .title = input.title,
                                   .url = input.url,
                                   .detected_at = draft.input().received_at}});
      draft.want({}, Priority::p1_rollback, "",
                 ReadPermission{.login = input.actor, .about = fmt::format("{}{}", kSignal, input.issue)});
      return;
    }
  }
}

void on_signal_permission(Draft& draft, const ReadPermission& asked, const Outcome& outcome) {
  std::int64_t issue = 0;
  std::from_chars(asked.about.data() + kSignal.size(), asked.about.data() + asked.about.size(), issue);
  const auto pending = draft.state().pending_signals.find({issue, asked.login});
  if (pending == draft.state().pending_signals.end()) return;
  const PendingSignal signal = pending->second;
  if (const Failed* failed = failure_of(outcome)) {
    const std::string why =
        fmt::format("the permission of {} could not be read ({})", signal.actor, failed->message);
    draft.record(SignalRefused{.issue = issue, .actor = signal.actor, .reason = why});
    draft.comment(
        {}, Priority::p2_first_word,
        PostComment{.issue = issue,
                    .topic = Topic::note,
                    .text = fmt::format("The label {} opened no incident: {}. `/rollback <commit>` as "
                                        "a comment here opens one too.",
                                        signal.label, why)});
    return;
  }
  const auto* read = std::get_if<PermissionRead>(&outcome);
  if (read == nullptr) return;
  if (read->role < Role::write) {
    draft.record(SignalRefused{.issue = issue, .actor = signal.actor, .reason = "no write access"});
    return;
  }
  std::string severity;
  for (const LabelTrigger& trigger : draft.context().policy.label_triggers) {
    for (const std::string& label : trigger.labels) {
      if (severity.empty() && equals_ignore_case(label, signal.label)) severity = trigger.severity;
    }
  }
  declare(draft, {.cause = fmt::format("issue:{}", issue),
                  .severity = severity,
                  .title = signal.title,
                  .by = signal.actor,
                  .issue = issue,
                  .issue_url = signal.url,
                  .detected_at = signal.detected_at});
}

}  // namespace kedge::incident
