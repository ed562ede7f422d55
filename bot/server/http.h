// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 as values: a whole request, an answer, and the small grammar around them (queries, forms,
// cookies). Pure; head.h parses requests, front.h moves the bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/base/time.h"

namespace kedge::server {

struct Request {
  std::string method;
  std::string path;   ///< As sent, not decoded; begins with `/`.
  std::string query;  ///< Without `?`.
  int minor_version = 1;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Names in lower case.
  std::string body;
  std::string peer;  ///< The client's address, without its port.

  /// The first header of this lower-case name, or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// True if a comma-separated header has this token, compared without case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  bool close = false;  ///< The connection ends after it.
};

/// One line of text.
Response text_response(int status, std::string_view line);
/// `{"error":{"code":…,"message":…}}`; the code follows from the status.
Response json_error(int status, std::string_view message);

struct WireForm {
  bool head_only = false;  ///< Answers HEAD: the same headers and no body.
  int minor_version = 1;
  TimePoint now{};  ///< For `Date`.
};
/// The bytes of an answer. Header values are ours: they hold no line ends.
std::string to_wire(const Response& response, const WireForm& form);

/// A value of `a=b&c=d` (query or form), decoded; nothing where the key is missing or the encoding is broken.
std::optional<std::string> form_value(std::string_view form, std::string_view key);
/// The value of a cookie in a `Cookie` header.
std::optional<std::string_view> cookie(std::string_view header, std::string_view name);
/// A JSON string with its quotes; invalid UTF-8 becomes U+FFFD.
std::string json_quoted(std::string_view text);
/// `Sun, 06 Nov 1994 08:49:37 GMT`
std::string http_date(TimePoint at);

}  // namespace kedge::server
