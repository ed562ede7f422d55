// SPDX-License-Identifier: Apache-2.0
// From open rollback pull requests to a proven recovery: CI of the heads, approvals, merges, CI of the merge
// results.
#include <algorithm>

#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

struct Place {
  IncidentId incident;
  std::string rollback;
  std::string base;
};

const Rollback& rollback_at(const Draft& draft, const Place& place) {
  return *std::ranges::find(draft.incident(place.incident).rollbacks, place.rollback, &Rollback::id);
}

const RollbackBranch& branch_at(const Draft& draft, const Place& place) {
  const Rollback& rollback = rollback_at(draft, place);
  return *std::ranges::find_if(rollback.branches,
                               [&](const RollbackBranch& one) { return one.plan.base == place.base; });
}

Place place_of(const PullMatch& match) {
  return {match.incident->id, match.rollback->id, match.branch->plan.base};
}

/// CI has spoken well of this head: the trigger's workflow, or for other causes every workflow that ran.
bool is_verified(const Incident& incident, const RollbackBranch& branch) {
  const std::string path = workflow_of_cause(incident.cause);
  const auto wanted = branch.runs.find(path);
  if (wanted != branch.runs.end()) return wanted->second.conclusion == Conclusion::success;
  return path.empty() && !branch.runs.empty() && std::ranges::all_of(branch.runs, [](const auto& entry) {
           return entry.second.conclusion == Conclusion::success;
         });
}

std::size_t approvals_needed(const Incident& incident) {
  const Severity* severity = find_severity(incident.policy, incident.severity);
  return severity == nullptr ? 1 : static_cast<std::size_t>(std::max(0, severity->approvals));
}

std::size_t approvals_valid(const Rollback& rollback, const RollbackBranch& branch) {
  return static_cast<std::size_t>(std::ranges::count_if(branch.approvals, [&](const Approval& one) {
    return one.login != rollback.requested_by && one.head_sha == branch.pushed_commit;
  }));
}

bool is_approved(const Incident& incident, const Rollback& rollback, const RollbackBranch& branch) {
  return approvals_valid(rollback, branch) >= approvals_needed(incident);
}

/// Moves the rollback on as far as its branches allow; never back.
void advance(Draft& draft, const Place& place) {
  const Incident& incident = draft.incident(place.incident);
  const Rollback& rollback = rollback_at(draft, place);
  bool all_verified = true;
  bool all_approved = true;
  int open = 0;
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_state != PullState::open) continue;
    ++open;
    all_verified = all_verified && is_verified(incident, branch);
    all_approved = all_approved && is_approved(incident, rollback, branch);
  }
  if (open == 0) return;
  RollbackState next = rollback.state;
  if (rollback.state == RollbackState::verifying && all_verified) next = RollbackState::awaiting_approval;
  if ((rollback.state == RollbackState::verifying || rollback.state == RollbackState::awaiting_approval) &&
      all_verified && all_approved) {
    next = RollbackState::merging;
  }
  if (next == rollback.state) return;
  draft.record(RollbackStateChanged{.incident = place.incident, .rollback = place.rollback, .state = next});
}

void tell_approved(Draft& draft, const Place& place) {
  const RollbackBranch& branch = branch_at(draft, place);
  draft.want(place.incident, Priority::p1_rollback, "",
             ReportCheck{.name = "kedge/rollback",
                         .head_sha = branch.pushed_commit.value_or(""),
                         .status = "completed",
                         .conclusion = "success",
                         .title = "Approved",
                         .summary = "The rollback has the approvals that its runbook asks for."});
  draft.comment(place.incident, Priority::p1_rollback,
                PostComment{.issue = branch.pull_request,
                            .topic = Topic::approved,
                            .rollback = place.rollback,
                            .base = place.base});
}

/// The trigger's workflow runs on this base, so its merge result has to prove itself.
bool has_proof_to_give(const State& state, const Incident& incident, const std::string& base) {
  const std::string path = workflow_of_cause(incident.cause);
  return !path.empty() && state.newest_runs.contains(base + ":" + path);
}

void succeed_if_proven(Draft& draft, const Place& place) {
  const Rollback& rollback = rollback_at(draft, place);
  if (rollback.state != RollbackState::monitoring) return;
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_state == PullState::merged && !branch.merge_result_green &&
        has_proof_to_give(draft.state(), draft.incident(place.incident), branch.plan.base)) {
      return;
    }
  }
  draft.record(RollbackStateChanged{
      .incident = place.incident, .rollback = place.rollback, .state = RollbackState::succeeded});
  draft.comment(place.incident, Priority::p2_first_word,
                PostComment{.issue = draft.incident(place.incident).issue,
                            .topic = Topic::recovered,
                            .rollback = place.rollback});
  draft.touch(place.incident);
}

/// No pull request of the rollback is open any more.
void settle_merges(Draft& draft, const Place& place) {
  const Rollback& rollback = rollback_at(draft, place);
  if (is_ended(rollback.state) || rollback.state == RollbackState::monitoring) return;
  int merged = 0;
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_state == PullState::open) return;
    if (branch.pull_state == PullState::none && branch.push_refusal.empty()) return;  // Still being opened.
    if (branch.pull_state == PullState::merged) ++merged;
  }
  if (merged == 0) {
    draft.record(RollbackStateChanged{.incident = place.incident,
                                      .rollback = place.rollback,
                                      .state = RollbackState::aborted,
                                      .reason = "its pull requests were closed unmerged"});
    return;
  }
  draft.record(RollbackStateChanged{
      .incident = place.incident, .rollback = place.rollback, .state = RollbackState::monitoring});
  draft.record(PhaseChanged{
      .incident = place.incident, .phase = Phase::monitoring, .reason = "the rollback is merged"});
  draft.comment(
      place.incident, Priority::p2_first_word,
      PostComment{
          .issue = draft.incident(place.incident).issue, .topic = Topic::merged, .rollback = place.rollback});
  succeed_if_proven(draft, place);
}

void on_merged(Draft& draft, const Place& place, const PullRequestChanged& input) {
  if (branch_at(draft, place).pull_state == PullState::merged) return;
  draft.record(PullRequestMerged{.incident = place.incident,
                                 .rollback = place.rollback,
                                 .base = place.base,
                                 .merge_commit = input.merge_commit,
                                 .by = input.actor});
  // The run on the merge result may have been faster than this news.
  const std::string key = place.base + ":" + workflow_of_cause(draft.incident(place.incident).cause);
  const auto newest = draft.state().newest_runs.find(key);
  if (newest != draft.state().newest_runs.end() && newest->second.head_sha == input.merge_commit &&
      newest->second.conclusion == Conclusion::success) {
    const RunFact run = newest->second;
    draft.record(MergeResultGreen{
        .incident = place.incident, .rollback = place.rollback, .base = place.base, .run = run});
  }
  settle_merges(draft, place);
  draft.touch(place.incident);
}

/// The rollbacks whose merge results are being watched, by the branch a run belongs to.
std::vector<Place> watched_places(const State& state, const RunFact& run) {
  std::vector<Place> places;
  for (const auto& [id, incident] : state.incidents) {
    if (!is_open(incident.phase) || workflow_of_cause(incident.cause) != run.path) continue;
    for (const Rollback& rollback : incident.rollbacks) {
      if (is_ended(rollback.state)) continue;
      for (const RollbackBranch& branch : rollback.branches) {
        if (branch.plan.base == run.branch && branch.pull_state == PullState::merged) {
          places.push_back({incident.id, rollback.id, branch.plan.base});
        }
      }
    }
  }
  return places;
}

}  // namespace

void on_rollback_run(Draft& draft, const RunFact& run) {
  const PullMatch match = find_by_head(draft.state(), run.head_sha);
  const bool green = run.conclusion == Conclusion::success;
  if (match.branch == nullptr || is_ended(match.rollback->state) || (!green && !is_red(run.conclusion)))
    return;
  const Place place = place_of(match);
  const auto known = match.branch->runs.find(run.path);
  const bool news = known == match.branch->runs.end() || known->second.run_id != run.run_id ||
                    known->second.attempt != run.attempt || known->second.conclusion != run.conclusion;
  if (news) {
    draft.record(RollbackRunReported{
        .incident = place.incident, .rollback = place.rollback, .base = place.base, .run = run});
    draft.touch(place.incident);
  }
  const RollbackBranch& branch = branch_at(draft, place);
  if (branch.pull_request == 0) return;  // It is looked at again when the pull request is open.
  const bool verified = is_verified(draft.incident(place.incident), branch);
  if (verified && !branch.approval_requested) {
    draft.record(
        ApprovalRequested{.incident = place.incident, .rollback = place.rollback, .base = place.base});
    draft.comment(place.incident, Priority::p1_rollback,
                  PostComment{.issue = branch.pull_request,
                              .topic = Topic::verification,
                              .rollback = place.rollback,
                              .base = place.base});
  } else if (news && !green) {
    draft.comment(place.incident, Priority::p1_rollback,
                  PostComment{.issue = branch.pull_request,
                              .topic = Topic::verification,
                              .rollback = place.rollback,
                              .base = place.base});
  }
  advance(draft, place);
}

void on_base_run(Draft& draft, const RunFact& run) {
  for (const Place& place : watched_places(draft.state(), run)) {
    const RollbackBranch& branch = branch_at(draft, place);
    const bool on_result = run.head_sha == branch.merge_commit;
    const bool later = run.started_at && branch.merged_at && *run.started_at > *branch.merged_at;
    if (run.conclusion == Conclusion::success && (on_result || later) && !branch.merge_result_green) {
      draft.record(MergeResultGreen{
          .incident = place.incident, .rollback = place.rollback, .base = place.base, .run = run});
      succeed_if_proven(draft, place);
      draft.touch(place.incident);
    } else if (is_red(run.conclusion) && on_result &&
               rollback_at(draft, place).state == RollbackState::monitoring) {
      draft.record(
          RollbackStateChanged{.incident = place.incident,
                               .rollback = place.rollback,
                               .state = RollbackState::failed,
                               .reason = run.workflow + " is red on the merge result of " + place.base});
      draft.touch(place.incident);
    }
  }
}

void approve(Draft& draft, const IncidentId& incident, const std::string& rollback, const std::string& base,
             const Approval& approval) {
  const Place place{incident, rollback, base};
  if (is_ended(rollback_at(draft, place).state)) return;
  const RollbackBranch& before = branch_at(draft, place);
  const bool known = std::ranges::any_of(before.approvals, [&](const Approval& one) {
    return one.login == approval.login && one.head_sha == approval.head_sha;
  });
  if (known || before.pull_state != PullState::open || before.pushed_commit != approval.head_sha) return;
  const bool was_approved = is_approved(draft.incident(incident), rollback_at(draft, place), before);
  draft.record(ApprovalGiven{.incident = incident, .rollback = rollback, .base = base, .approval = approval});
  if (!was_approved &&
      is_approved(draft.incident(incident), rollback_at(draft, place), branch_at(draft, place))) {
    tell_approved(draft, place);
  }
  advance(draft, place);
  draft.touch(incident);
}

void on_review(Draft& draft, const ReviewSubmitted& input) {
  const PullMatch match = find_by_pull_request(draft.state(), input.pull_request);
  if (match.branch == nullptr || input.state != "approved" || input.login == draft.context().self_login)
    return;
  const PendingCommand command{.source = "review",
                               .head_sha = input.commit_sha,
                               .line = "/approve",
                               .author = input.login,
                               .issue = input.pull_request,
                               .on_pull_request = true,
                               .at = draft.input().received_at};
  if (draft.state().commands.contains(key_of(command))) return;
  draft.record(CommandReceived{command});
  draft.want(match.incident->id, Priority::p1_rollback, "",
             ReadPermission{.login = input.login, .about = key_of(command)});
}

void on_pull_request(Draft& draft, const PullRequestChanged& input) {
  const PullMatch match = find_by_pull_request(draft.state(), input.number);
  if (match.branch == nullptr) return;
  const Place place = place_of(match);
  if (input.action == "synchronize" && !input.head_sha.empty() &&
      input.head_sha != match.branch->pushed_commit &&
      (!match.branch->approvals.empty() || match.branch->approval_requested)) {
    draft.record(ApprovalVoided{.incident = place.incident,
                                .rollback = place.rollback,
                                .base = place.base,
                                .reason = "the branch has another head now"});
    draft.comment(
        place.incident, Priority::p1_rollback,
        PostComment{.issue = input.number,
                    .topic = Topic::note,
                    .text = "The head of this branch changed, so earlier approvals no longer count."});
    draft.touch(place.incident);
  }
  if (input.action != "closed") return;
  if (input.merged) return on_merged(draft, place, input);
  if (match.branch->pull_state != PullState::open) return;
  draft.record(PullRequestClosed{
      .incident = place.incident, .rollback = place.rollback, .base = place.base, .by = input.actor});
  settle_merges(draft, place);
  draft.touch(place.incident);
}

}  // namespace kedge::incident
