// SPDX-License-Identifier: Apache-2.0
// What carries a commit on a branch: the commit itself, a copy that says so, another commit that makes the
// same change, or the squash or merge that brought it. rollback::CarrierHow names the rules in their order.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "bot/adapters/git/history.h"
#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct Carried {
  std::optional<rollback::Carrier> carrier;  ///< None: nothing on the branch carries the target.
  std::string rule;  ///< Half a sentence: by what it was found, where `how` does not say all.
  /// The commit on the branch that says it reverts the carrier, and is not reverted itself. A hint: people
  /// write such lines about other things, and about a part of the change. Only the tree tells.
  std::optional<std::string> reverted_by;
  bool pulls_cut = false;  ///< There are more squashes than the limit pulls_max lets be looked at.
};

/// A change as the trees before and after it.
struct TreePair {
  std::string before;
  std::string after;
};

struct CarrierSearch {
  const CommitFacts& target;
  std::string before;  ///< The tree that it is compared with.
  int mainline = 0;    ///< Above 1 a merge has no copies: they are compared with first parents.
  /// Commits whose own reverts are part of this rollback.
  const std::set<std::string>& also_reverted;
};

/// The newest carrier that no message says is reverted, or else one that is said to be. Searches messages and
/// changes in the commits that `history` reads; being an ancestor is looked up without limit.
Result<Carried> find_carrier(PlanSession& session, BranchHistory& history, const CarrierSearch& search);

/// The commits of `history` that make the same change, newest first; merges against their first parent where
/// `merges`. Only those newer than `until`. Errors: as check_time.
Result<std::vector<std::string>> find_same_change(PlanSession& session, const BranchHistory& history,
                                                  const TreePair& change, bool merges = false,
                                                  const BranchHistory::Entry* until = nullptr);

}  // namespace kedge::adapters::git
