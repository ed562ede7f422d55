// SPDX-License-Identifier: Apache-2.0
// Pushing one pack: by a single request of our own, and by libgit2 where the server does not understand that
// or misses an object.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/git_server.h"

namespace kedge::adapters::git {

class Pusher {
 public:
  /// Borrows everything. `pack` is complete in itself.
  Pusher(const Repo& repo, const Link& link, GitServer& server, const std::string& pack)
      : repo_(repo), link_(link), server_(server), pack_(pack) {}

  /// Moves each ref from the value it was seen at. Errors: as Remote::push.
  Result<PushAnswer> push(const std::vector<RefMove>& moves);

 private:
  Result<PushAnswer> push_by_libgit2(const std::vector<RefMove>& moves);

  const Repo& repo_;
  const Link& link_;
  GitServer& server_;
  const std::string& pack_;
};

/// Why the server refused this ref; empty: it is done.
std::string refusal_of(const PushAnswer& answer, const std::string& ref);

}  // namespace kedge::adapters::git
