// SPDX-License-Identifier: Apache-2.0
// The contents of files in trees, for what people are shown of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// The bytes of a regular file; nothing where there is none at that path, or it is larger than `bytes_max`.
/// Errors: corrupt.
Result<std::optional<std::string>> file_at(const Repo& repo, const std::string& tree, const std::string& path,
                                           std::size_t bytes_max);

/// Lines `span` of the file, cut to what a plan shows, as UTF-8.
std::string excerpt(const std::string& file, const rollback::LineSpan& span);

}  // namespace kedge::adapters::git
