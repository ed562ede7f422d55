// SPDX-License-Identifier: Apache-2.0
#include "bot/base/error.h"

#include <gtest/gtest.h>

#include "bot/base/assert.h"

namespace kedge {
namespace {

struct Row {
  Errc code;
  const char* name;
  bool retryable;
};

class ErrorCode : public ::testing::TestWithParam<Row> {};

TEST_P(ErrorCode, HasItsNameAndSaysWhetherTimeHealsIt) {
  EXPECT_EQ(to_string(GetParam().code), GetParam().name);
  EXPECT_EQ(is_retryable(GetParam().code), GetParam().retryable);
}

INSTANTIATE_TEST_SUITE_P(
    All, ErrorCode,
    ::testing::Values(Row{Errc::invalid, "invalid", false}, Row{Errc::not_found, "not_found", false},
                      Row{Errc::conflict, "conflict", false}, Row{Errc::denied, "denied", false},
                      Row{Errc::rate_limited, "rate_limited", true},
                      Row{Errc::unavailable, "unavailable", true}, Row{Errc::corrupt, "corrupt", false}),
    [](const auto& row) { return std::string(row.param.name); });

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Errc::invalid, "cannot halve {}: it is odd", number);
  return number / 2;
}

Result<std::string> quarter(int number) {
  KEDGE_TRY(once, half(number));
  KEDGE_TRY(twice, half(once));
  return std::to_string(twice);
}

Result<void> halves(int number) {
  KEDGE_CHECK(half(number).map([](int) {}));
  return {};
}

TEST(Result, TryNamesTheValueOrPassesTheErrorOn) {
  EXPECT_EQ(quarter(12).value(), "3");
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().code, Errc::invalid);
  EXPECT_EQ(quarter(6).error().message, "cannot halve 3: it is odd");
}

TEST(Result, CheckPassesTheErrorOn) {
  EXPECT_TRUE(halves(4));
  ASSERT_FALSE(halves(5));
  EXPECT_EQ(halves(5).error().message, "cannot halve 5: it is odd");
}

TEST(Result, PassKeepsWhatTheErrorKnows) {
  const Error error{.code = Errc::rate_limited,
                    .message = "cannot post: too many",
                    .retry_after = std::chrono::seconds{40},
                    .certainly_not_done = true};
  const Result<int> passed = pass(error);
  EXPECT_EQ(passed.error().retry_after, std::chrono::seconds{40});
  EXPECT_TRUE(passed.error().certainly_not_done);
}

TEST(Result, OutcomeOfAFailureIsUnknownUnlessItIsSaid) {
  const Result<int> failed = fail(Errc::unavailable, "cannot post: timed out");
  EXPECT_FALSE(failed.error().certainly_not_done);
  EXPECT_FALSE(failed.error().retry_after);
}

TEST(AssertDeathTest, StopsAndSaysWhy) {
  EXPECT_DEATH(KEDGE_ASSERT(1 + 1 == 3, "numbers add up"), "1 \\+ 1 == 3.*numbers add up");
}

}  // namespace
}  // namespace kedge
