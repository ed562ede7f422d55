// SPDX-License-Identifier: Apache-2.0
// The walk of the three trees together. What is equal is not read. A subtree that only one side changed is
// put off: it is read only if renames of that side are needed, else it is taken as a whole.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Fills `paths` with what needs a decision, `names` with what each side removed and added, `edits` with what
/// is certain. Errors: of the store, or a limit.
Result<void> walk_trees(MergeState& state);

}  // namespace kedge::rollback::merge
