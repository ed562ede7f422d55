// SPDX-License-Identifier: Apache-2.0
// Branches that are merged into each other remember reverts as changes. What the next such merge does to the
// change of a plan is found by building it.
#pragma once

#include <vector>

#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// The traps between these branches: those of the plan, and others that were planned only to be looked at
/// here. `mainline` and `paths` are the plan's. Merges that conflict are no traps: people see them.
Result<std::vector<rollback::RelandTrap>> find_traps(PlanSession& session,
                                                     const std::vector<rollback::BranchPlan>& branches,
                                                     int mainline, const std::vector<std::string>& paths);

}  // namespace kedge::adapters::git
