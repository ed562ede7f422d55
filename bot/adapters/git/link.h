// SPDX-License-Identifier: Apache-2.0
// How one repository's server is reached: its address, the token, the limits, and whom to tell how far a
// transfer is.
#pragma once

#include <functional>
#include <string>

#include "bot/adapters/git/remote.h"

namespace kedge::adapters::git {

/// Whether file contents come with the commits and trees, or each when it is read. A mirror that was once
/// fetched without stays so.
enum class Blobs { all, on_demand };

struct Link {
  std::string url;
  std::function<Result<Secret>()> token;  ///< Empty: anonymous.
  NetworkLimits limits;
  std::stop_token stop;
  Progress progress;
  Blobs blobs = Blobs::all;  ///< Of a first fetch.

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
