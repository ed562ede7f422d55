// SPDX-License-Identifier: Apache-2.0
// Making a rollback's commit, always the same one for the same plan and date, and judging what stands on a
// rollback branch already.
#pragma once

#include <string>

#include "bot/adapters/git/identity.h"
#include "bot/adapters/git/repo.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct CommitRequest {
  const rollback::BranchPlan& branch;  ///< Outcome clean.
  const rollback::Plan& plan;          ///< Its targets' kind, mainline and paths are read.
  std::string reason;
  std::string incident_url;
  Identity identity;  ///< Author and committer.
  TimePoint date{};   ///< Both dates, in UTC.
};

struct WrittenCommit {
  std::string sha;
  std::string tree;
  std::string message;
};

/// Reverts anew on `branch.tip` and writes the commit object, no ref.
/// Errors: invalid (the branch is not clean), conflict `base_moved` (the result is not the plan's),
/// unavailable (disk).
Result<WrittenCommit> write_commit(const Repo& repo, const CommitRequest& request);

enum class Standing {
  same_plan,  ///< Parent, tree and reverted commits are those of the new commit: leave it as it is.
  own,        ///< Other rollback commits of the same identity on the base's history: it may be moved.
  foreign,    ///< Somebody else's work is on it.
};

/// What stands at `head`, whose objects are in `repo`, compared with `written` on `tip`.
Result<Standing> judge_branch(const Repo& repo, const std::string& head, const WrittenCommit& written,
                              const std::string& tip, const Identity& identity);

/// The newest commit on `head` that is not our own: for the message of `branch_taken`.
std::string describe_foreign(const Repo& repo, const std::string& head, const Identity& identity);

}  // namespace kedge::adapters::git
