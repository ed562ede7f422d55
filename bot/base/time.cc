// SPDX-License-Identifier: Apache-2.0
#include "bot/base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace kedge {
namespace {

using namespace std::chrono;

struct Parts {
  int year, hour, minute, second;
  unsigned month, day;
};

Parts parts_of(TimePoint at) {
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const auto rest = at - midnight;
  return {static_cast<int>(date.year()),
          static_cast<int>(duration_cast<hours>(rest).count()),
          static_cast<int>(duration_cast<minutes>(rest).count() % 60),
          static_cast<int>(duration_cast<seconds>(rest).count() % 60),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

/// Takes `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  const bool is_signed = text.front() == '-';  // from_chars takes `-0` for a number.
  if (error != std::errc{} || end != text.data() + digits || is_signed) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// The zone at the end of an RFC 3339 time as an offset to subtract.
std::optional<minutes> take_zone(std::string_view text) {
  if (text == "Z" || text == "z") return minutes{0};
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hour = take_number(text, 2);
  take_char(text, ':');
  const auto minute = take_number(text, 2);
  if (!hour || !minute || !text.empty()) return std::nullopt;
  return minutes{sign * (*hour * 60 + *minute)};
}

}  // namespace

std::string format_utc(TimePoint at) {
  const Parts p = parts_of(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", p.year, p.month, p.day, p.hour, p.minute,
                     p.second);
}

std::string format_minute(TimePoint at) {
  const Parts p = parts_of(at);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", p.year, p.month, p.day, p.hour, p.minute);
}

std::optional<TimePoint> parse_utc(std::string_view text) {
  const auto y = take_number(text, 4);
  if (!y || !take_char(text, '-')) return std::nullopt;
  const auto m = take_number(text, 2);
  if (!m || !take_char(text, '-')) return std::nullopt;
  const auto d = take_number(text, 2);
  if (!d || (!take_char(text, 'T') && !take_char(text, ' '))) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || !take_char(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take_char(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second) return std::nullopt;
  int millis = 0;
  if (take_char(text, '.')) {
    int scale = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      millis += (text.front() - '0') * scale;
      scale /= 10;
      text.remove_prefix(1);
    }
  }
  const auto zone = take_zone(text);
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!zone || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} + milliseconds{millis} - *zone;
}

std::string format_duration(Duration duration) {
  if (duration < Duration{0}) return "-" + format_duration(-duration);
  if (duration < seconds{1} && duration > Duration{0}) return fmt::format("{}ms", duration.count());
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits{{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}}};
  std::int64_t rest = duration_cast<seconds>(duration).count();
  std::string text;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    if (shown == 2) break;
    const std::int64_t count = rest / unit.seconds;
    rest %= unit.seconds;
    if (count == 0) {
      if (shown > 0) break;
      continue;
    }
    if (shown > 0) text += ' ';
    text += fmt::format("{}{}", count, unit.name);
    ++shown;
  }
  return text.empty() ? "0s" : text;
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  std::int64_t scale = 0;
  if (unit == "ms") scale = 1;
  if (unit == "s") scale = 1000;
  if (unit == "m") scale = 60'000;
  if (unit == "h") scale = 3'600'000;
  if (unit == "d") scale = 86'400'000;
  constexpr std::int64_t kMaxMs = 3660LL * 86'400'000;
  if (scale == 0 || number > kMaxMs / scale) return std::nullopt;
  return Duration{number * scale};
}

}  // namespace kedge
