// SPDX-License-Identifier: Apache-2.0
// From what somebody typed to commits: SHAs whole or short, tags, branches, `#42`, ranges `a..b`, GitHub
// links, and git's own forms such as `main~2`.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/history.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// More commits are a restore, not a rollback.
inline constexpr std::size_t kCommitsMax = 100;

struct ResolveContext {
  const Repo& repo;
  /// Of the bases, in their order: where pull requests are looked for and near misses come from.
  std::vector<BranchHistory>& histories;
  std::vector<std::string> base_names;
  /// Names that exist elsewhere (the remote's), for near misses.
  std::vector<std::string> other_names;
};

/// Errors: not_found with near misses, invalid (ambiguous short SHA, empty range, a range whose merges cannot
/// be reverted one by one, too many commits).
Result<rollback::Target> resolve_target(const ResolveContext& context, const std::string& text);

/// The pull request number of `#42` or of a link to one; 0: something else.
std::int64_t pull_request_number(std::string_view text);

}  // namespace kedge::adapters::git
