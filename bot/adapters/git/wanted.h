// SPDX-License-Identifier: Apache-2.0
// The targets of a plan as the commits to take back, whatever branch they are looked for on.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// One commit of the targets, with the tree it is compared with.
struct Wanted {
  CommitFacts facts;
  std::string before;
};

/// Each commit once. Errors: invalid (too many).
Result<std::vector<Wanted>> wanted_commits(const PlanSession& session,
                                           const std::vector<rollback::Target>& targets, int mainline);

/// Which parent merges go back to, as a number (0: no merge among them) and as a sentence each.
/// Errors: invalid (no such parent; asked for, but nothing is a merge).
Result<int> settle_mainline(const Repo& repo, const std::vector<rollback::Target>& targets, int asked,
                            std::vector<std::string>& notes);

/// A path that the targets do not touch is a slip of the pen, better said than planned around.
Result<void> check_paths(const Repo& repo, const std::vector<Wanted>& wanted,
                         const std::vector<std::string>& paths);

/// A sentence on each target that is itself a revert: rolled back, its change comes back.
Result<void> note_relands(const Repo& repo, const std::vector<Wanted>& wanted,
                          std::vector<std::string>& notes);

}  // namespace kedge::adapters::git
