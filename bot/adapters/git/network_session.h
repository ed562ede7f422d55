// SPDX-License-Identifier: Apache-2.0
// HTTP requests to one git server with its token, which is renewed once where the server refuses it, and what
// a server's refusal means.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "bot/adapters/git/http_exchange.h"
#include "bot/adapters/git/progress.h"

namespace kedge::adapters::git {

/// Asked for again once where the server refuses what it gave: a token may just have run out.
inline constexpr int kTokenCallsMax = 2;

struct NetworkSession {
  std::function<Result<Secret>()> token;  ///< Empty: anonymous.
  NetworkLimits limits;
  std::stop_token stop;
  Progress progress;
  int token_calls = 0;
  std::optional<Error> error;  ///< The first thing that went wrong in the transport.
  Secret accepted;             ///< The token that the server took last.
  std::string at;              ///< The repository's address where redirects led to; empty before a listing.
};

class AuthorizedHttp {
 public:
  /// Borrows the session.
  explicit AuthorizedHttp(NetworkSession& session)
      : session_(session), exchange_(session.limits, session.stop) {}

  /// Sends it with the token, which it puts in, and waits for status 200. `whom` is the repository's address,
  /// for messages. Errors: as Remote::connect.
  Result<void> send(HttpRequest& request, const std::string& whom);
  /// The answer is read there.
  HttpExchange& exchange() { return exchange_; }
  [[nodiscard]] NetworkSession& session() const { return session_; }

 private:
  Result<void> renew_token();

  NetworkSession& session_;
  HttpExchange exchange_;
  Secret token_;
};

}  // namespace kedge::adapters::git
