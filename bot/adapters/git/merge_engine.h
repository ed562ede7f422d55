// SPDX-License-Identifier: Apache-2.0
// The merge of three trees of a repository, in the words of plans. A revert of commit C onto a tip is the
// merge with base = tree(C), ours = tree(tip), theirs = tree(parent of C).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/rollback/limits.h"
#include "bot/rollback/merge/merge.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// Tree ids; empty means the empty tree.
struct ThreeTrees {
  std::string base;
  std::string ours;
  std::string theirs;
  /// The commit whose .gitattributes count: the tip. Empty: none.
  std::string attributes_commit;
  /// Where there are conflicts, make the tree with markers in its files, named like this.
  std::optional<rollback::merge::ContentLabels> draft{};
  rollback::Limits limits{};  ///< Those whose names begin with `merge_` count.
};

struct Merged {
  std::string tree;  ///< Empty where there are conflicts, unless a draft is asked for.
  std::vector<rollback::Conflict> conflicts;  ///< Sorted by path, one for each path.
  /// The conflicts in full: both sides, lines, the other paths of a rename.
  std::vector<rollback::merge::PathConflict> details;
  std::vector<std::string> written;  ///< New trees and blobs, in the repository's object database.
};

/// Merges as git does. Errors: corrupt (an object is missing or damaged), unavailable (disk), invalid (a
/// limit of the engine is reached; the message names it).
Result<Merged> merge_trees(const Repo& repo, const ThreeTrees& trees);

}  // namespace kedge::adapters::git
