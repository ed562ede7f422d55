// SPDX-License-Identifier: Apache-2.0
// Back to a good version: one commit on top of the tip that has the good commit's tree, or of it only the
// paths that were named. It never conflicts and undoes everything that came after, which is why a rollback of
// one change is a revert and not this.
#pragma once

#include <string>

#include "bot/adapters/git/planner.h"
#include "bot/adapters/git/session.h"

namespace kedge::adapters::git {

/// The plan with each base's tree set to that of `request.to`, a commit on the base (a base that does not
/// hold it is not_contained), or only `request.paths` of it. Errors: as make_plan's; invalid for a range, for
/// a pull request of several commits, and for paths that neither version has.
Result<rollback::Plan> plan_restore(PlanSession& session, const PlanGround& ground,
                                    const ports::PlanRequest& request);

/// The tree at `tip_tree` with `paths` (none: all) as they are in `good_tree`.
Result<std::string> restored_tree(const Repo& repo, const std::string& tip_tree, const std::string& good_tree,
                                  const std::vector<std::string>& paths);

bool is_restore(const rollback::Plan& plan);

/// `Restore <base> to <sha12>`, `This restores the tree of commit <sha>.`, the paths where it is narrowed to
/// some, the reason; ends with LF.
std::string restore_message(const std::string& base, const std::string& good_sha,
                            const std::vector<std::string>& paths, const std::string& reason);
/// The commit that such a message names; empty: it is none.
std::string restored_commit(std::string_view message);

}  // namespace kedge::adapters::git
