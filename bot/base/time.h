// SPDX-License-Identifier: Apache-2.0
// Points in time are UTC milliseconds since the epoch, durations are milliseconds. Nothing here reads a
// clock: time comes in as an argument (ports/clock.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kedge {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

inline TimePoint from_unix_ms(std::int64_t ms) {
  return TimePoint{Duration{ms}};
}
inline std::int64_t to_unix_ms(TimePoint at) {
  return at.time_since_epoch().count();
}

/// `2026-04-18T09:05:07Z`; milliseconds are dropped.
std::string format_utc(TimePoint at);
/// `2026-04-18 09:05 UTC`, for people.
std::string format_minute(TimePoint at);
/// Reads GitHub's form `2026-04-18T09:05:07Z`, also with fractions and a numeric zone. Nothing for other
/// text.
std::optional<TimePoint> parse_utc(std::string_view text);

/// `90s` → `1m 30s`, `0` → `0s`; the two largest units, for people.
std::string format_duration(Duration duration);
/// Reads one number and one of `ms s m h d`: `30m`. Nothing for other text or above ten years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace kedge
