// SPDX-License-Identifier: Apache-2.0
// The plan of a rollback on one opened repository: targets to commits, commits to carriers on each base,
// carriers to a reverted tree. Mirrors and local clones differ only in where bases come from.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/ports/git_repo.h"
#include "bot/rollback/limits.h"

namespace kedge::adapters::git {

struct Base {
  std::string name;  ///< `main`
  std::string ref;   ///< `refs/heads/main`
  std::string tip;
};

struct PlanGround {
  RepositoryId repository;
  std::vector<Base> bases;               ///< At least one.
  std::vector<Base> flow;                ///< Other long-lived branches, looked at for traps only.
  std::vector<std::string> notes;        ///< Said to people: missing bases, which of two tips was taken.
  std::vector<std::string> other_names;  ///< Refs that exist elsewhere, for near misses.
  rollback::Limits limits;
  std::filesystem::path changes_file;  ///< Where a PatchIndex is kept between plans; empty: nowhere.
  /// Brings file contents, by their ids, that will be read; empty: all are here.
  std::function<Result<void>(const std::vector<std::string>& ids)> bring{};
};

/// A rollback, or with `request.to` a restore (restore.h). Writes to the repository's object database only,
/// which the caller has put into memory for a plan. Errors: as ports::GitRepo::plan, without its network.
Result<rollback::Plan> make_plan(const Repo& repo, const PlanGround& ground,
                                 const ports::PlanRequest& request);

}  // namespace kedge::adapters::git
