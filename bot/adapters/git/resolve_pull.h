// SPDX-License-Identifier: Apache-2.0
// A pull request to what landed it: one squash, one merge, or the commits of a rebase.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "bot/adapters/git/resolve.h"

namespace kedge::adapters::git {

/// The pull request number of `#42` or of a link to one; 0: something else.
std::int64_t pull_request_number(std::string_view text);

/// Tried on each base in turn, until one answers: a merge whose second parent is the pull request's head, or
/// that names it; a subject that ends in `(#42)`; the merge that brought the head; the copies of its commits
/// that a rebase made (author, date and subject are kept); a commit with the change of all of it. The last
/// three need the head, as `refs/pull/42/head` or where Kedge's mirrors and `gh` keep it. Errors: not_found
/// with near misses, invalid (landed in a way that leaves no trace of where it begins).
Result<rollback::Target> resolve_pull_request(const ResolveContext& context, const std::string& text,
                                              std::int64_t number);

/// The numbers of pull requests whose heads are in this repository, newest first, with the refs they are
/// under.
std::vector<std::pair<std::int64_t, std::string>> pull_request_heads(const Repo& repo);

}  // namespace kedge::adapters::git
