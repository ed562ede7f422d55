// SPDX-License-Identifier: Apache-2.0
// What renames mean for the table of paths: the other side's version follows the file to its new name, and
// what does not fit together is marked.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Takes the renames of both sides, moves versions in `paths` to the new names, merges contents where one
/// file got two names or met another, and marks what conflicts whatever its content. Old names are then
/// `gone`. Errors: of the store, or a limit.
Result<void> use_renames(MergeState& state);

}  // namespace kedge::rollback::merge
