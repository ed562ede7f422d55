// SPDX-License-Identifier: Apache-2.0
// GitHub's limits and the pace of writes, on a clock that the test turns.
#include <thread>

#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Limit : GitHubTest {
  Error react(std::int64_t comment) {
    const auto answer = github().react(repository, comment, "eyes");
    return answer ? Error{.code = Errc::corrupt, .message = "it worked"} : answer.error();
  }
  static std::string route(int comment) {
    return fmt::format("POST /repos/acme/api/issues/comments/{}/reactions", comment);
  }
};

TEST_F(Limit, WithRetryAfterLastsThatLong) {
  script.on(route(1), 429, {{"message", "slow down"}},
            {{"Retry-After", "17"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1"}});
  const Error error = react(1);
  EXPECT_EQ(error.code, Errc::rate_limited);
  EXPECT_EQ(error.retry_after, seconds{17});
  EXPECT_TRUE(error.certainly_not_done);
}

TEST_F(Limit, WithNothingRemainingLastsUntilTheReset) {
  script.on(route(1), 403, {{"message", "API rate limit exceeded for installation ID 5."}},
            {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", std::to_string(1'776'500'000 + 600)}});
  EXPECT_EQ(react(1).retry_after, minutes{10});
}

TEST_F(Limit, WhoseResetHasPassedLastsASecond) {
  script.on(route(1), 403, {{"message", "API rate limit exceeded"}},
            {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1000"}});
  EXPECT_EQ(react(1).retry_after, seconds{1});
}

TEST_F(Limit, WithoutAStatedEndLastsAMinuteAndDoubles) {
  script.on(route(1), 403, {{"message", "You have exceeded a secondary rate limit."}},
            {{"x-ratelimit-remaining", "4000"}});
  for (const auto wait :
       {minutes{1}, minutes{2}, minutes{4}, minutes{8}, minutes{16}, minutes{32}, minutes{60}, minutes{60}}) {
    const Error error = react(1);
    EXPECT_EQ(error.code, Errc::rate_limited);
    EXPECT_EQ(error.retry_after, wait);
    clock.advance(wait);
  }
}

TEST_F(Limit, StartsWithAMinuteAgainAfterASuccess) {
  script.on(route(1), 403, {{"message", "secondary rate limit"}});
  script.on(route(1), 403, {{"message", "secondary rate limit"}});
  script.on(route(1), 201, {{"id", 1}});
  script.on(route(1), 403, {{"message", "secondary rate limit"}});
  EXPECT_EQ(react(1).retry_after, minutes{1});
  clock.advance(minutes{1});
  EXPECT_EQ(react(1).retry_after, minutes{2});
  clock.advance(minutes{2});
  EXPECT_EQ(react(1).message, "it worked");
  EXPECT_EQ(react(1).retry_after, minutes{1});
}

TEST_F(Limit, IsNotHammered) {
  script.on(route(1), 429, {}, {{"Retry-After", "30"}});
  script.on(route(2), 201, {{"id", 1}});
  EXPECT_EQ(react(1).retry_after, seconds{30});
  clock.advance(seconds{10});
  EXPECT_EQ(react(2).retry_after, seconds{20});
  EXPECT_TRUE(script.asked(route(2)).empty());
  clock.advance(seconds{20});
  EXPECT_EQ(react(2).message, "it worked");
}

TEST_F(Limit, OfOneInstallationBindsNoOther) {
  script.on("POST /app/installations/6/access_tokens", 201, {{"token", "ghs_six"}});
  script.on(route(1), 429, {}, {{"Retry-After", "30"}});
  EXPECT_EQ(react(1).code, Errc::rate_limited);
  script.on("POST /repos/other/api/issues/comments/2/reactions", 201, {{"id", 1}});
  auto other = repository;
  other.installation_id = 6;
  other.full_name = "other/api";
  EXPECT_TRUE(github().react(other, 2, "eyes"));
}

TEST_F(Limit, IsNotSeenInAPlainRefusal) {
  script.on(route(1), 403, {{"message", "Must have admin rights"}}, {{"x-ratelimit-remaining", "4999"}});
  EXPECT_EQ(react(1).code, Errc::denied);
}

TEST_F(Limit, WithAbsurdHeadersStillEnds) {
  script.on(route(1), 429, {}, {{"Retry-After", "-5"}, {"x-ratelimit-remaining", "zero"}});
  EXPECT_EQ(react(1).retry_after, minutes{1});
  script.on(route(2), 429, {}, {{"Retry-After", "99999999999999999999"}});
  clock.advance(minutes{1});
  EXPECT_EQ(react(2).retry_after, minutes{2});
}

// -- the pace of writes --
struct Pace : GitHubTest {
  Pace() {
    options.write_pace = seconds{1};
    script.on("GET /repos/acme/api/issues/1/comments", 200, json::array());
    script.on("POST /repos/acme/api/issues/1/comments", 201, {{"id", 1}});
    script.on("POST /repos/acme/api/issues/comments/1/reactions", 201, {{"id", 1}});
  }
};

TEST_F(Pace, PartsWritesThatCreateContent) {
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(github().comment(repository, 1, "x", "comment", fmt::format("1001/7/{}", i)));
  EXPECT_EQ(clock.slept(), seconds{2});
}

TEST_F(Pace, CountsTheTimeThatPassedAnyway) {
  ASSERT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  clock.advance(std::chrono::milliseconds{700});
  ASSERT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/1"));
  EXPECT_EQ(clock.slept(), std::chrono::milliseconds{300});
}

TEST_F(Pace, DoesNotBindReactions) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(github().react(repository, 1, "eyes"));
  EXPECT_EQ(clock.slept(), Duration{0});
}

TEST_F(Pace, IsOffAtZero) {
  options.write_pace = Duration{0};
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(github().comment(repository, 1, "x", "comment", fmt::format("1001/7/{}", i)));
  EXPECT_EQ(clock.slept(), Duration{0});
}

TEST_F(Pace, HoldsForManyThreadsTogether) {
  RestGitHub& shared = github();
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        EXPECT_TRUE(shared.comment(repository, 1, "x", "comment", fmt::format("1001/8/{}", t)));
      });
  }
  EXPECT_EQ(clock.slept(), seconds{3});
}

TEST_F(Pace, EndsAWaitWhenStopping) {
  std::stop_source stop;
  options.stop = stop.get_token();
  ASSERT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  stop.request_stop();
  const auto answer = github().comment(repository, 1, "x", "comment", "1001/7/1");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().certainly_not_done);
}

}  // namespace
}  // namespace kedge::adapters::github
