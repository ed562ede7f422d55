// SPDX-License-Identifier: Apache-2.0
// Who approved which head, and what the check `kedge/rollback` says of it. An approval counts for the head it
// was given on, and never from who asked for the rollback or who pushed that head.
#include <algorithm>

#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

std::size_t approvals_needed(const Incident& incident) {
  const Severity* severity = find_severity(incident.policy, incident.severity);
  return severity == nullptr ? 1 : static_cast<std::size_t>(std::max(0, severity->approvals));
}

std::size_t approvals_valid(const Rollback& rollback, const RollbackBranch& branch) {
  return static_cast<std::size_t>(std::ranges::count_if(branch.approvals, [&](const Approval& one) {
    return one.login != rollback.requested_by && one.login != branch.head_by && one.head_sha == branch.head;
  }));
}

bool is_head_approved(const std::vector<PullMatch>& matches) {
  return std::ranges::all_of(matches, [](const PullMatch& match) {
    return match.branch->pull_state != PullState::open ||
           is_approved(*match.incident, *match.rollback, *match.branch);
  });
}

/// Approvals of this login, whichever way they were given, are withdrawn.
void withdraw(Draft& draft, const Place& place, const std::string& login, const std::string& reason) {
  const RollbackBranch& branch = branch_at(draft, place);
  if (std::ranges::find(branch.approvals, login, &Approval::login) == branch.approvals.end()) return;
  const bool was = is_approved(draft.incident(place.incident), rollback_at(draft, place), branch);
  draft.record(ApprovalVoided{.incident = place.incident,
                              .rollback = place.rollback,
                              .base = place.base,
                              .reason = reason,
                              .login = login});
  on_approval_changed(draft, place, was);
}

}  // namespace

bool is_approved(const Incident& incident, const Rollback& rollback, const RollbackBranch& branch) {
  return branch.plan.outcome == rollback::Outcome::clean &&
         approvals_valid(rollback, branch) >= approvals_needed(incident);
}

void report_check(Draft& draft, const Place& place) {
  const std::string head = branch_at(draft, place).head;
  ReportCheck check{
      .name = "kedge/rollback",
      .head_sha = head,
      .status = "in_progress",
      .title = "Waiting for approval",
      .summary = "This turns green when the rollback has the approvals that its runbook asks for."};
  // A check belongs to a commit. Bases with equal tips share the revert's commit, so all of them must agree.
  const std::vector<PullMatch> matches = find_by_head(draft.state(), head);
  if (matches.empty()) {
    check.status = "completed";
    check.conclusion = "failure";
    check.title = "Given up";
    check.summary = "This rollback is not pursued any more; the incident says why.";
  } else if (is_head_approved(matches)) {
    check.status = "completed";
    check.conclusion = "success";
    check.title = "Approved";
    check.summary = "The rollback has the approvals that its runbook asks for.";
  }
  draft.want(place.incident, Priority::p1_rollback, "check:" + head, std::move(check), "check:" + head);
}

void on_approval_changed(Draft& draft, const Place& place, bool was_approved) {
  const RollbackBranch branch = branch_at(draft, place);
  const bool approved = is_approved(draft.incident(place.incident), rollback_at(draft, place), branch);
  if (approved != was_approved) report_check(draft, place);
  if (approved && !was_approved) {
    draft.comment(place.incident, Priority::p1_rollback,
                  PostComment{.issue = branch.pull_request,
                              .topic = Topic::approved,
                              .rollback = place.rollback,
                              .base = place.base});
  }
  advance(draft, place);
  draft.touch(place.incident);
}

void advance(Draft& draft, const Place& place) {
  const Incident& incident = draft.incident(place.incident);
  const Rollback& rollback = rollback_at(draft, place);
  const bool is_between = rollback.state == RollbackState::verifying ||
                          rollback.state == RollbackState::awaiting_approval ||
                          rollback.state == RollbackState::merging;
  if (!is_between) return;
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
  RollbackState next = RollbackState::verifying;
  if (all_verified) next = all_approved ? RollbackState::merging : RollbackState::awaiting_approval;
  if (next == rollback.state) return;
  draft.record(RollbackStateChanged{.incident = place.incident, .rollback = place.rollback, .state = next});
}

void approve(Draft& draft, const IncidentId& incident, const std::string& rollback, const std::string& base,
             const Approval& approval) {
  const Place place{incident, rollback, base};
  if (is_ended(rollback_at(draft, place).state)) return;
  const RollbackBranch& before = branch_at(draft, place);
  const bool known = std::ranges::any_of(before.approvals, [&](const Approval& one) {
    return one.login == approval.login && one.head_sha == approval.head_sha;
  });
  if (known || before.pull_state != PullState::open || before.head != approval.head_sha) return;
  const bool was = is_approved(draft.incident(incident), rollback_at(draft, place), before);
  draft.record(ApprovalGiven{.incident = incident, .rollback = rollback, .base = base, .approval = approval});
  on_approval_changed(draft, place, was);
}

void on_review(Draft& draft, const ReviewSubmitted& input) {
  const PullMatch match = find_by_pull_request(draft.state(), input.pull_request);
  if (match.branch == nullptr || is_ended(match.rollback->state)) return;
  const Place place = place_of(match);
  if (input.state == "dismissed") return withdraw(draft, place, input.login, "the review was dismissed");
  if (input.state == "changes_requested")
    return withdraw(draft, place, input.login, "changes were asked for");
  if (input.state != "approved" || is_own_act(draft, input.login)) return;
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

}  // namespace kedge::incident
