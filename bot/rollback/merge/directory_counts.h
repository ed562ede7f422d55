// SPDX-License-Identifier: Apache-2.0
// Where the files of removed directories went, counted by directory. Pure.
#pragma once

#include <set>
#include <string>

#include "bot/rollback/merge/path_table.h"

namespace kedge::rollback::merge {

/// Counts one renamed file for its directory if that was removed, and for directories above as long as they
/// are needed and the ends of both paths agree: `a/b/c/f` → `x/b/c/f` says that `a/b/c` went to `x/b/c`, and
/// that `a` went to `x`.
void count_rename(SideNames& names, const std::string& from, const std::string& to);

/// Where most files of each directory went so far; of equals, the first by name.
std::map<std::string, std::string, std::less<>> likely_places(const DirectoryCounts& counts);

/// Of the removed files whose fate is open (indices into `names.removed`): those that cannot change any more
/// where a directory went, and are of no other interest.
std::set<std::size_t> decided_early(const SideNames& names, const std::vector<std::size_t>& open);

}  // namespace kedge::rollback::merge
