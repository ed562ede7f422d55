// SPDX-License-Identifier: Apache-2.0
// What differs between two trees, as rows: the digest that identifies a revert, the filter for paths, and the
// patch id that finds the same change under another commit.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// The tree; nothing for an empty id, the empty tree. Errors: corrupt.
Result<TreeHandle> read_tree(const Repo& repo, const std::string& sha);

/// One path. Mode 0 and an id of zeros stand for "not there"; a rename is two rows.
struct Change {
  std::string path;  ///< Bytes, not always UTF-8.
  unsigned int old_mode = 0;
  std::string old_id;
  unsigned int new_mode = 0;
  std::string new_id;
};

/// Sorted by path; a change of type is two rows, one that goes and one that comes. An empty id means the
/// empty tree. Errors: corrupt, invalid (nested too deep).
Result<std::vector<Change>> changes_between(const Repo& repo, const std::string& old_tree,
                                            const std::string& new_tree);

/// Sets which paths the plan changes, as far as they are shown, and how many.
void list_paths(const std::vector<Change>& changes, rollback::BranchPlan& plan);

/// What stands at a path of a tree: mode and id, as text to compare; empty: nothing. Errors: corrupt.
Result<std::string> entry_at(const Repo& repo, const std::string& tree, const std::string& path);

/// SHA-256 hex over the rows.
std::string digest_of(const std::vector<Change>& changes);

/// True if `path` is one of `wanted` or below one of them; a trailing slash does not matter.
bool is_within(const std::string& path, const std::vector<std::string>& wanted);

/// Writes the tree that has `changes` applied to `tree` and answers its id.
Result<std::string> apply_changes(const Repo& repo, const std::string& tree,
                                  const std::vector<Change>& changes);

/// git's stable patch id of the difference; empty where nothing differs.
Result<std::string> patch_id(const Repo& repo, const std::string& old_tree, const std::string& new_tree);

/// True if both lists change the same paths between the same modes, and no binary file differently: what a
/// patch id does not see.
bool same_shape(const Repo& repo, const std::vector<Change>& a, const std::vector<Change>& b);

}  // namespace kedge::adapters::git
