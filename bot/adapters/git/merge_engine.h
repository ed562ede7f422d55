// SPDX-License-Identifier: Apache-2.0
// The merge of three trees, the only piece of planning that knows how files are merged. A revert of commit C
// onto a tip is the merge with base = tree(C), ours = tree(tip), theirs = tree(parent of C).
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// Tree ids; empty means the empty tree.
struct ThreeTrees {
  std::string base;
  std::string ours;
  std::string theirs;
};

struct Merged {
  std::string tree;                           ///< Empty where there are conflicts.
  std::vector<rollback::Conflict> conflicts;  ///< Sorted by path, one for each path.
};

/// Merges with rename detection; new trees and blobs go to the repository's object database.
/// Errors: corrupt (an object is missing or damaged), unavailable (disk).
Result<Merged> merge_trees(const Repo& repo, const ThreeTrees& trees);

}  // namespace kedge::adapters::git
