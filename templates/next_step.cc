// SPDX-License-Identifier: Apache-2.0
#include "templates/next_step.h"

#include <algorithm>

namespace kedge::templates {
namespace {

using incident::Incident;
using incident::Phase;
using incident::Rollback;
using incident::RollbackState;

NextKind of_active(const Rollback& rollback) {
  switch (rollback.state) {
    case RollbackState::proposed:
    case RollbackState::prepared:
      return NextKind::preparing;
    case RollbackState::verifying:
      return std::ranges::any_of(rollback.branches, [](const auto& branch) { return is_red(branch); })
                 ? NextKind::mend_rollback
                 : NextKind::wait_for_ci;
    case RollbackState::awaiting_approval:
      return NextKind::approve;
    case RollbackState::merging:
      return NextKind::merge;
    default:
      return NextKind::watch_result;
  }
}

NextKind of_proposal(const Incident& incident) {
  if (!incident.proposal) {
    if (!incident.suspects.empty() && incident.proposal_note.empty()) return NextKind::planning;
    const bool looked =
        !incident.suspects.empty() || !incident.suspects_note.empty() || !incident.proposal_note.empty();
    return looked || incident.signals.empty() ? NextKind::choose_target : NextKind::looking;
  }
  if (!branches_with(*incident.proposal, rollback::Outcome::clean).empty()) return NextKind::paste_rollback;
  if (!branches_with(*incident.proposal, rollback::Outcome::conflict).empty()) return NextKind::fix_forward;
  return NextKind::nothing_to_revert;
}

/// The newest rollback that got as far as a plan: a target that nobody could find changes nothing.
const Rollback* last_planned(const Incident& incident) {
  const auto found = std::find_if(incident.rollbacks.rbegin(), incident.rollbacks.rend(),
                                  [](const Rollback& rollback) { return rollback.plan.has_value(); });
  return found == incident.rollbacks.rend() ? nullptr : &*found;
}

}  // namespace

bool is_fixed_forward(const Incident& incident, const Rollback& rollback) {
  bool any = false;
  for (const incident::ForwardFix& fix : incident.fixes) {
    if (fix.rollback != rollback.id) continue;
    if (fix.pull_state != incident::PullState::merged) return false;
    any = true;
  }
  return any;
}

NextStep next_step(const Incident& incident) {
  const Rollback* last = last_planned(incident);
  if (incident.phase == Phase::candidate) return {NextKind::confirming};
  if (incident.phase == Phase::resolved) return {NextKind::resolved, last};
  if (incident.phase == Phase::closed) return {NextKind::closed, last};
  if (incident.phase == Phase::canceled) return {NextKind::canceled, last};
  if (const Rollback* active = active_rollback(incident)) return {of_active(*active), active};
  const bool rolled_back = last != nullptr && last->state == RollbackState::succeeded;
  // Red again: what the last rollback proved holds no more, and the suspect it was for is gone already.
  if (rolled_back && !incident.recovered && incident.phase != Phase::monitoring) {
    if (incident.phase == Phase::identified) return {of_proposal(incident)};
    return {NextKind::red_again, last};
  }
  if (rolled_back) return {NextKind::check_recovery, last};
  if (incident.recovered) return {NextKind::green_again, last};
  if (last != nullptr) {
    if (last->state == RollbackState::forward_fix && is_fixed_forward(incident, *last))
      return {NextKind::watch_result, last};
    if (last->state == RollbackState::conflicted || last->state == RollbackState::forward_fix) {
      return {NextKind::rollback_conflicted, last};
    }
    if (last->state == RollbackState::refused || last->state == RollbackState::failed) {
      return {NextKind::rollback_failed, last};
    }
  }
  return {of_proposal(incident)};
}

std::string_view to_string(NextKind kind) {
  switch (kind) {
    case NextKind::confirming:
      return "confirming";
    case NextKind::looking:
      return "looking";
    case NextKind::planning:
      return "planning";
    case NextKind::paste_rollback:
      return "paste_rollback";
    case NextKind::fix_forward:
      return "fix_forward";
    case NextKind::nothing_to_revert:
      return "nothing_to_revert";
    case NextKind::choose_target:
      return "choose_target";
    case NextKind::preparing:
      return "preparing";
    case NextKind::wait_for_ci:
      return "wait_for_ci";
    case NextKind::mend_rollback:
      return "mend_rollback";
    case NextKind::approve:
      return "approve";
    case NextKind::merge:
      return "merge";
    case NextKind::watch_result:
      return "watch_result";
    case NextKind::check_recovery:
      return "check_recovery";
    case NextKind::red_again:
      return "red_again";
    case NextKind::green_again:
      return "green_again";
    case NextKind::rollback_conflicted:
      return "rollback_conflicted";
    case NextKind::rollback_failed:
      return "rollback_failed";
    case NextKind::resolved:
      return "resolved";
    case NextKind::closed:
      return "closed";
    case NextKind::canceled:
      return "canceled";
  }
  return "looking";
}

std::vector<const rollback::BranchPlan*> branches_with(const rollback::Plan& plan,
                                                       rollback::Outcome outcome) {
  std::vector<const rollback::BranchPlan*> found;
  for (const rollback::BranchPlan& branch : plan.branches) {
    if (branch.outcome == outcome) found.push_back(&branch);
  }
  return found;
}

const Rollback* find_rollback(const Incident& incident, std::string_view id) {
  const auto found = std::ranges::find(incident.rollbacks, id, &Rollback::id);
  return found == incident.rollbacks.end() ? nullptr : &*found;
}

const incident::RollbackBranch* find_branch(const Rollback& rollback, std::string_view base) {
  const auto found = std::ranges::find_if(
      rollback.branches, [&](const incident::RollbackBranch& branch) { return branch.plan.base == base; });
  return found == rollback.branches.end() ? nullptr : &*found;
}

int approvals_needed(const Incident& incident) {
  const incident::Severity* severity = find_severity(incident.policy, incident.severity);
  return severity == nullptr ? 1 : std::max(0, severity->approvals);
}

std::vector<std::string> approvers(const incident::RollbackBranch& branch) {
  std::vector<std::string> logins;
  for (const incident::Approval& approval : branch.approvals) {
    if (std::ranges::find(logins, approval.login) == logins.end()) logins.push_back(approval.login);
  }
  return logins;
}

bool is_red(const incident::RollbackBranch& branch) {
  return std::ranges::any_of(branch.runs, [](const auto& run) { return is_red(run.second.conclusion); });
}

}  // namespace kedge::templates
