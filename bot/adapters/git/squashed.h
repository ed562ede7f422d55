// SPDX-License-Identifier: Apache-2.0
// Whether a squash on a branch holds a commit: by what it changed there. Names and histories do not tell: a
// squash is picked to branches that never had what its pull request was built on.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/session.h"

namespace kedge::adapters::git {

/// The squash changed every path of `wanted`. Cheap, and without it nothing is worth fetching.
Result<bool> touches_all(const Repo& repo, const CommitFacts& squash, const std::vector<Change>& wanted);

/// A commit, with the tree that it is compared with.
struct SquashedCommit {
  const CommitFacts& commit;
  const std::string& before;
};

/// Shown, not guessed: the squash makes exactly the change of the pull request whose `head` holds the commit;
/// or the commit's change can be taken back right after the squash, at every path that it touches, and not
/// right before it. Assumes: `head` has the commit in its history, and the squash's parent has not.
Result<bool> is_squash_of(PlanSession& session, const CommitFacts& squash, const std::string& head,
                          const SquashedCommit& target);

}  // namespace kedge::adapters::git
