// SPDX-License-Identifier: Apache-2.0
// How much a plan may look at. A plan that reaches one of these says so, in BranchPlan::limits or as an
// error, and never guesses beyond it. docs/rollback.md lists them with the settings that change them.
#pragma once

#include <chrono>
#include <cstddef>

#include "bot/base/time.h"

namespace kedge::rollback {

struct Limits {
  std::size_t targets_max = 20;   ///< Of one rollback. More: an error.
  std::size_t commits_max = 100;  ///< Of all its targets together. More is a restore: an error.
  std::size_t history_max =
      2000;                     ///< Commits of a branch whose messages and changes are searched for carriers.
  std::size_t line_max = 2000;  ///< First parents of a branch that closure and conflict report look at.
  std::size_t closure_max = 8;  ///< Commits that are reverted besides the target.
  std::size_t pulls_max = 200;  ///< Pull request heads looked into for one that holds the target.
  std::size_t scope_max = 50'000;  ///< Commits looked at to tell which tags and branches hold the target.
  Duration closure_time = std::chrono::seconds{2};  ///< For one branch's closure.
  Duration report_time = std::chrono::seconds{2};   ///< For the later commits of one branch's conflicts.
  Duration plan_time = std::chrono::minutes{1};  ///< For the whole plan, without the fetch. Longer: an error.
  bool operator==(const Limits&) const = default;
};

}  // namespace kedge::rollback
