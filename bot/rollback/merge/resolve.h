// SPDX-License-Identifier: Apache-2.0
// What becomes of each path in the table: an edit of our tree, and a conflict where it needs a person.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Fills `edits` and `conflicts` from `paths`, after renames have been used. Errors: of the store, or a
/// limit.
Result<void> resolve_paths(MergeState& state);

}  // namespace kedge::rollback::merge
