// SPDX-License-Identifier: Apache-2.0
// Making a rollback's commit, always the same one for the same plan and date, and judging what stands on a
// rollback branch already.
#pragma once

#include <optional>
#include <string>

#include "bot/adapters/git/identity.h"
#include "bot/adapters/git/repo.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct CommitRequest {
  const rollback::BranchPlan& branch;  ///< Outcome clean; of a forward fix, conflict.
  const rollback::Plan& plan;          ///< Its targets' kind, mainline and paths are read.
  std::string reason;
  std::string incident_url;
  Identity identity;  ///< Author and committer.
  TimePoint date{};   ///< Both dates, in UTC.
  bool signoff = false;
  bool forward_fix = false;  ///< With markers where it conflicts.
};

struct WrittenCommit {
  std::string sha;
  std::string tree;
  std::string message;
};

/// Reverts anew on `branch.tip` and writes the commit object, no ref.
/// Errors: invalid (the branch is not clean), conflict `base_moved` (the result is not the plan's) or
/// `applies` (nothing conflicts that a forward fix could begin with), unavailable (disk).
Result<WrittenCommit> write_commit(const Repo& repo, const CommitRequest& request);

enum class Standing {
  same_plan,  ///< Parent, tree and reverted commits are those of the new commit: leave it as it is.
  own,        ///< What we wrote there, or would have written on an older tip: it may be moved.
  foreign,    ///< Somebody else's work is on it.
};

/// Where the value is kept that Kedge last wrote to a rollback branch of this repository: what stands there
/// now may be moved only from that value.
std::string written_ref(const std::string& branch);
/// The same for that branch on `origin`, which a local clone pushes to.
std::string pushed_ref(const std::string& branch);

/// True if the commit changes what stands below `.github/workflows`. Errors: corrupt.
Result<bool> changes_workflows(const Repo& repo, const std::string& tip, const WrittenCommit& written);

/// What stands at `head`, whose objects are in `repo`, compared with `written`, which `request` asked for.
/// `last` is the value that was last written. Where it is lost or another one, as after a new clone or with
/// two servers, only a single commit counts as our own that we would write on its parent word for word: then
/// nothing of anybody's goes away with it.
Result<Standing> judge_branch(const Repo& repo, const std::string& head, const WrittenCommit& written,
                              const CommitRequest& request, const std::optional<std::string>& last);

/// Names what stands at `head`. Reason `branch_taken`.
Error branch_taken(const Repo& repo, const std::string& branch, const std::string& head);

}  // namespace kedge::adapters::git
