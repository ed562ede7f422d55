// SPDX-License-Identifier: Apache-2.0
// A request and its answer as plain data, so that what answers them knows no HTTP library.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge::sandbox {

struct Request {
  std::string method;
  std::string target;                          ///< As sent: path and query, still encoded.
  std::string path;                            ///< Encoded, without query.
  std::vector<std::string> segments;           ///< Of the path, decoded.
  std::map<std::string, std::string> query;    ///< Decoded.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
  std::string header(const std::string& lower_name) const;
  std::string parameter(const std::string& name, const std::string& otherwise = {}) const;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;  ///< Empty where there is no body.
};

Request make_request(std::string method, std::string target, std::map<std::string, std::string> headers,
                     std::string body);

/// The number that a text begins with; 0 for other text.
std::int64_t number_of(const std::string& text);
std::string percent_decode(std::string_view text, bool plus_is_blank);
std::string percent_encode(std::string_view text);
/// Decodes base64, lenient about padding; empty for other text.
std::string from_base64(std::string_view text);
/// The user and password of `Authorization: Basic`, or two empty texts.
std::pair<std::string, std::string> basic_credentials(std::string_view authorization);

Response text_response(int status, std::string body, std::string content_type = "text/plain; charset=utf-8");

}  // namespace kedge::sandbox
