// SPDX-License-Identifier: Apache-2.0
// Git: what a rollback would do, and doing it. One implementation works on mirrors of GitHub's repositories
// (adapters/git), the command line's on a local clone through the same planner.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/incident/model.h"
#include "bot/incident/policy.h"
#include "bot/rollback/plan.h"

namespace kedge::ports {

using incident::Repository;

struct PlanRequest {
  std::vector<std::string> targets;   ///< As typed; at least one, none with `to`.
  std::vector<std::string> paths;     ///< Empty: whole commits.
  std::vector<std::string> branches;  ///< Bases; one that does not exist is left out with a note.
  int mainline = 0;                   ///< 0: the first parent for merges.
  std::string to;                     ///< Instead of targets: the good version whose files come back.
};

/// A target that cannot be resolved is Errc::not_found; near misses stand in the message after "did you
/// mean".
class GitRepo {
 public:
  virtual ~GitRepo() = default;

  /// Brings the mirror up to date (branches asked for, tags, pull request heads as needed) and plans. Writes
  /// no commit. Errors: not_found (target or repository; the message names near misses), invalid (ambiguous
  /// target, shallow or empty repository), denied, unavailable, corrupt (also a mirror made anew).
  virtual Result<rollback::Plan> plan(const Repository& repository, const PlanRequest& request) = 0;

  struct Publish {
    rollback::BranchPlan branch;  ///< Outcome clean; of a forward fix, conflict.
    rollback::Plan plan;          ///< Only ids, targets, paths and mainline are read.
    std::string incident_id;      ///< For the safety ref.
    std::string incident_url;     ///< For the commit message; may be empty.
    std::string reason;
    TimePoint date{};  ///< Author and committer date, so that the same plan gives the same commit SHA.
    std::string author_name;
    std::string author_email;
    incident::CommitMode commit_mode = incident::CommitMode::git;
    bool signoff = false;
    /// Made on the tip of the moment, not on the plan's, and what conflicts stands between markers in the
    /// files.
    bool forward_fix = false;
  };
  struct Published {
    std::string branch;
    std::string commit;
    std::string safety_ref;
    std::string safety_where;  ///< `pushed`, or why it is kept in the mirror only.
    bool unchanged = false;    ///< The branch was there already with the same plan.
  };
  /// Makes the commit, writes the safety ref `refs/kedge/safety/<incident id>/<base>` and pushes the branch;
  /// safe to repeat. Errors: conflict with one of the reasons `base_moved` (plan again), `branch_taken`
  /// (somebody else's commits are on it), `applies` (a forward fix has nothing to fix: it reverts now);
  /// denied with `protected_branch: …`, `workflow_permission: …` (before anything is pushed, where that can
  /// be known), `signing: …` (the commit cannot be signed as asked) or GitHub's own words; unavailable;
  /// corrupt (also a mirror made anew).
  virtual Result<Published> publish(const Repository& repository, const Publish& request) = 0;
};

}  // namespace kedge::ports
