// SPDX-License-Identifier: Apache-2.0
// Which of the files that a side removed it has under another name: equal content first, then the same base
// name, then the closest of what is left. Only as far as somebody needs it.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Fills `renames` (sorted by `from`) and `directory_counts` of the side; reads only sizes and contents of
/// files that could still be a pair. Errors: of the store, or a limit.
Result<void> find_renames(MergeState& state, Side side);

}  // namespace kedge::rollback::merge
