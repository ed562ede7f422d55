// SPDX-License-Identifier: Apache-2.0
// What the HTTP answers of chat products mean to a caller: which error, whether a repeat can double, and when
// to come again. No text made here holds a URL or a payload.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bot/adapters/http/client.h"
#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::chat {

/// No wait a peer asks for is longer: what is due later is asked again.
inline constexpr Duration kRetryAfterMax = std::chrono::hours{1};
/// Where a peer says "too many" and not for how long.
inline constexpr Duration kRetryAfterDefault = std::chrono::seconds{5};

bool is_success(const http::Response& response);

/// The error of a status outside 2xx. `what` reads `post to Slack`, `cause` is a word of the peer's or empty.
/// `certainly_not_done` for every 3xx and 4xx but 408; unknown for 408 and 5xx.
Error refusal(std::string_view what, const http::Response& response, std::string_view cause);

/// `Retry-After` in seconds (also with a fraction) or as an HTTP date against the answer's own `Date`, else
/// `X-RateLimit-Reset-After`; at most kRetryAfterMax.
std::optional<Duration> read_retry_after(const http::Response& response);
/// Seconds as a duration, rounded up, in [0, kRetryAfterMax]; nothing for a number that is none.
std::optional<Duration> seconds_to_wait(double seconds);

/// The text itself where it is one plain word such as `channel_not_found`; else empty. What a peer says goes
/// into errors only through this.
std::string error_word(std::string_view text);

/// The 2xx answer cannot be read: whether the message was taken is not known.
Error unreadable(std::string_view what);

}  // namespace kedge::adapters::chat
