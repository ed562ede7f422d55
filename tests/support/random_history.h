// SPDX-License-Identifier: Apache-2.0
// A history drawn from a seed, like those of real repositories: edits, new and removed files, renames, mode
// changes, symlinks, merges, cherry-picks and reverts, on main and develop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/git_shell.h"

namespace kedge::test {

struct RandomHistory {
  GitShell shell;
  std::vector<std::string> commits;  ///< Everything on main or develop but the first commit.
};

/// The same seed gives the same SHAs everywhere.
RandomHistory make_random_history(const std::filesystem::path& directory, std::uint64_t seed,
                                  std::size_t steps);

}  // namespace kedge::test
