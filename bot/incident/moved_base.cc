// SPDX-License-Identifier: Apache-2.0
// A base that moves under an open rollback: the plan is made again. Where the revert is the same, approvals
// stand; where it is another one, or conflicts now, they do not, and the pull request says so.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

/// Pushed and not merged: what people approve there was planned on an older tip.
bool is_on_older_tip(const RollbackBranch& branch, const std::string& base, const std::string& tip) {
  const bool waits =
      branch.pull_state == PullState::open || (branch.pull_state == PullState::none && branch.pushed_commit);
  return waits && branch.plan.base == base && branch.plan.tip != tip;
}

std::string paths_of(const rollback::BranchPlan& plan) {
  constexpr std::size_t kPathsNamed = 3;
  std::vector<std::string> shown;
  for (const rollback::Conflict& conflict : plan.conflicts)
    if (shown.size() < kPathsNamed) shown.push_back(conflict.path);
  const std::size_t more = plan.conflicts.size() - shown.size();
  return join(shown, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

/// Why the new plan is not the old one; empty: it is.
std::string difference(const rollback::BranchPlan& before, const rollback::BranchPlan& now) {
  switch (now.outcome) {
    case rollback::Outcome::clean:
      if (now.diff == before.diff && now.carriers == before.carriers) return "";
      return "the revert changes something else there now";
    case rollback::Outcome::conflict:
      return "the revert conflicts there now, in " + paths_of(now);
    case rollback::Outcome::already_reverted:
      return "nothing is left to revert there";
    case rollback::Outcome::not_contained:
      return "the target is not there any more";
  }
  return "";
}

void say_moved(Draft& draft, const Place& place) {
  const RollbackBranch& branch = branch_at(draft, place);
  if (branch.outdated.empty() || branch.pull_request == 0) return;
  draft.comment(place.incident, Priority::p1_rollback,
                PostComment{.issue = branch.pull_request,
                            .topic = Topic::note,
                            .text = fmt::format(
                                "{} has new commits, and {}. Approvals given before no longer count. To "
                                "prepare this anew, comment on the incident: /rollback {}",
                                place.base, branch.outdated, rollback_at(draft, place).target_text)});
}

void settle(Draft& draft, const Place& place, const rollback::BranchPlan& plan, const std::string& reason) {
  const bool had_approvals = !branch_at(draft, place).approvals.empty();
  draft.record(BaseMoved{.incident = place.incident,
                         .rollback = place.rollback,
                         .base = place.base,
                         .plan = plan,
                         .reason = reason});
  if (!reason.empty()) {
    if (had_approvals) {
      draft.record(ApprovalVoided{
          .incident = place.incident, .rollback = place.rollback, .base = place.base, .reason = reason});
    }
    report_check(draft, place);
    say_moved(draft, place);
    advance(draft, place);
  }
  draft.touch(place.incident);
}

/// What cannot be planned is not approved either.
void say_unknown(Draft& draft, const IncidentId& id, const Rollback& asked, const Failed& failed) {
  for (const RollbackBranch& branch : asked.branches) {
    if (branch.pull_state != PullState::open) continue;
    settle(draft, {id, asked.id, branch.plan.base}, branch.plan,
           "whether the revert still holds could not be found out: " + failed.message);
  }
}

/// What was proposed on an older tip is what the issue shows.
bool is_proposal_older(const Incident& incident, const Pushed& input) {
  if (!is_open(incident.phase) || !incident.proposal || incident.suspects.empty()) return false;
  return std::ranges::any_of(incident.proposal->branches, [&](const rollback::BranchPlan& branch) {
    return branch.base == input.branch && branch.tip != input.after;
  });
}

}  // namespace

void on_base_pushed(Draft& draft, const Pushed& input) {
  std::vector<Place> moved;
  for (const auto& [id, incident] : draft.state().incidents) {
    for (const Rollback& rollback : incident.rollbacks) {
      if (is_ended(rollback.state)) continue;
      for (const RollbackBranch& branch : rollback.branches) {
        if (is_on_older_tip(branch, input.branch, input.after))
          moved.push_back(place_of({&incident, &rollback, &branch}));
      }
    }
  }
  for (const Place& place : moved) plan_rollback(draft, place.incident, rollback_at(draft, place), "recheck");
  std::vector<IncidentId> proposed;
  for (const auto& [key, incident] : draft.state().incidents)
    if (is_proposal_older(incident, input)) proposed.push_back(incident.id);
  for (const IncidentId& id : proposed) propose_rollback(draft, id);
}

void on_recheck(Draft& draft, const IncidentId& id, const Rollback& asked, const Outcome& outcome) {
  if (const Failed* failed = failure_of(outcome)) return say_unknown(draft, id, asked, *failed);
  const auto* made = std::get_if<PlanMade>(&outcome);
  if (made == nullptr) return;
  for (const RollbackBranch& before : asked.branches) {
    const auto now = std::ranges::find(made->plan.branches, before.plan.base, &rollback::BranchPlan::base);
    if (now == made->plan.branches.end() || !is_on_older_tip(before, now->base, now->tip)) continue;
    // Its merge is what moved the base: that news is on its way.
    if (now->outcome == rollback::Outcome::already_reverted) continue;
    settle(draft, {id, asked.id, now->base}, *now, difference(before.plan, *now));
  }
}

}  // namespace kedge::incident
