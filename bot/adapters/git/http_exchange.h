// SPDX-License-Identifier: Apache-2.0
// HTTP for git's smart protocol, over libcurl, read piece by piece as libgit2 asks for it.
//
// Why not libgit2's own HTTP: version 1.5 waits for a silent server for ever, and nothing can wake it. Here
// every request has a limit for connecting, for silence and in total, and a stop token ends it within
// kStopLatency, so no call of this folder hangs and no child process has to be killed.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/base/time.h"

namespace kedge::adapters::git {

struct NetworkLimits {
  Duration connect = std::chrono::seconds{15};
  Duration stall = std::chrono::seconds{60};  ///< Without a byte; whole seconds, at least one.
  Duration total = std::chrono::minutes{30};  ///< For one request; the first fetch of a repository is one.
};

inline constexpr Duration kStopLatency{200};

struct HttpRequest {
  std::string url;
  std::optional<std::string> body;  ///< Present: POST. Must outlive the exchange.
  std::string content_type;
  std::string accept;
  std::string git_protocol;  ///< `version=2`; empty: the oldest, in which a server tells all its refs.
  Secret token;              ///< Sent as password of user x-access-token; empty: none.
};

/// True if both addresses have the same scheme, host and port: what one of them may know, the other may too.
bool same_origin(const std::string& a, const std::string& b);

/// One connection, one request at a time.
class HttpExchange {
 public:
  HttpExchange(const NetworkLimits& limits, std::stop_token stop);
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  /// Sends the request and waits for the status. A GET follows redirects within its origin (GitHub's own,
  /// after a repository was renamed) and never leaves it.
  /// Errors: denied (a redirect to another origin), unavailable (`certainly_not_done` where the server was
  /// never reached).
  Result<int> send(const HttpRequest& request);
  /// The next bytes of the answer's body, 0 at its end. Errors: unavailable.
  Result<std::size_t> read(char* buffer, std::size_t size);
  /// The body's beginning as text, for error messages; at most `bytes_max` bytes.
  std::string read_words(std::size_t bytes_max);
  [[nodiscard]] std::optional<Duration> retry_after() const;
  /// Where redirects led to: the request's own origin, another path.
  [[nodiscard]] std::string effective_url() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kedge::adapters::git
