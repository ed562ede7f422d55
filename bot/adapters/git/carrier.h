// SPDX-License-Identifier: Apache-2.0
// What carries a commit on a branch: the commit itself, a recorded cherry-pick, or another commit that makes
// the same change.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "bot/adapters/git/history.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct Carried {
  std::optional<rollback::Carrier> carrier;  ///< None: nothing on the branch carries the target.
  /// The commit on the branch that says it reverts the carrier, and is not reverted itself. A hint: people
  /// write such lines about other things, and about a part of the change. Only the tree tells.
  std::optional<std::string> reverted_by;
};

/// The newest carrier that no message says is reverted, or else one that is said to be. Searches messages and
/// patch ids in the newest kHistoryMax commits; being an ancestor is looked up without limit. `parent` is the
/// tree that `target` is compared with. `also_reverted` holds commits whose own reverts are part of this
/// rollback.
Result<Carried> find_carrier(const Repo& repo, BranchHistory& history, const CommitFacts& target,
                             const std::string& parent_tree, const std::set<std::string>& also_reverted);

}  // namespace kedge::adapters::git
