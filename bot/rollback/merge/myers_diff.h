// SPDX-License-Identifier: Apache-2.0
// Myers' diff in linear space ("An O(ND) Difference Algorithm and Its Variations", 1986), for regions whose
// common lines are all too frequent for the histogram. Like git's it leaves out lines that cannot or hardly
// can be matched, and gives up on the shortest answer when that costs too much. Pure.
#pragma once

#include <span>
#include <vector>

#include "bot/rollback/merge/lines.h"

namespace kedge::rollback::merge {

/// Sets the marks of changed lines; the marks are as long as the lines and all 0 before. Where the budget
/// runs out, what is left counts as changed.
void myers_diff(std::span<const LineId> before, std::span<const LineId> after, std::span<char> before_changed,
                std::span<char> after_changed, WorkBudget& budget);

}  // namespace kedge::rollback::merge
