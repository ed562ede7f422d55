// SPDX-License-Identifier: Apache-2.0
// Merges by git itself, many in one process: the oracle for ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/git_shell.h"

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
};

/// `git merge-tree --write-tree` of each pair. Nothing for a pair on which git itself fails, for example
/// because an object is missing.
std::vector<std::optional<GitMerge>> merge_pairs(GitShell& git, const std::vector<CommitPair>& pairs);

/// The bytes of each object; nothing for what is not there.
std::vector<std::optional<std::string>> read_objects(GitShell& git, const std::vector<std::string>& names);

}  // namespace kedge::test
