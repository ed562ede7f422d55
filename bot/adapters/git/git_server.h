// SPDX-License-Identifier: Apache-2.0
// A git server over smart HTTP in our own words, for the two questions that libgit2 answers at a price: what
// a few refs are (it has the server list all), and a push (it lists all, and hides each from the pack). Each
// is one request here. Source: git's protocol-v2 and pack-protocol documents.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/git/link.h"

namespace kedge::adapters::git {

/// One ref moves from a value to another, or not at all: the server refuses if it is not `from` any more.
struct RefMove {
  std::string ref;
  std::string from;  ///< Empty: it does not exist.
  std::string to;    ///< Empty: it goes.
};

class GitServer {
 public:
  explicit GitServer(const Link& link);
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;

  using Refs = std::map<std::string, std::string>;

  /// Those of the refs that exist, with their values. Nothing where this is no server of protocol 2.
  /// Errors: denied, rate_limited, unavailable.
  Result<std::optional<Refs>> look(const std::vector<std::string>& names);

  /// Sends the pack and moves the refs, each on its own. Nothing where it is no smart HTTP, or the answer is
  /// none that we understand. Errors: as look; after `unavailable` it may have been done.
  Result<std::optional<PushAnswer>> push(const std::vector<RefMove>& moves, const std::string& pack);

 private:
  Result<std::string> ask(const std::string& service, const std::string& protocol, std::string body);

  std::string url_;
  NetworkSession session_;
  AuthorizedHttp http_;
};

/// Reads the answer to a push, with the server's words in a band of their own or without bands.
std::optional<PushAnswer> read_push_answer(std::string_view answer);

}  // namespace kedge::adapters::git
