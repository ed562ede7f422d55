// SPDX-License-Identifier: Apache-2.0
// What the programs here hold their figures to: whether a run shows what it is meant to show is its exit
// status.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/support/merge_comparison.h"

namespace kedge::bench {

/// Merges by how ours and git's agree.
struct AgreementCount {
  std::array<std::size_t, test::kAgreements> of{};
  std::size_t& operator[](test::Agreement agreement) { return of[static_cast<std::size_t>(agreement)]; }
};

/// What is not as it has to be, one sentence each; nothing: no wrong answer, none of ours missing, other
/// paths in conflict in at most one of a thousand conflicts, and something was compared at all.
std::vector<std::string> disagreements(AgreementCount count);

/// A figure beside its target.
struct Target {
  std::string what;
  double measured = 0;  ///< 0 or less: it was not, and no data is never a pass.
  double limit = 0;
  std::string unit;
  bool at_least = false;  ///< Else at most.

  [[nodiscard]] bool is_held() const {
    return measured > 0 && (at_least ? measured >= limit : measured <= limit);
  }
};

/// One line for each: figure, target, `held` or `MISSED`.
std::string target_lines(const std::vector<Target>& targets);

}  // namespace kedge::bench
