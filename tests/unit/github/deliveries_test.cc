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
  Result<int> redeliver() { return github().redeliver_failed(std::chrono::hours{24}, clock.now()); }
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
  EXPECT_EQ(*asked, 2);
  EXPECT_EQ(script.writes(), (std::vector<std::string>{"POST /app/hook/deliveries/9/attempts",
                                                       "POST /app/hook/deliveries/7/attempts"}));
  EXPECT_EQ(script.asked(list).size(), 2U);
  EXPECT_TRUE(script.asked(list)[0].header("Authorization").starts_with("Bearer ey"));
}

TEST_F(Redelivery, WaitsForAnAttemptThatIsUnderWay) {
  script.on(
      list, 200,
      {delivery(9, "b", "2026-04-18T08:00:00Z", ""), delivery(8, "b", "2026-04-18T07:00:00Z", "timed out")});
  EXPECT_EQ(*redeliver(), 0);
}

TEST_F(Redelivery, GoesOnAfterOneThatGitHubForgot) {
  script.on(list, 200,
            {delivery(9, "b", "2026-04-18T08:00:00Z", "timed out"),
             delivery(8, "a", "2026-04-18T07:00:00Z", "timed out")});
  script.on("POST /app/hook/deliveries/9/attempts", 202, json::object());
  EXPECT_EQ(*redeliver(), 1);
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
