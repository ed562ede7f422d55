// SPDX-License-Identifier: Apache-2.0
// Reverting commits onto a tree, newest first, each result being the next one's ground.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/merge_engine.h"

namespace kedge::adapters::git {

struct RevertRequest {
  std::string onto_tree;
  std::vector<std::string> commits;  ///< Newest first.
  int mainline = 0;                  ///< For those that are merges; 0 means 1.
  std::vector<std::string> paths;    ///< Empty: whole commits.
  std::string attributes_commit;     ///< The tip: its .gitattributes count. Empty: none do.
  /// Go on through conflicts, with markers in the files; the tip's side is called like this. Empty: stop.
  std::string draft_on{};
  rollback::Limits limits{};  ///< Of each merge.
};

/// The tree to go back to: that of the parent, `mainline` naming it for a merge; empty for a root commit.
/// Errors: invalid (no such parent).
Result<std::string> parent_tree(const Repo& repo, const CommitFacts& commit, int mainline);

struct Reverted {
  Merged merged;
  std::vector<std::string> with_effect;     ///< Of the commits: these changed the tree, or conflict.
  std::vector<std::string> without_effect;  ///< Nothing of these was left to revert.
  std::string stopped_at;                   ///< The commit whose revert conflicts; empty: none does.
  ThreeTrees stopped_on;                    ///< What was merged there.
};

/// Stops at the first conflict, unless a draft is asked for; then `merged` has the conflicts of all commits.
/// Errors: as parent_tree, corrupt.
Result<Reverted> revert_onto(const Repo& repo, const RevertRequest& request);

}  // namespace kedge::adapters::git
