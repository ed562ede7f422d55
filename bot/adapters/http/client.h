// SPDX-License-Identifier: Apache-2.0
// One HTTP request to another party, over cpp-httplib and OpenSSL: what every adapter that talks HTTP stands
// on.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::http {

struct Request {
  std::string method = "GET";
  std::string url;  ///< Absolute, http or https; the path is sent as it stands (already percent-encoded).
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;                     ///< Sent where the body is not empty.
  Duration timeout = std::chrono::seconds{20};  ///< For connecting, and again for each read and write.
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case; repeated ones joined by ", ".
  std::string body;                            ///< At most kResponseBytesMax.
};

inline constexpr std::size_t kResponseBytesMax = std::size_t{64} * 1024 * 1024;

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
  HttplibClient();
  ~HttplibClient() override;
  Result<Response> send(const Request& request) override;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

struct Url {
  std::string scheme, host;    ///< In lower case; an IPv6 address without its brackets.
  int port = 0;                ///< The scheme's own where none is written (http, https, smtp, smtps), else 0.
  std::string target;          ///< Path and query, at least "/".
  std::string user, password;  ///< Decoded.
};
/// Reads an absolute URL of any scheme; a fragment is dropped. Errors: invalid (the message holds no part of
/// it).
Result<Url> parse_url(std::string_view url);
std::string percent_encode(std::string_view text);  ///< All but unreserved characters (RFC 3986).

}  // namespace kedge::adapters::http
