// SPDX-License-Identifier: Apache-2.0
// Which branches and tags hold a change: what has to be told, or released anew.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/session.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

/// The refs of this repository that have one of `commits` in their history; Kedge's own branches do not
/// count. A mirror knows all tags, and of the branches those that were asked for. Where more commits than the
/// limit would have to be read the answer is empty and `notes` says so.
Result<rollback::ReleaseScope> release_scope(const PlanSession& session,
                                             const std::vector<std::string>& commits,
                                             std::vector<std::string>& notes);

}  // namespace kedge::adapters::git
