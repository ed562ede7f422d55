// SPDX-License-Identifier: Apache-2.0
// Pushing one rollback branch with its safety ref: looking first, then writing, then reading back what became
// of each ref.
#pragma once

#include "bot/adapters/git/mirror_fetch.h"
#include "bot/ports/git_repo.h"

namespace kedge::adapters::git {

/// As ports::GitRepo::publish, with the mirror locked.
Result<ports::GitRepo::Published> publish_branch(Repo& repo, const Link& link,
                                                 const ports::GitRepo::Publish& request);

}  // namespace kedge::adapters::git
