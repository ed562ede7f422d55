// SPDX-License-Identifier: Apache-2.0
// The link between libgit2's smart protocol and http_exchange.h: libgit2 speaks git, HttpExchange moves the
// bytes. What went wrong is kept as our Error, since libgit2 passes only numbers on.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "bot/adapters/git/git2.h"
#include "bot/adapters/git/http_exchange.h"

namespace kedge::adapters::git {

/// Asked for again once where the server refuses what it gave: a token may just have run out.
inline constexpr int kTokenCallsMax = 2;

struct NetworkSession {
  std::function<Result<Secret>()> token;  ///< Empty: anonymous.
  NetworkLimits limits;
  std::stop_token stop;
  int token_calls = 0;
  std::optional<Error> error;  ///< The first thing that went wrong in the transport.
};

/// For git_remote_callbacks::transport, with a NetworkSession as payload.
int make_transport(git_transport** out, git_remote* owner, void* session);

}  // namespace kedge::adapters::git
