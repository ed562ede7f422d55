// SPDX-License-Identifier: Apache-2.0
// Reverts to try on a real repository: commits drawn from its history with tips at several distances, and the
// reverts that people committed themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "tests/support/merge_comparison.h"

namespace kedge::bench {

enum class Distance {
  fresh,  ///< One to ten first-parent commits after the commit landed.
  far,    ///< 150 to 400 after.
  tip     ///< The tip of the branch.
};

struct RevertCase {
  std::string commit;
  std::string tip;
  int mainline = 0;  ///< 1-based; 0: no merge.
  test::TreesToMerge trees;
};

/// First-parent commits of `tip`, newest first.
std::vector<std::string> first_parents(const adapters::git::Repo& repo, const std::string& tip);

/// `count` commits spread evenly over the landings, and where a merge landed, by turns the merge itself and a
/// commit that it brought. Those too near the tip for the distance are left out, so that there may be fewer.
std::vector<RevertCase> draw_cases(const adapters::git::Repo& repo, test::GitShell& git,
                                   const std::vector<std::string>& landings, std::size_t count,
                                   Distance distance, std::uint64_t seed);

/// The revert of one commit onto a tip. Errors: corrupt.
Result<RevertCase> make_case(const adapters::git::Repo& repo, const std::string& commit,
                             const std::string& tip, int mainline);

struct CommittedRevert {
  std::string revert;  ///< What people committed.
  std::string tree;    ///< What it came to.
  RevertCase attempt;  ///< The same done by the engine, on the revert's parent.
};

/// Every commit before `tip` that says `This reverts commit <sha>` of one commit that is there.
std::vector<CommittedRevert> committed_reverts(const adapters::git::Repo& repo, test::GitShell& git,
                                               const std::string& tip);

}  // namespace kedge::bench
