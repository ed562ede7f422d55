// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/http.h"

#include <charconv>

#include "bot/base/text.h"

namespace kedge::sandbox {

std::string Request::header(const std::string& lower_name) const {
  const auto found = headers.find(lower_name);
  return found == headers.end() ? "" : found->second;
}

std::string Request::parameter(const std::string& name, const std::string& otherwise) const {
  const auto found = query.find(name);
  return found == query.end() ? otherwise : found->second;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text.substr(i + 1, 2))) {
      result += from_hex(text.substr(i + 1, 2));
      i += 2;
    } else {
      result += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::int64_t number_of(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string result;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += "%" + to_hex(std::string_view(&c, 1));
    }
  }
  return result;
}

std::string from_base64(std::string_view text) {
  std::string result;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z') {
      value = static_cast<unsigned>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      value = static_cast<unsigned>(c - 'a') + 26;
    } else if (c >= '0' && c <= '9') {
      value = static_cast<unsigned>(c - '0') + 52;
    } else if (c == '+' || c == '-') {
      value = 62;
    } else if (c == '/' || c == '_') {
      value = 63;
    } else if (c == '=') {
      break;
    } else {
      return "";
    }
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      result += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
  }
  return result;
}

std::pair<std::string, std::string> basic_credentials(std::string_view authorization) {
  if (authorization.size() < 6 || !equals_ignore_case(authorization.substr(0, 6), "basic ")) return {};
  const auto decoded = from_base64(trim(authorization.substr(6)));
  const auto colon = decoded.find(':');
  if (colon == std::string::npos) return {};
  return {decoded.substr(0, colon), decoded.substr(colon + 1)};
}

Request make_request(std::string method, std::string target, std::map<std::string, std::string> headers,
                     std::string body) {
  Request request{.method = std::move(method), .target = std::move(target), .path = {}, .segments = {}};
  request.headers = std::move(headers);
  request.body = std::move(body);
  const auto question = request.target.find('?');
  request.path = request.target.substr(0, question);
  for (const auto& part : split(request.path, '/')) {
    if (!part.empty()) request.segments.push_back(percent_decode(part, false));
  }
  if (question == std::string::npos) return request;
  for (const auto& pair : split(request.target.substr(question + 1), '&')) {
    const auto equals = pair.find('=');
    if (pair.empty()) continue;
    const auto value = equals == std::string::npos ? "" : percent_decode(pair.substr(equals + 1), true);
    request.query[percent_decode(pair.substr(0, equals), true)] = value;
  }
  return request;
}

Response text_response(int status, std::string body, std::string content_type) {
  return {.status = status, .headers = {}, .body = std::move(body), .content_type = std::move(content_type)};
}

}  // namespace kedge::sandbox
