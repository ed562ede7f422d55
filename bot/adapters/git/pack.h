// SPDX-License-Identifier: Apache-2.0
// The objects of a new commit as one pack in memory: what is sent to the server, and kept in the mirror only
// once the server has it.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"

namespace kedge::adapters::git {

/// The commit with those of its trees and blobs that none of the `known` commits has at the same place: what
/// a server that has these may lack, whether or not it is in `repo` already. Errors: corrupt.
Result<std::vector<std::string>> new_objects(const Repo& repo, const std::string& commit,
                                             const std::vector<std::string>& known);

/// Errors: corrupt (an object cannot be read).
Result<std::string> make_pack(const Repo& repo, const std::vector<std::string>& objects);

/// Stores a pack that is complete in itself. Errors: unavailable (disk).
Result<void> keep_pack(const Repo& repo, const std::string& pack);

}  // namespace kedge::adapters::git
