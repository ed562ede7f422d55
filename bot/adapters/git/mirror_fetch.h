// SPDX-License-Identifier: Apache-2.0
// Bringing a mirror up to date with as little as a plan needs.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/link.h"
#include "bot/adapters/git/planner.h"

namespace kedge::adapters::git {

/// Fetches the asked branches, all tags, branches and pull request heads that targets name, and the heads of
/// pull requests, at most pulls_max, whose squashes on an asked branch change all files of a commit that the
/// branch does not have. Drops what the remote no longer has. Where nothing is new nothing is downloaded. A
/// mirror without any branch is filled by the git program where that is installed. Errors: as
/// Remote::connect; not_found (none of the branches exists), invalid (empty repository).
Result<PlanGround> update_mirror(const Repo& repo, const Link& link, RepositoryId repository,
                                 const ports::PlanRequest& request, const rollback::Limits& limits);

/// Fetches these refspecs in the way that suits the mirror: by the git program where it is empty or without
/// blobs, else by libgit2, which also does what git could not, and knows why where neither can. Ends the
/// conversation. Errors: as Remote::fetch.
Result<void> fetch_specs(const Repo& repo, const Link& link, Remote& remote,
                         const std::vector<std::string>& specs);

}  // namespace kedge::adapters::git
