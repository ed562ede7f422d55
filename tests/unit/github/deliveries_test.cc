// SPDX-License-Identifier: Apache-2.0
// Webhook deliveries that GitHub could not hand over.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

struct Redelivery : GitHubTest {
  static json delivery(std::int64_t id, const std::string& guid, const std::string& at,
                       const std::string& status) {
    return {{"id", id}, {"guid", guid}, {"delivered_at", at}, {"status", status}, {"event", "push"}};
  }
  const std::string list = "GET /app/hook/deliveries";
  static json delivery(std::int64_t id, const std::string& guid, const std::string& at,
                       const std::string& status, int code) {
    json one = delivery(id, guid, at, status);
    one["status_code"] = code;
    return one;
  }
  Result<ports::Redelivered> redeliver() {
    return github().redeliver_failed(std::chrono::hours{24}, clock.now(), began);
  }
  TimePoint began{};
};

TEST_F(Redelivery, IsAskedForWhatNoAttemptDeliveredOldestFirst) {
  // Now is 08:13:20.
  script.on(
      list, 200,
      {delivery(9, "b", "2026-04-18T08:00:00Z", "timed out"), delivery(8, "a", "2026-04-18T07:59:00Z", "OK"),
       delivery(7, "c", "2026-04-18T07:58:00Z", "Internal Server Error")},
      {{"Link", "<{url}/app/hook/deliveries?cursor=v1_1>; rel=\"next\""}});
  script.on(list + "?cursor=v1_1", 200,
            {delivery(6, "b", "2026-04-18T07:50:00Z", "failed to connect to host"),
             delivery(5, "a", "2026-04-18T07:40:00Z", "timed out"),
             delivery(4, "old", "2026-04-17T07:40:00Z", "timed out")},
            {{"Link", "<{url}/app/hook/deliveries?cursor=v1_2>; rel=\"next\""}});
  script.on("POST /app/hook/deliveries/9/attempts", 202, json::object());
  script.on("POST /app/hook/deliveries/7/attempts", 202, json::object());
  const auto asked = redeliver();
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_EQ(asked->asked, 2);
  EXPECT_FALSE(asked->cut_off);
  EXPECT_EQ(script.writes(), (std::vector<std::string>{"POST /app/hook/deliveries/9/attempts",
                                                       "POST /app/hook/deliveries/7/attempts"}));
  EXPECT_EQ(script.asked(list).size(), 2U);
  EXPECT_TRUE(script.asked(list)[0].header("Authorization").starts_with("Bearer ey"));
}

TEST_F(Redelivery, WaitsForAnAttemptThatIsUnderWay) {
  script.on(
      list, 200,
      {delivery(9, "b", "2026-04-18T08:00:00Z", ""), delivery(8, "b", "2026-04-18T07:00:00Z", "timed out")});
  EXPECT_EQ(redeliver()->asked, 0);
}

TEST_F(Redelivery, GoesOnAfterOneThatGitHubForgot) {
  script.on(list, 200,
            {delivery(9, "b", "2026-04-18T08:00:00Z", "timed out"),
             delivery(8, "a", "2026-04-18T07:00:00Z", "timed out")});
  script.on("POST /app/hook/deliveries/9/attempts", 202, json::object());
  EXPECT_EQ(redeliver()->asked, 1);
}

TEST_F(Redelivery, TakesEveryAnswerThatIsNoRefusalForADelivery) {
  // Kedge's own answer is 202, and GitHub's word for it is not OK.
  script.on(list, 200,
            {delivery(9, "a", "2026-04-18T08:00:00Z", "Accepted", 202),
             delivery(8, "b", "2026-04-18T08:00:00Z", "No Content", 204),
             delivery(7, "c", "2026-04-18T08:00:00Z", "Service Unavailable", 503),
             delivery(6, "d", "2026-04-18T08:00:00Z", "Unauthorized", 401)});
  script.on("POST /app/hook/deliveries/7/attempts", 202, json::object());
  script.on("POST /app/hook/deliveries/6/attempts", 202, json::object());
  EXPECT_EQ(redeliver()->asked, 2);
}

TEST_F(Redelivery, WaitsLongerAfterEachAttempt) {
  // Now is 08:13:20. Three attempts: the next one ten minutes after the newest.
  script.on(list, 200,
            {delivery(9, "a", "2026-04-18T08:04:00Z", "timed out"),
             delivery(8, "a", "2026-04-18T07:59:00Z", "timed out"),
             delivery(7, "a", "2026-04-18T07:58:00Z", "timed out")});
  script.on("POST /app/hook/deliveries/9/attempts", 202, json::object());
  EXPECT_EQ(redeliver()->asked, 0);
  clock.advance(std::chrono::seconds{39});
  EXPECT_EQ(redeliver()->asked, 0);
  clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(redeliver()->asked, 1);
}

TEST_F(Redelivery, WaitsForNothingThatCameWhileTheServerWasDown) {
  script.on(list, 200,
            {delivery(9, "a", "2026-04-18T08:12:00Z", "timed out"),
             delivery(8, "a", "2026-04-18T08:11:00Z", "timed out"),
             delivery(7, "a", "2026-04-18T07:58:00Z", "timed out")});
  script.on("POST /app/hook/deliveries/9/attempts", 202, json::object());
  EXPECT_EQ(redeliver()->asked, 0);
  began = clock.now() - std::chrono::seconds{30};
  EXPECT_EQ(redeliver()->asked, 1);
}

TEST_F(Redelivery, WaitsNoLongerThanSixHours) {
  json attempts = json::array();
  for (int i = 20; i > 0; --i)
    attempts.push_back(
        delivery(i, "a", i == 20 ? "2026-04-18T02:13:20Z" : "2026-04-18T02:00:00Z", "timed out"));
  script.on(list, 200, attempts);
  script.on("POST /app/hook/deliveries/20/attempts", 202, json::object());
  EXPECT_EQ(redeliver()->asked, 1);
}

TEST_F(Redelivery, SaysWhereItCouldNotLookThroughAllOfThem) {
  script.on(list, 200, json::array({delivery(9, "a", "2026-04-18T08:00:00Z", "OK")}),
            {{"Link", "<{url}/app/hook/deliveries?cursor=v1_1>; rel=\"next\""}});
  const auto looked = redeliver();
  ASSERT_TRUE(looked) << looked.error().message;
  EXPECT_TRUE(looked->cut_off);
}

TEST_F(Redelivery, EndsAtALimit) {
  script.on(list, 200, json::array({delivery(9, "b", "2026-04-18T08:00:00Z", "timed out")}));
  script.on("POST /app/hook/deliveries/9/attempts", 429, {}, {{"Retry-After", "5"}});
  EXPECT_EQ(redeliver().error().code, Errc::rate_limited);
}

TEST_F(Redelivery, IsDeniedToAPlainToken) {
  use_plain_token();
  EXPECT_EQ(redeliver().error().code, Errc::denied);
  EXPECT_TRUE(script.asked().empty());
}

}  // namespace
}  // namespace kedge::adapters::github
