// SPDX-License-Identifier: Apache-2.0
// The link between libgit2's smart protocol and http_exchange.h: libgit2 speaks git, HttpExchange moves the
// bytes. What went wrong is kept as our Error, since libgit2 passes only numbers on.
#pragma once

#include "bot/adapters/git/git2.h"
#include "bot/adapters/git/network_session.h"

namespace kedge::adapters::git {

/// For git_remote_callbacks::transport, with a NetworkSession as payload.
int make_transport(git_transport** out, git_remote* owner, void* session);

}  // namespace kedge::adapters::git
