// SPDX-License-Identifier: Apache-2.0
// Bringing a mirror up to date with as little as a plan needs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bot/adapters/git/planner.h"
#include "bot/adapters/git/remote.h"

namespace kedge::adapters::git {

/// Opens a conversation with the mirror's remote.
using Connect = std::function<Result<Remote>(Direction)>;

/// Fetches the asked branches, all tags, branches and pull request heads that targets name, and drops what
/// the remote no longer has. Where nothing is new nothing is downloaded.
/// Errors: as Remote::connect; not_found (none of the branches exists), invalid (empty repository).
Result<PlanGround> update_mirror(const Repo& repo, const Connect& connect, RepositoryId repository,
                                 const ports::PlanRequest& request);

}  // namespace kedge::adapters::git
