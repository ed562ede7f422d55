// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/answer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

std::string_view header(const http::Response& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string_view() : trim(found->second);
}

std::optional<double> read_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// `Wed, 21 Oct 2015 07:28:00 GMT`, the only form a sender may write (RFC 9110, 5.6.7).
std::optional<TimePoint> read_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto words = split_words(text);
  if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
  const auto month = std::ranges::find(kMonths, words[2]);
  if (month == kMonths.end()) return std::nullopt;
  return parse_utc(
      fmt::format("{}-{:02}-{:0>2}T{}Z", words[3], month - kMonths.begin() + 1, words[1], words[4]));
}

struct Kind {
  Errc code;
  bool certainly_not_done;
};

Kind kind_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return {Errc::denied, true};
    case 404:
    case 410:
      return {Errc::not_found, true};
    case 429:
      return {Errc::rate_limited, true};
    case 408:
      return {Errc::unavailable, false};
    default:
      return status >= 500 ? Kind{Errc::unavailable, false} : Kind{Errc::invalid, true};
  }
}

}  // namespace

bool is_success(const http::Response& response) {
  return response.status >= 200 && response.status < 300;
}

Error refusal(std::string_view what, const http::Response& response, std::string_view cause) {
  const Kind kind = kind_of(response.status);
  Error error{.code = kind.code,
              .message = fmt::format("cannot {}: HTTP {}{}{}", what, response.status,
                                     cause.empty() ? "" : " ", cause),
              .certainly_not_done = kind.certainly_not_done};
  if (kind.code == Errc::rate_limited)
    error.retry_after = read_retry_after(response).value_or(kRetryAfterDefault);
  // A 503 may say when to come again, too.
  if (kind.code == Errc::unavailable) error.retry_after = read_retry_after(response);
  return error;
}

std::optional<Duration> read_retry_after(const http::Response& response) {
  const std::string_view text = header(response, "retry-after");
  if (const auto seconds = read_number(text)) return seconds_to_wait(*seconds);
  const auto until = read_http_date(text);
  const auto now = read_http_date(header(response, "date"));
  if (until && now) return std::clamp(*until - *now, Duration::zero(), kRetryAfterMax);
  if (const auto seconds = read_number(header(response, "x-ratelimit-reset-after")))
    return seconds_to_wait(*seconds);
  return std::nullopt;
}

std::optional<Duration> seconds_to_wait(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::nullopt;
  const double longest = static_cast<double>(kRetryAfterMax.count()) / 1000.0;
  return Duration{static_cast<Duration::rep>(std::ceil(std::min(seconds, longest) * 1000.0))};
}

std::string error_word(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  const std::string_view word = trim(text);
  const bool plain = word.size() <= kLongest && std::ranges::all_of(word, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
                     });
  return plain ? std::string(word) : std::string();
}

Error unreadable(std::string_view what) {
  return {.code = Errc::unavailable,
          .message = fmt::format("cannot {}: the answer cannot be read", what),
          .certainly_not_done = false};
}

}  // namespace kedge::adapters::chat
