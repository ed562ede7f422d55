// SPDX-License-Identifier: Apache-2.0
// Merges by git itself, many in one process: the oracle for ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/git_shell.h"
#include "tests/support/model_tree.h"

namespace kedge::test {

/// Two commits; what they are called here is what stands after git's markers.
struct CommitPair {
  std::string ours;
  std::string theirs;
};

struct GitMerge {
  bool is_clean = false;
  std::string tree;                ///< Also where there are conflicts: with markers.
  std::vector<std::string> paths;  ///< In conflict; sorted, each once.
  bool lost_a_side = false;        ///< Among them one with a side that has neither mode nor content.
};

/// `git merge-tree --write-tree` of each pair. Nothing for a pair on which git itself fails, for example
/// because an object is missing.
std::vector<std::optional<GitMerge>> merge_pairs(GitShell& git, const std::vector<CommitPair>& pairs);

/// Commits made by one `git fast-import`, without a reference to any of them.
class CommitStream {
 public:
  /// Answers the commit's number, from 0.
  std::size_t add(const ModelTree& files, std::optional<std::size_t> parent = {});
  /// The ids of all commits, by number.
  std::vector<std::string> write(GitShell& git) const;

 private:
  std::string stream_;
  std::size_t count_ = 0;
};

/// The bytes of each object; nothing for what is not there.
std::vector<std::optional<std::string>> read_objects(GitShell& git, const std::vector<std::string>& names);

}  // namespace kedge::test
