// SPDX-License-Identifier: Apache-2.0
// A run of added (or removed) lines can often be moved up or down without changing what the diff says: in
// `a b a b`, either pair may be the new one. Git moves each to one definite place, and so must we. Pure.
#pragma once

#include <span>

#include "bot/rollback/merge/lines.h"

namespace kedge::rollback::merge {

/// Moves each run of marked lines as far down as it goes, joining runs that it meets; but where it passed a
/// place with changed lines in the other file, back up to the lowest such place. `changed` is as long as
/// `lines`; both files have the same number of unmarked lines. Stops early, with right marks, where the
/// budget runs out.
void slide_changes(std::span<const LineId> lines, std::span<char> changed,
                   std::span<const char> other_changed, WorkBudget& budget);

}  // namespace kedge::rollback::merge
