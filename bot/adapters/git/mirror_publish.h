// SPDX-License-Identifier: Apache-2.0
// Pushing one rollback branch with its safety ref: looking first, then writing, then reading back what became
// of each ref.
#pragma once

#include "bot/adapters/git/mirror_fetch.h"
#include "bot/adapters/git/signer.h"
#include "bot/ports/git_repo.h"
#include "bot/ports/github.h"

namespace kedge::adapters::git {

/// What stands by where a commit is not made by us alone.
struct Helpers {
  const ports::Repository& repository;
  const SigningKeys& keys;
  ports::Commits* commits = nullptr;
};

/// As ports::GitRepo::publish, with the mirror locked.
Result<ports::GitRepo::Published> publish_branch(Repo& repo, const Link& link,
                                                 const ports::GitRepo::Publish& request,
                                                 const Helpers& helpers);

}  // namespace kedge::adapters::git
