// SPDX-License-Identifier: Apache-2.0
// The walk of the three trees together. What is equal is not read. A subtree that only one side changed is
// put off: it is read only if renames of that side are needed, else it is taken as a whole.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Fills `paths`, `names` (removed, added, removed directories) and the edits that are certain.
Result<void> walk_trees(MergeState& state);

}  // namespace kedge::rollback::merge
