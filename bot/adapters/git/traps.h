// SPDX-License-Identifier: Apache-2.0
// Branches that are merged into each other remember reverts as changes. What the next such merge does to the
// change of a plan is found by building it.
#pragma once

#include <vector>

#include "bot/adapters/git/branch_plan.h"
#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// The traps between these branches as they are after the plan: those of the plan, and others that were
/// planned only to be looked at here, which have the outcome `conflict` where they keep what they hold.
/// Merges that conflict are no traps: people see them. What cannot be told by building the merge is not
/// claimed.
Result<std::vector<rollback::RelandTrap>> find_traps(PlanSession& session,
                                                     const std::vector<rollback::BranchPlan>& branches,
                                                     const BranchTask& task);

}  // namespace kedge::adapters::git
