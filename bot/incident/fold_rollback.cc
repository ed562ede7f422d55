// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/incident/command.h"
#include "bot/incident/fold.h"

namespace kedge::incident {
namespace {

/// What the timeline says of a state; empty where the pushes, pull requests and merges before it say it all.
std::string_view words_of(RollbackState state) {
  switch (state) {
    case RollbackState::awaiting_approval:
      return "waits for approval";
    case RollbackState::merging:
      return "may be merged";
    case RollbackState::succeeded:
      return "is done";
    case RollbackState::failed:
      return "failed";
    case RollbackState::superseded:
      return "was given up";
    case RollbackState::aborted:
      return "was stopped";
    default:
      return "";
  }
}

}  // namespace

Rollback* rollback_in(State& state, const IncidentId& id, const std::string& rollback) {
  Incident* incident = incident_in(state, id);
  if (incident == nullptr) return nullptr;
  const auto found = std::ranges::find(incident->rollbacks, rollback, &Rollback::id);
  return found == incident->rollbacks.end() ? nullptr : &*found;
}

RollbackBranch* branch_in(State& state, const IncidentId& id, const std::string& rollback,
                          const std::string& base) {
  Rollback* found = rollback_in(state, id, rollback);
  if (found == nullptr) return nullptr;
  const auto branch =
      std::ranges::find_if(found->branches, [&](const RollbackBranch& one) { return one.plan.base == base; });
  return branch == found->branches.end() ? nullptr : &*branch;
}

void fold(State& state, TimePoint at, const RollbackRequested& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr || rollback_in(state, event.incident, event.rollback) != nullptr) return;
  incident->rollbacks.push_back({.id = event.rollback,
                                 .target_text = event.target,
                                 .reason = event.reason,
                                 .requested_by = event.by,
                                 .comment_id = event.comment_id,
                                 .comment_issue = event.comment_issue,
                                 .decided_at = at});
  if (event.by.empty()) state.prepared_at.push_back(at);
  note(*incident, at,
       fmt::format("{} asked for rollback {} of {}{}{}", event.by.empty() ? "The runbook" : event.by,
                   event.rollback, target_words(event.target), event.reason.empty() ? "" : ": ",
                   event.reason));
}

void fold(State& state, TimePoint, const RollbackPlanned& event) {
  Rollback* rollback = rollback_in(state, event.incident, event.rollback);
  if (rollback == nullptr) return;
  rollback->plan = event.plan;
  // A second plan, after a base moved, must not forget what the first one achieved on the other bases.
  std::vector<RollbackBranch> branches;
  for (const RollbackBranch& before : rollback->branches) {
    if (before.pushed_commit) branches.push_back(before);
  }
  for (const rollback::BranchPlan& plan : event.plan.branches) {
    const RollbackBranch* before = branch_in(state, event.incident, event.rollback, plan.base);
    const bool kept = before != nullptr && before->pushed_commit;
    if (plan.outcome == rollback::Outcome::clean && !kept) branches.push_back({.plan = plan});
  }
  rollback->branches = std::move(branches);
}

void fold(State& state, TimePoint at, const RollbackRefused& event) {
  Rollback* rollback = rollback_in(state, event.incident, event.rollback);
  if (rollback == nullptr) return;
  rollback->state = event.state;
  rollback->refusal = event.reason;
  rollback->ended_at = at;
  note(*incident_in(state, event.incident), at,
       fmt::format(
           "Rollback {} {}: {}", event.rollback,
           event.state == RollbackState::conflicted ? "does not revert cleanly" : to_string(event.state),
           event.reason));
}

void fold(State& state, TimePoint at, const BranchPushed& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->plan.branch = event.branch;
  branch->plan.commit = event.commit;
  branch->pushed_commit = event.commit;
  branch->head = event.commit;
  std::erase_if(branch->runs, [&](const auto& entry) { return entry.second.head_sha != event.commit; });
  branch->push_refusal.clear();
  branch->outdated.clear();
  branch->safety_ref = event.safety_ref;
  branch->safety_where = event.safety_where;
  note(*incident_in(state, event.incident), at, fmt::format("Pushed {}", event.branch));
}

void fold(State& state, TimePoint at, const PushRefused& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->push_refusal = event.reason;
  note(*incident_in(state, event.incident), at,
       fmt::format("No rollback of {}: {}", event.base, event.reason));
}

void fold(State& state, TimePoint at, const PullRequestOpened& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->pull_request = event.number;
  branch->pull_request_url = event.url;
  branch->pull_state = PullState::open;
  note(*incident_in(state, event.incident), at,
       fmt::format("Opened pull request #{} into {}", event.number, event.base));
}

void fold(State& state, TimePoint at, const PullRequestFailed& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->push_refusal = event.reason;
  note(*incident_in(state, event.incident), at,
       fmt::format("No pull request into {}: {}", event.base, event.reason));
}

void fold(State& state, TimePoint at, const RollbackRunReported& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->runs[event.run.path] = event.run;
  note(*incident_in(state, event.incident), at,
       fmt::format("{} is {} on the rollback of {}", event.run.workflow,
                   is_red(event.run.conclusion) ? "red" : "green", event.base));
}

void fold(State& state, TimePoint, const ApprovalRequested& event) {
  if (RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base)) {
    branch->approval_requested = true;
  }
}

void fold(State& state, TimePoint at, const ApprovalGiven& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  std::erase_if(branch->approvals, [&](const Approval& one) { return one.login == event.approval.login; });
  branch->approvals.push_back(event.approval);
  note(*incident_in(state, event.incident), at,
       fmt::format("{} approved the rollback of {}", event.approval.login, event.base));
}

void fold(State& state, TimePoint at, const ApprovalVoided& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  std::erase_if(branch->approvals,
                [&](const Approval& one) { return event.login.empty() || one.login == event.login; });
  note(*incident_in(state, event.incident), at,
       event.login.empty()
           ? fmt::format("Approval for {} is void: {}", event.base, event.reason)
           : fmt::format("Approval of {} by {} is void: {}", event.base, event.login, event.reason));
}

void fold(State& state, TimePoint at, const PullRequestHeadMoved& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->head = event.head_sha;
  branch->head_by = event.head_sha == branch->pushed_commit ? "" : event.by;
  branch->runs.clear();
  branch->approval_requested = false;
  note(*incident_in(state, event.incident), at,
       fmt::format("{} pushed to the rollback of {}", event.by, event.base));
}

void fold(State& state, TimePoint at, const BaseMoved& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  rollback::BranchPlan plan = event.plan;
  plan.branch = branch->plan.branch;
  plan.commit = branch->plan.commit;
  branch->plan = std::move(plan);
  branch->outdated = event.reason;
  note(*incident_in(state, event.incident), at,
       event.reason.empty() ? fmt::format("{} moved to {}; the rollback is the same there, approvals stand",
                                          event.base, event.plan.tip.substr(0, 12))
                            : fmt::format("{} has new commits: {}", event.base, event.reason));
}

void fold(State& state, TimePoint at, const RollbackStateChanged& event) {
  Rollback* rollback = rollback_in(state, event.incident, event.rollback);
  if (rollback == nullptr) return;
  rollback->state = event.state;
  if (is_ended(event.state)) rollback->ended_at = at;
  if (event.state == RollbackState::failed || event.state == RollbackState::aborted ||
      event.state == RollbackState::superseded) {
    rollback->refusal = event.reason;
  }
  if (const std::string_view words = words_of(event.state); !words.empty()) {
    note(*incident_in(state, event.incident), at,
         fmt::format("Rollback {} {}{}{}", event.rollback, words, event.reason.empty() ? "" : ": ",
                     event.reason));
  }
}

void fold(State& state, TimePoint at, const PullRequestMerged& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->pull_state = PullState::merged;
  branch->merge_commit = event.merge_commit;
  branch->merged_by = event.by;
  branch->merged_at = at;
  note(*incident_in(state, event.incident), at,
       fmt::format("{} merged the rollback of {} (#{})", event.by, event.base, branch->pull_request));
}

void fold(State& state, TimePoint at, const PullRequestClosed& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->pull_state = PullState::closed;
  note(
      *incident_in(state, event.incident), at,
      fmt::format("{} closed the rollback of {} unmerged (#{})", event.by, event.base, branch->pull_request));
}

void fold(State& state, TimePoint at, const MergeResultGreen& event) {
  RollbackBranch* branch = branch_in(state, event.incident, event.rollback, event.base);
  if (branch == nullptr) return;
  branch->merge_result_green = true;
  note(*incident_in(state, event.incident), at,
       fmt::format("{} is green on {} with the rollback", event.run.workflow, event.base));
}

}  // namespace kedge::incident
