// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/answer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kedge::adapters::chat {
namespace {

using std::chrono::milliseconds;

struct StatusRow {
  int status;
  Errc code;
  bool certainly_not_done;
};

class Status : public testing::TestWithParam<StatusRow> {};

TEST_P(Status, SaysWhatToDoAndWhetherRepeatCanDouble) {
  const auto& row = GetParam();
  const Error error = refusal("post", {.status = row.status}, "");
  EXPECT_EQ(error.code, row.code);
  EXPECT_EQ(error.certainly_not_done, row.certainly_not_done);
  EXPECT_EQ(error.retry_after.has_value(), row.code == Errc::rate_limited);
  EXPECT_EQ(error.message, fmt::format("cannot post: HTTP {}", row.status));
}

INSTANTIATE_TEST_SUITE_P(
    Refusal, Status,
    testing::Values(StatusRow{302, Errc::invalid, true}, StatusRow{400, Errc::invalid, true},
                    StatusRow{401, Errc::denied, true}, StatusRow{403, Errc::denied, true},
                    StatusRow{404, Errc::not_found, true}, StatusRow{408, Errc::unavailable, false},
                    StatusRow{410, Errc::not_found, true}, StatusRow{413, Errc::invalid, true},
                    StatusRow{429, Errc::rate_limited, true}, StatusRow{500, Errc::unavailable, false},
                    StatusRow{503, Errc::unavailable, false}),
    [](const auto& row) { return std::to_string(row.param.status); });

struct RetryRow {
  std::string name;
  std::map<std::string, std::string> headers;
  std::optional<Duration> expect;
};

class RetryAfter : public testing::TestWithParam<RetryRow> {};

TEST_P(RetryAfter, IsReadFromHeaders) {
  EXPECT_EQ(read_retry_after({.status = 429, .headers = GetParam().headers}), GetParam().expect);
}

INSTANTIATE_TEST_SUITE_P(
    Header, RetryAfter,
    testing::Values(
        RetryRow{"Seconds", {{"retry-after", " 30 "}}, milliseconds{30'000}},
        RetryRow{"Fraction", {{"retry-after", "0.2501"}}, milliseconds{251}},
        RetryRow{"Zero", {{"retry-after", "0"}}, milliseconds{0}},
        RetryRow{"LongIsCapped", {{"retry-after", "86400"}}, kRetryAfterMax},
        RetryRow{"HugeIsCapped", {{"retry-after", "1e300"}}, kRetryAfterMax},
        RetryRow{"NegativeIsNone", {{"retry-after", "-1"}}, std::nullopt},
        RetryRow{"NotANumberIsNone", {{"retry-after", "nan"}}, std::nullopt},
        RetryRow{
            "DateAgainstTheAnswersOwn",
            {{"retry-after", "Wed, 21 Oct 2015 07:29:30 GMT"}, {"date", "Wed, 21 Oct 2015 07:28:00 GMT"}},
            milliseconds{90'000}},
        RetryRow{
            "PastDateIsNow",
            {{"retry-after", "Wed, 21 Oct 2015 07:00:00 GMT"}, {"date", "Wed, 21 Oct 2015 07:28:00 GMT"}},
            milliseconds{0}},
        RetryRow{"DateAloneIsNone", {{"retry-after", "Wed, 21 Oct 2015 07:29:30 GMT"}}, std::nullopt},
        RetryRow{"ResetAfter", {{"x-ratelimit-reset-after", "1.5"}}, milliseconds{1500}},
        RetryRow{"RetryAfterBeforeResetAfter",
                 {{"retry-after", "2"}, {"x-ratelimit-reset-after", "1.5"}},
                 milliseconds{2000}},
        RetryRow{"Text", {{"retry-after", "soon"}}, std::nullopt}, RetryRow{"None", {}, std::nullopt}),
    [](const auto& row) { return row.param.name; });

TEST(SecondsToWait, NumberThatIsNoneIsNothing) {
  EXPECT_EQ(seconds_to_wait(std::nan("")), std::nullopt);
  EXPECT_EQ(seconds_to_wait(INFINITY), std::nullopt);
  EXPECT_EQ(seconds_to_wait(-0.5), std::nullopt);
}

TEST(ErrorWord, OnlyPlainWordsPass) {
  EXPECT_EQ(error_word("channel_not_found\n"), "channel_not_found");
  EXPECT_EQ(error_word("chat:write"), "chat:write");
  EXPECT_EQ(error_word("<html>"), "");
  EXPECT_EQ(error_word("https://hooks.slack.com/services/T0/B0/x"), "");
  EXPECT_EQ(error_word("two words"), "");
  EXPECT_EQ(error_word(std::string(65, 'a')), "");
}

TEST(Refusal, TooManyWithoutFigureWaitsTheDefault) {
  EXPECT_EQ(refusal("post", {.status = 429}, "").retry_after, kRetryAfterDefault);
}

}  // namespace
}  // namespace kedge::adapters::chat
