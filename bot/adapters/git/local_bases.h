// SPDX-License-Identifier: Apache-2.0
// Which tips a local clone's branches have: `refs/heads/B`, else `refs/remotes/origin/B`; origin's where it
// is ahead; the local one with a warning where they went apart.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/planner.h"

namespace kedge::adapters::git {

/// For `names`, or the default branches where there are none. Errors: not_found with near misses, invalid (no
/// commit yet, detached HEAD without default branches).
Result<PlanGround> local_ground(const Repo& repo, const std::vector<std::string>& names);

}  // namespace kedge::adapters::git
