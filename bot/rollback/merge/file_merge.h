// SPDX-License-Identifier: Apache-2.0
// The merge of one file, link or submodule that both sides have and that are of one type: mode, then content.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

struct FileMergeRequest {
  std::string path;  ///< Whose attributes count, and whose name goes without saying.
  std::array<Version, 3> versions;
  std::array<std::string, 3> origin;  ///< Each side's path; empty: `path`.
  bool merged_again = false;          ///< The result may get markers around its own.
};

struct FileMerge {
  Version version;                         ///< In a conflict with markers, or ours.
  std::optional<ConflictReason> conflict;  ///< None: clean.
  std::vector<Hunk> hunks;
  bool is_ours = false;  ///< A conflict of content that cannot be shown in one file.
};

/// A base of another type counts as none. Assumes: ours and theirs are there and of one type. Errors: of the
/// store, or a limit.
Result<FileMerge> merge_files(MergeState& state, const FileMergeRequest& request);

}  // namespace kedge::rollback::merge
