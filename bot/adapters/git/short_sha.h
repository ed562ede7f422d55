// SPDX-License-Identifier: Apache-2.0
// Short object names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bot/adapters/git/repo.h"

namespace kedge::adapters::git {

inline constexpr std::size_t kShownSha = 12;    ///< Digits that people are shown.
inline constexpr std::size_t kShortestSha = 4;  ///< Digits that people may type.

/// The commits whose id begins with `prefix` (lower-case hex, at least 4 digits), sorted; a tag object counts
/// as its commit, other objects do not count.
std::vector<std::string> commits_beginning_with(const Repo& repo, std::string_view prefix);

}  // namespace kedge::adapters::git
