// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/errors.h"

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr std::size_t kWordsBytesMax = 300;
constexpr std::size_t kErrorsShownMax = 5;

std::string clean(std::string text) {
  text = to_valid_utf8(text);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return truncate_utf8(text, kWordsBytesMax);
}

std::string detail_of(const Json& item) {
  if (const std::string text = item.text(); !text.empty()) return text;
  if (const std::string message = item["message"].text(); !message.empty()) return message;
  const std::string where = item["resource"].text() + "." + item["field"].text();
  return where == "." ? item["code"].text() : where + " " + item["code"].text();
}

Errc code_of(int status, const std::string& words) {
  switch (status) {
    case 403:
      if (words.find("suspended") != std::string::npos) return Errc::unavailable;
      return Errc::denied;
    case 451:
      return Errc::denied;
    case 404:
    case 410:
      return Errc::not_found;
    case 405:
    case 409:
      return Errc::conflict;
    case 401:
    case 408:
      return Errc::unavailable;
    default:
      break;
  }
  if (status >= 300 && status < 400) return Errc::not_found;
  return status >= 400 && status < 500 ? Errc::invalid : Errc::unavailable;
}

std::string cause_of(const http::Response& response, const std::string& words) {
  std::string cause =
      words.empty() ? std::to_string(response.status) : fmt::format("{} {}", response.status, words);
  const auto accepted = response.headers.find("x-accepted-github-permissions");
  if (response.status == 403 && words.starts_with("Resource not accessible") &&
      accepted != response.headers.end())
    cause += fmt::format(" (needs the permission {})", clean(accepted->second));
  if (response.status >= 300 && response.status < 400) cause += " (it has moved)";
  return cause;
}

}  // namespace

std::string words_of(const Json& body) {
  std::string words = body["message"].text();
  const auto errors = body["errors"].items();
  for (std::size_t i = 0; i < std::min(errors.size(), kErrorsShownMax); ++i)
    if (const std::string detail = detail_of(errors[i]); !detail.empty()) words += "; " + detail;
  return clean(std::move(words));
}

Error error_of(const std::string& verb, const http::Response& response) {
  const std::string words = words_of(Json::parse(response.body).value_or(Json()));
  return Error{
      .code = code_of(response.status, words),
      .message = fmt::format("cannot {}: {}", verb, cause_of(response, words)),
      .certainly_not_done = response.status >= 300 && response.status < 500 && response.status != 408,
  };
}

}  // namespace kedge::adapters::github
