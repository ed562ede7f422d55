// SPDX-License-Identifier: Apache-2.0
// Histories drawn from a seed, full of what makes merging hard: edits, renames, moved, split and joined
// directories, merges both ways and of three, cherry-picks, reverts, second roots, empty commits, changes of
// mode and type, submodules, symlinks, binary files, CRLF, files that become directories and back,
// attributes, names of any bytes.
#pragma once

#include <cstdint>

#include "tests/support/model_tree.h"

namespace kedge::test {

struct ModelCommit {
  std::vector<std::size_t> parents;  ///< By number; none for a root.
  ModelTree files;
};

struct ModelHistory {
  std::vector<ModelCommit> commits;  ///< Parents before children.
  std::vector<std::size_t> tips;
};

/// The same seed gives the same history everywhere.
ModelHistory make_model_history(std::uint64_t seed, std::size_t commits);

/// Commits by number; none stands for the empty tree.
inline constexpr std::size_t kEmptyTree = ~std::size_t{0};
struct ModelMerge {
  std::size_t base = kEmptyTree;
  std::size_t ours = kEmptyTree;
  std::size_t theirs = kEmptyTree;
};

/// What people do with a history: each commit reverted onto later ones and onto the tips, against each of its
/// parents; some cherry-picked; and some merges of any three commits.
std::vector<ModelMerge> merges_in(const ModelHistory& history, std::uint64_t seed);

}  // namespace kedge::test
