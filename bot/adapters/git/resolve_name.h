// SPDX-License-Identifier: Apache-2.0
// One name to one commit: object names whole or short, tags, branches, steps through parents, links.
#pragma once

#include "bot/adapters/git/resolve.h"

namespace kedge::adapters::git {

struct NamedCommit {
  std::string sha;
  bool by_tag = false;
};

/// A name that may be several commits is no name: the error lists them all, each in a form that is taken.
/// Errors: not_found with near misses, invalid (ambiguous).
Result<NamedCommit> find_commit(const ResolveContext& context, const std::string& typed);

/// `commits` newest first, at least one. A plain commit with several parents becomes a merge.
Result<rollback::Target> to_target(const Repo& repo, const std::string& ref, std::vector<std::string> commits,
                                   rollback::TargetKind kind);

}  // namespace kedge::adapters::git
