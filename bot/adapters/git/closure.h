// SPDX-License-Identifier: Apache-2.0
// On conflict: which later commits have to go too, so that the revert is clean.
//
// The commits between the landing and the tip are the history of the conflict: right after the landing the
// revert is clean, at the tip it is not. Where it turns stands a commit that is in the way; reverting that
// one too, the search goes on from there. What is found is reverted on the tip, the tree is built, and each
// commit that can be left out is left out, until none can. The search is bounded by its merges, so that the
// same plan gives the same answer on a busy machine; time is only the outer guard.
#pragma once

#include "bot/adapters/git/later_commits.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/session.h"

namespace kedge::adapters::git {

/// Sets the plan's closure, or its closure_note. The closure is what `kedge rollback` of the target and these
/// commits together would revert, with the same paths and mainline. Errors: corrupt, check_time's.
Result<void> find_closure(PlanSession& session, const LaterCommits& later, const RevertRequest& revert,
                          rollback::BranchPlan& plan);

}  // namespace kedge::adapters::git
