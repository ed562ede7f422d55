// SPDX-License-Identifier: Apache-2.0
// Fetching by the git program: for the first fetch of a repository, where libgit2 needs four times the
// memory, and for mirrors without file contents, which libgit2 cannot fetch into.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bot/adapters/git/link.h"

namespace kedge::adapters::git {

/// Fetches these refspecs from where `remote` is into the mirror and packs its refs. The token goes through
/// the environment of git alone: it is on no command line and in no file. Redirects are not followed, so it
/// goes nowhere else. False where git is not installed or gave up: libgit2 may know better, and knows the
/// kinds of failures. Errors: unavailable (stopped, or over the limit).
Result<bool> fetch_by_git(const std::filesystem::path& mirror, const Link& link, const Remote& remote,
                          const std::vector<std::string>& refspecs, Blobs blobs);

/// Fetches these objects, and nothing else, into a mirror that was fetched without blobs. Errors:
/// unavailable, not_found (the server does not have one of them; none came), invalid (there is no git
/// program).
Result<void> fetch_objects_by_git(const std::filesystem::path& mirror, const Link& link, const Remote& remote,
                                  const std::vector<std::string>& ids);

}  // namespace kedge::adapters::git
