// SPDX-License-Identifier: Apache-2.0
// What has to happen next, read from the state: the first thing every text says. Decides nothing; the words
// are in text/next.mustache.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/incident/model.h"

namespace kedge::templates {

enum class NextKind {
  confirming,           ///< A candidate: the failed jobs run again.
  looking,              ///< Declared; suspects are not read yet.
  planning,             ///< The first suspect is known, its rollback is being planned.
  paste_rollback,       ///< The proposal reverts cleanly on at least one branch.
  fix_forward,          ///< The proposal conflicts wherever the suspect is.
  nothing_to_revert,    ///< No branch holds the suspect's change any more.
  choose_target,        ///< Nobody knows what to roll back.
  preparing,            ///< A rollback is planned, pushed, opened.
  wait_for_ci,          ///< Its pull requests are being verified.
  mend_rollback,        ///< CI is red on a rollback's head.
  approve,              ///< People have to approve.
  merge,                ///< People have to merge.
  watch_result,         ///< Merged; the trigger's workflow has to go green on the result.
  check_recovery,       ///< The rollback succeeded: checklist, then /resolve.
  red_again,            ///< Reopened after a rollback that had succeeded.
  green_again,          ///< Green without a rollback: check, then /resolve with a reason.
  rollback_conflicted,  ///< The rollback that was asked for conflicts.
  rollback_failed,      ///< It was refused or failed.
  resolved,
  closed,
  canceled,
};

struct NextStep {
  NextKind kind = NextKind::looking;
  const incident::Rollback* rollback = nullptr;  ///< The one in question; null: none.
};

/// Total. Pointers are into `incident`.
/// All its forward fixes are merged.
bool is_fixed_forward(const incident::Incident& incident, const incident::Rollback& rollback);
NextStep next_step(const incident::Incident& incident);
/// `paste_rollback`: the flag that text/next.mustache asks for.
std::string_view to_string(NextKind kind);

/// The branches of a plan with this outcome, in its order.
std::vector<const rollback::BranchPlan*> branches_with(const rollback::Plan& plan, rollback::Outcome outcome);
/// The rollback of this id, or null.
const incident::Rollback* find_rollback(const incident::Incident& incident, std::string_view id);
const incident::RollbackBranch* find_branch(const incident::Rollback& rollback, std::string_view base);
/// Approvals that the incident's severity asks for, at least 0.
int approvals_needed(const incident::Incident& incident);
/// Who approved, each once, in order; which approvals still stand is the core's business.
std::vector<std::string> approvers(const incident::RollbackBranch& branch);
bool is_red(const incident::RollbackBranch& branch);

}  // namespace kedge::templates
