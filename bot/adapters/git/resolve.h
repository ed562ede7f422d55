// SPDX-License-Identifier: Apache-2.0
// From what somebody typed to commits: SHAs whole or short, tags, branches, `#42`, ranges `a..b`, GitHub
// links, and git's own forms such as `main~2`.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/history.h"
#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct ResolveContext {
  PlanSession& session;
  /// Of the bases, in their order: where pull requests are looked for and near misses come from.
  std::vector<BranchHistory>& histories;
  std::vector<std::string> base_names;
  /// Names that exist elsewhere (the remote's), for near misses.
  std::vector<std::string> other_names;
  std::vector<std::string>& notes;  ///< Said to people: how a pull request was landed.

  [[nodiscard]] const Repo& repo() const { return session.repo; }
};

/// Errors: not_found with near misses, invalid (ambiguous name or short SHA with all it may mean, empty
/// range, a range whose merges cannot be reverted one by one, too many commits).
Result<rollback::Target> resolve_target(const ResolveContext& context, const std::string& text);

}  // namespace kedge::adapters::git
