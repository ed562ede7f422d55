// SPDX-License-Identifier: Apache-2.0
// The end of an incident, and its return: /resolve, /cancel, issues closed, reopened or deleted by hand.
#include <algorithm>

#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// The incident that is open for the cause of one that is over, or a new one.
IncidentId incident_after(Draft& draft, const Incident& ended, const PendingCommand& reopened) {
  const State& state = draft.state();
  if (const Incident* open = find_by_cause(state, ended.cause, is_open)) return open->id;
  if (const Incident* candidate = find_by_cause(state, ended.cause, is_candidate)) {
    const IncidentId id = candidate->id;
    declare_candidate(draft, id);
    return id;
  }
  Declaration declaration{.cause = ended.cause,
                          .severity = ended.severity,
                          .title = ended.title,
                          .by = reopened.author,
                          .detected_at = reopened.at,
                          .follows = ended.id};
  for (const auto& [key, run] : state.newest_runs) {
    if (workflow_cause(run) == ended.cause && is_red(run.conclusion)) declaration.red = run;
  }
  return declare(draft, declaration);
}

}  // namespace

std::string resolve_problem(const Incident& incident, const std::string& reason) {
  if (const Rollback* rollback = active_rollback(incident)) {
    return fmt::format("rollback {} is still {}. Merge its pull requests, or close them first.", rollback->id,
                       to_string(rollback->state));
  }
  const bool rolled_back = std::ranges::any_of(
      incident.rollbacks, [](const Rollback& one) { return one.state == RollbackState::succeeded; });
  if (!rolled_back && reason.empty())
    return "no rollback succeeded, so say what helped: `/resolve <reason>`.";
  return "";
}

void resolve(Draft& draft, const IncidentId& id, const std::string& by, const std::string& reason) {
  draft.record(IncidentResolved{.incident = id, .by = by, .reason = reason});
  draft.clear_timer(TimerKind::update_due, id);
  draft.set_timer(TimerKind::reopen_window_ends, id, draft.now() + draft.incident(id).policy.reopen_window);
  const std::int64_t issue = draft.incident(id).issue;
  draft.comment(id, Priority::p2_first_word, PostComment{.issue = issue, .topic = Topic::resolved});
  if (issue != 0) {
    draft.want(id, Priority::p3_update, issue_lane(id),
               SetIssueOpen{.issue = issue, .open = false, .state_reason = "completed"});
  }
  post_update_now(draft, id, "", by);
  draft.show(id);
}

void cancel(Draft& draft, const IncidentId& id, const std::string& by, const std::string& reason) {
  abort_rollbacks(draft, id, RollbackState::aborted, "the incident was canceled");
  draft.record(IncidentCanceled{.incident = id, .by = by, .reason = reason});
  draft.clear_timer(TimerKind::update_due, id);
  draft.clear_timer(TimerKind::confirm_ends, id);
  const std::int64_t issue = draft.incident(id).issue;
  draft.comment(id, Priority::p2_first_word, PostComment{.issue = issue, .topic = Topic::canceled});
  if (issue != 0) {
    draft.want(id, Priority::p3_update, issue_lane(id),
               SetIssueOpen{.issue = issue, .open = false, .state_reason = "not_planned"});
  }
  post_update_now(draft, id, "", by);
  draft.show(id);
}

void reopen(Draft& draft, const IncidentId& id, const std::string& by, const std::string& reason) {
  draft.record(IncidentReopened{.incident = id, .by = by, .reason = reason});
  draft.clear_timer(TimerKind::reopen_window_ends, id);
  const std::int64_t issue = draft.incident(id).issue;
  if (issue != 0 && by.empty()) {
    draft.want(id, Priority::p2_first_word, issue_lane(id), SetIssueOpen{.issue = issue, .open = true});
  }
  draft.comment(id, Priority::p2_first_word,
                PostComment{.issue = issue,
                            .topic = Topic::reopened,
                            .text = by.empty() ? reason + "." : by + " reopened the issue."});
  post_update_now(draft, id, "", by);
  draft.show(id);
}

void on_issue_closed(Draft& draft, const IssueClosedBy& input) {
  const Incident* incident = find_by_issue(draft.state(), input.issue);
  if (incident == nullptr || !is_open(incident->phase) || is_own_act(draft, input.actor)) return;
  const PendingCommand command{.source = "close",
                               .line = "/resolve",
                               .author = input.actor,
                               .issue = input.issue,
                               .at = draft.input().received_at};
  if (draft.state().commands.contains(key_of(command))) return;
  draft.record(CommandReceived{command});
  draft.want(incident->id, Priority::p1_rollback, "",
             ReadPermission{.login = input.actor, .about = key_of(command)});
}

void on_issue_reopened(Draft& draft, const IssueReopenedBy& input) {
  const Incident* incident = find_by_issue(draft.state(), input.issue);
  if (incident == nullptr || is_open(incident->phase) || is_own_act(draft, input.actor)) return;
  if (is_in_reopen_window(*incident, draft.input().received_at))
    return reopen(draft, incident->id, input.actor, "the issue was reopened");
  const PendingCommand command{.source = "reopen",
                               .line = "/incident",
                               .author = input.actor,
                               .issue = input.issue,
                               .at = draft.input().received_at};
  if (draft.state().commands.contains(key_of(command))) return;
  draft.record(CommandReceived{command});
  draft.want(incident->id, Priority::p1_rollback, "",
             ReadPermission{.login = input.actor, .about = key_of(command)});
}

void follow(Draft& draft, const IncidentId& ended_id, const PendingCommand& reopened) {
  on_reopen_window_ends(draft, ended_id);
  const Incident ended = draft.incident(ended_id);
  const IncidentId next = incident_after(draft, ended, reopened);
  // Behind the opening of that issue, so that there is something to point at.
  draft.comment(next, Priority::p2_first_word, PostComment{.issue = ended.issue, .topic = Topic::followed});
  draft.want(next, Priority::p3_update, issue_lane(next),
             SetIssueOpen{.issue = ended.issue,
                          .open = false,
                          .state_reason = ended.phase == Phase::canceled ? "not_planned" : "completed"});
}

void on_issue_gone(Draft& draft, const IssueGone& input) {
  const Incident* incident = find_by_issue(draft.state(), input.issue);
  if (incident == nullptr) return;
  const IncidentId id = incident->id;
  draft.record(
      IssueUnavailable{.incident = id, .reason = fmt::format("issue #{} was {}", input.issue, input.how)});
  if (is_open(draft.incident(id).phase)) {
    draft.want(id, Priority::p2_first_word, issue_lane(id), OpenIssue{}, "open:" + id.value);
  }
}

void on_unlabeled(Draft& draft, const IssueUnlabeled& input) {
  const Incident* incident = find_by_issue(draft.state(), input.issue);
  if (incident == nullptr || incident->label_removal_noted || input.label != incident->severity ||
      !is_open(incident->phase) || is_own_act(draft, input.actor)) {
    return;
  }
  const IncidentId id = incident->id;
  draft.record(LabelRemovalNoted{.incident = id, .label = input.label, .by = input.actor});
  draft.comment(
      id, Priority::p4_cosmetic,
      PostComment{.issue = input.issue,
                  .topic = Topic::note,
                  .text = fmt::format("Removing the label {} does not change the severity of this incident. "
                                      "`/cancel` ends it if it is none.",
                                      input.label)});
}

void on_reopen_window_ends(Draft& draft, const IncidentId& id) {
  if (draft.incident(id).phase != Phase::resolved) return;
  draft.record(IncidentClosed{id});
  draft.touch(id);
}

}  // namespace kedge::incident
