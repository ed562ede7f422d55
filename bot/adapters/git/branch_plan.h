// SPDX-License-Identifier: Apache-2.0
// The plan of one branch: what carries the targets there, and what taking that back gives.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/history.h"
#include "bot/adapters/git/planner.h"
#include "bot/adapters/git/wanted.h"

namespace kedge::adapters::git {

struct BranchTask {
  const std::vector<Wanted>& wanted;
  bool in_order = false;  ///< `wanted` is one target's commits, newest first already.
  int mainline = 0;
  const std::vector<std::string>& paths;
};

/// Everything but the name of the rollback branch, which hangs on the plan's id; `key` gets what goes into
/// that.
Result<rollback::BranchPlan> plan_branch(PlanSession& session, const Base& base, BranchHistory& history,
                                         const BranchTask& task, rollback::PlanKey::Base& key);

}  // namespace kedge::adapters::git
