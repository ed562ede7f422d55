// SPDX-License-Identifier: Apache-2.0
// What all parts of one plan share: the repository, the limits and the time that is left of them, and what is
// remembered of changes.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bot/adapters/git/patch_index.h"
#include "bot/adapters/git/repo.h"
#include "bot/rollback/limits.h"

namespace kedge::adapters::git {

/// Runs from its making.
class Stopwatch {
 public:
  explicit Stopwatch(Duration most) : ends_at_(std::chrono::steady_clock::now() + most) {}
  [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= ends_at_; }

 private:
  std::chrono::steady_clock::time_point ends_at_;
};

struct PlanSession {
  const Repo& repo;
  const rollback::Limits& limits;
  Stopwatch watch;      ///< Of the whole plan.
  PatchIndex& changes;  ///< What was computed of commits' changes, now and in earlier plans.
  /// As PlanGround::bring.
  const std::function<Result<void>(const std::vector<std::string>& ids)>& bring;
};

/// Errors: invalid, where the plan has taken all its time, with `doing` and what to do.
Result<void> check_time(const PlanSession& session, std::string_view doing);

}  // namespace kedge::adapters::git
