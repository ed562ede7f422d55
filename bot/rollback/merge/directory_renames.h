// SPDX-License-Identifier: Apache-2.0
// Directories that one side moved, and what the other side put into them meanwhile: such files are shown
// where they would belong now, always as a conflict, as git does by default.
#pragma once

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Decides from the counts where directories went, and moves the other side's new and renamed files after
/// them: in the table of paths, and in that side's list of renames. A directory without one definite place,
/// and a file that cannot go to its own, are conflicts. Errors: of the store, or a limit.
Result<void> follow_directory_renames(MergeState& state);

}  // namespace kedge::rollback::merge
