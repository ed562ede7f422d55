// SPDX-License-Identifier: Apache-2.0
// How one repository's server is reached: its address, the token, the limits, and whom to tell how far a
// transfer is.
#pragma once

#include <functional>
#include <string>

#include "bot/adapters/git/remote.h"

namespace kedge::adapters::git {

struct Link {
  std::string url;
  std::function<Result<Secret>()> token;  ///< Empty: anonymous.
  NetworkLimits limits;
  std::stop_token stop;
  Progress progress;

  [[nodiscard]] NetworkSession session() const {
    return {.token = token,
            .limits = limits,
            .stop = stop,
            .progress = progress,
            .error = {},
            .accepted = {},
            .at = {}};
  }
  /// Opens a conversation in libgit2's words. Errors: as Remote::connect.
  [[nodiscard]] Result<Remote> connect(const Repo& repo, Direction direction) const {
    return Remote::connect(repo, url, direction, session());
  }
};

}  // namespace kedge::adapters::git
