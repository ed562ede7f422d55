// SPDX-License-Identifier: Apache-2.0
#include "bot/base/time.h"

#include <gtest/gtest.h>

namespace kedge {
namespace {

using namespace std::chrono_literals;

const TimePoint kMorning = from_unix_ms(1'776'503'107'000);  // 2026-04-18T09:05:07Z

TEST(Time, IsWrittenForProgramsAndForPeople) {
  EXPECT_EQ(format_utc(kMorning), "2026-04-18T09:05:07Z");
  EXPECT_EQ(format_utc(kMorning + 999ms), "2026-04-18T09:05:07Z") << "milliseconds are dropped";
  EXPECT_EQ(format_minute(kMorning + 52s), "2026-04-18 09:05 UTC");
  EXPECT_EQ(format_utc(from_unix_ms(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_utc(from_unix_ms(-1)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(to_unix_ms(kMorning), 1'776'503'107'000);
}

struct Read {
  const char* name;
  const char* text;
  std::optional<std::int64_t> ms;
};

class ParseUtc : public ::testing::TestWithParam<Read> {};

TEST_P(ParseUtc, ReadsGitHubsFormAndNothingElse) {
  const auto read = parse_utc(GetParam().text);
  EXPECT_EQ(read ? std::optional(to_unix_ms(*read)) : std::nullopt, GetParam().ms) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(Rows, ParseUtc,
                         ::testing::Values(Read{"utc", "2026-04-18T09:05:07Z", 1'776'503'107'000},
                                           Read{"blank_between", "2026-04-18 09:05:07Z", 1'776'503'107'000},
                                           Read{"millis", "2026-04-18T09:05:07.250Z", 1'776'503'107'250},
                                           Read{"nanos", "2026-04-18T09:05:07.123456789Z", 1'776'503'107'123},
                                           Read{"zone_east", "2026-04-18T11:05:07+02:00", 1'776'503'107'000},
                                           Read{"zone_west", "2026-04-18T04:35:07-0430", 1'776'503'107'000},
                                           Read{"leap_day", "2024-02-29T00:00:00Z", 1'709'164'800'000},
                                           Read{"no_leap_day", "2026-02-29T00:00:00Z", std::nullopt},
                                           Read{"month_13", "2026-13-01T00:00:00Z", std::nullopt},
                                           Read{"hour_24", "2026-04-18T24:00:00Z", std::nullopt},
                                           Read{"minute_60", "2026-04-18T09:60:00Z", std::nullopt},
                                           Read{"signed_hour", "2026-04-18T-0:05:07Z", std::nullopt},
                                           Read{"no_zone", "2026-04-18T09:05:07", std::nullopt},
                                           Read{"words_after", "2026-04-18T09:05:07Z now", std::nullopt},
                                           Read{"date_only", "2026-04-18", std::nullopt},
                                           Read{"empty", "", std::nullopt}),
                         [](const auto& row) { return std::string(row.param.name); });

struct Shown {
  const char* name;
  Duration duration;
  const char* text;
};

class FormatDuration : public ::testing::TestWithParam<Shown> {};

TEST_P(FormatDuration, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(format_duration(GetParam().duration), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Rows, FormatDuration,
                         ::testing::Values(Shown{"nothing", 0ms, "0s"}, Shown{"millis", 250ms, "250ms"},
                                           Shown{"seconds", 59s, "59s"}, Shown{"minute", 90s, "1m 30s"},
                                           Shown{"whole_hour", 1h, "1h"}, Shown{"gap", 1h + 5s, "1h"},
                                           Shown{"day", 25h + 59s, "1d 1h"}, Shown{"minus", -90s, "-1m 30s"}),
                         [](const auto& row) { return std::string(row.param.name); });

struct Typed {
  const char* name;
  const char* text;
  std::optional<Duration> duration;
};

class ParseDuration : public ::testing::TestWithParam<Typed> {};

TEST_P(ParseDuration, ReadsOneNumberAndItsUnit) {
  EXPECT_EQ(parse_duration(GetParam().text), GetParam().duration) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParseDuration,
    ::testing::Values(Typed{"millis", "5ms", 5ms}, Typed{"seconds", "90s", 90s},
                      Typed{"minutes", "30m", 30min}, Typed{"hours", "24h", 24h}, Typed{"days", "2d", 48h},
                      Typed{"zero", "0s", 0ms}, Typed{"no_unit", "30", std::nullopt},
                      Typed{"no_number", "m", std::nullopt}, Typed{"minus", "-5m", std::nullopt},
                      Typed{"blank", "5 m", std::nullopt}, Typed{"fraction", "1.5h", std::nullopt},
                      Typed{"two", "1h30m", std::nullopt}, Typed{"upper_case", "5M", std::nullopt},
                      Typed{"over_ten_years", "3661d", std::nullopt},
                      Typed{"too_big", "99999999999999999999d", std::nullopt},
                      Typed{"empty", "", std::nullopt}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace kedge
