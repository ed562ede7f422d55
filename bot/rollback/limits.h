// SPDX-License-Identifier: Apache-2.0
// How much a plan may look at. A plan that reaches one of these says so, by its name, in BranchPlan::limits
// or as an error, and never guesses beyond it. One table names them for the setting KEDGE_PLAN_LIMITS, for
// `kedge plan --limit` and for docs/rollback.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::rollback {

struct Limits {
  std::size_t targets_max = 20;
  std::size_t commits_max = 100;
  std::size_t history_max = 2000;
  std::size_t line_max = 2000;
  std::size_t closure_max = 8;
  std::size_t pulls_max = 200;
  std::size_t scope_max = 50'000;
  std::size_t closure_merges = 1000;
  std::size_t merge_bytes = std::size_t{1} << 30U;
  std::size_t merge_paths = 500'000;
  std::size_t merge_pairs = 20'000'000;
  Duration closure_time = std::chrono::seconds{15};
  Duration report_time = std::chrono::seconds{10};
  Duration plan_time = std::chrono::minutes{1};
  bool operator==(const Limits&) const = default;
};

struct LimitRow {
  std::string_view name;
  std::variant<std::size_t Limits::*, Duration Limits::*> field;
  std::uint64_t most;     ///< It can be set up to this; of a duration milliseconds.
  std::string_view what;  ///< What it bounds, and what happens there.
};

/// All limits, in the order of the documentation.
const std::vector<LimitRow>& limits_table();

/// Sets limits from `history_max=500, plan_time=30s`; what is not named stays. Errors: invalid, with the
/// names there are.
Result<void> set_limits(Limits& limits, std::string_view text);

/// A limit's value as it is written there.
std::string limit_text(const Limits& limits, const LimitRow& row);

}  // namespace kedge::rollback
