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

}  // namespace kedge::adapters::git
