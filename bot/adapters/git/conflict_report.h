// SPDX-License-Identifier: Apache-2.0
// What a conflict looks like to who has to settle it: the lines of both sides, and who wrote what stands
// there now. The search for that goes along first parents and is bounded; git's own blame reads whole
// histories.
#pragma once

#include "bot/adapters/git/later_commits.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/session.h"

namespace kedge::adapters::git {

/// Moves the conflicts of `reverted` into the plan and adds hunks and later commits to the first ones.
Result<void> report_conflicts(PlanSession& session, const LaterCommits& later, const RevertRequest& revert,
                              Reverted& reverted, rollback::BranchPlan& plan);

}  // namespace kedge::adapters::git
