// SPDX-License-Identifier: Apache-2.0
// One HTTP request to another party, over cpp-httplib and OpenSSL: what every adapter that talks HTTP stands
// on.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"
#include "bot/base/url.h"

namespace kedge::adapters::http {

struct Request {
  std::string method = "GET";
  std::string url;  ///< Absolute, http or https; the path is sent as it stands (already percent-encoded).
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;                           ///< Sent where the body is not empty.
  Duration timeout = std::chrono::seconds{20};        ///< For connecting, and again for each read and write.
  Duration total_timeout = std::chrono::seconds{60};  ///< For all of it, however slowly bytes come.
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case; repeated ones joined by ", ".
  std::string body;                            ///< At most kResponseBytesMax.
};

inline constexpr std::size_t kResponseBytesMax = std::size_t{64} * 1024 * 1024;

class Watch;

class Client {
 public:
  virtual ~Client() = default;
  /// Sends one request and waits for the whole answer; redirects are not followed, any status is a Response.
  /// Errors: unavailable, with `certainly_not_done` where no byte of the request can have reached the peer
  /// (name not resolved, connection refused, TLS handshake failed); invalid for a URL that is none. Messages
  /// name the host, never the path or query: those may be secrets. Thread-safe; keeps connections alive where
  /// it can.
  virtual Result<Response> send(const Request& request) = 0;
};

/// The real one. Honours SSL_CERT_FILE; verifies certificates always.
class HttplibClient : public Client {
 public:
  /// Once `stop` is requested, requests under way end within moments and no other begins: unavailable. The
  /// look-up of a host's name alone cannot be cut short.
  explicit HttplibClient(std::stop_token stop = {});
  ~HttplibClient() override;
  Result<Response> send(const Request& request) override;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<Watch> watch_;
};

using kedge::parse_url;
using kedge::percent_encode;
using kedge::Url;

}  // namespace kedge::adapters::http
