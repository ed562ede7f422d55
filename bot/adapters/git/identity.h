// SPDX-License-Identifier: Apache-2.0
// Who commits in a local clone.
#pragma once

#include <string>

#include "bot/base/error.h"

namespace kedge::adapters::git {

class Repo;

struct Identity {
  std::string name;
  std::string email;
};

/// From GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL, else `committer.*`, else `user.*` of git's configuration.
/// Errors: invalid, with what to run.
Result<Identity> read_identity(const Repo& repo);

}  // namespace kedge::adapters::git
