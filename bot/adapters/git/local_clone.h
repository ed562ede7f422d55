// SPDX-License-Identifier: Apache-2.0
// Rollbacks on a local clone or bare repository, for the command line: the planner of the mirrors, bases as a
// clone has them, branches written locally, and pushes by the user's own git.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/adapters/git/identity.h"
#include "bot/ports/git_repo.h"
#include "bot/rollback/limits.h"

namespace kedge::adapters::git {

class LocalClone {
 public:
  /// Finds the repository at `directory` or above it.
  /// Errors: not_found, invalid (shallow, without commits), with what to do.
  static Result<LocalClone> open(const std::filesystem::path& directory);

  /// git's own words on how far a transfer is go there as they come. Without this nothing is said.
  void hear_progress(std::function<void(std::string_view)> hear) { hear_ = std::move(hear); }

  /// As ports::GitRepo::plan, without network; leaves no trace. Without branches: `main` and `develop` where
  /// they exist, else HEAD's. Errors: not_found also for a branch that was named and does not exist; invalid
  /// also where a partial clone lacks an object that is needed.
  [[nodiscard]] Result<rollback::Plan> plan(ports::PlanRequest request,
                                            const rollback::Limits& limits = {}) const;

  [[nodiscard]] Result<Identity> identity() const;

  struct Writing {
    rollback::BranchPlan branch;
    rollback::Plan plan;
    std::string reason;
    Identity identity;
    TimePoint date{};
  };
  struct Written {
    std::string commit;
    bool unchanged = false;  ///< The branch held the same plan already.
  };
  /// Writes the commit and the branch; safe to repeat. Errors: conflict `branch_taken: …`, unavailable.
  [[nodiscard]] Result<Written> write(const Writing& writing) const;

  /// Pushes a written branch to `origin`; the answer's `unchanged` says it was there already. Errors: as
  /// ports::GitRepo::publish; invalid (no `origin`, no git).
  [[nodiscard]] Result<Written> push(const Writing& writing, const std::string& commit) const;

 private:
  explicit LocalClone(std::filesystem::path directory) : directory_(std::move(directory)) {}
  std::filesystem::path directory_;
  std::function<void(std::string_view)> hear_;
};

}  // namespace kedge::adapters::git
