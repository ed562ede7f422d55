// SPDX-License-Identifier: Apache-2.0
// The PATHs of `kedge rollback TARGET -- PATH…`, read as git reads them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bot/base/error.h"

namespace kedge::cli {

/// From the root of the work tree, for the planner. What was typed is relative to `directory`, which is in
/// the work tree, or absolute; `:/PATH` begins at the root, and in a bare repository (no work tree) every
/// path does. Nothing: the root itself is among them, so that all of the target is meant. The files need not
/// exist. Errors: invalid (outside of the work tree).
Result<std::vector<std::string>> paths_from_root(const std::vector<std::string>& typed,
                                                 const std::filesystem::path& directory,
                                                 const std::filesystem::path& work_tree);

}  // namespace kedge::cli
