// SPDX-License-Identifier: Apache-2.0
// Back to a good version: one commit on top of the tip that has the good commit's tree. It never conflicts
// and undoes everything that came after, which is why a rollback of one change is a revert and not this.
#pragma once

#include <string>

#include "bot/adapters/git/planner.h"

namespace kedge::adapters::git {

/// The plan with each base's tree set to that of `good`, a commit on the base (a base that does not hold it
/// is not_contained). Errors: as make_plan's; invalid for a range.
Result<rollback::Plan> plan_restore(const Repo& repo, const PlanGround& ground, const std::string& good);

bool is_restore(const rollback::Plan& plan);

/// `Restore <base> to <sha12>`, `This restores the tree of commit <sha>.`, the reason; ends with LF.
std::string restore_message(const std::string& base, const std::string& good_sha, const std::string& reason);
/// The commit that such a message names; empty: it is none.
std::string restored_commit(std::string_view message);

}  // namespace kedge::adapters::git
