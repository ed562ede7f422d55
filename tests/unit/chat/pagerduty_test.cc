// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/pagerduty.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using namespace testing_fakes;

constexpr std::string_view kAccepted = R"({"status":"success","message":"Event processed","dedup_key":"x"})";

class Pager : public testing::Test {
 protected:
  Json sent(std::size_t index) { return Json::parse(client_.requests.at(index).body); }
  FakeClient client_;
  PagerDuty pager_{client_, "https://events.pagerduty.com/", Secret{"routingkey"}};
};

TEST_F(Pager, FirstPostTriggersAlert) {
  client_.answer(202, std::string(kAccepted));
  EXPECT_EQ(pager_.post({.subject = "[P0] main is red", .text = "Details", .rank = 1}, "", "7/2/0").value(),
            "kedge:7/2/0");
  EXPECT_EQ(client_.requests.at(0).url, "https://events.pagerduty.com/v2/enqueue");
  EXPECT_EQ(client_.requests.at(0).content_type, "application/json");
  EXPECT_EQ(sent(0), Json({{"routing_key", "routingkey"},
                           {"event_action", "trigger"},
                           {"dedup_key", "kedge:7/2/0"},
                           {"payload",
                            {{"summary", "[P0] main is red"},
                             {"source", "kedge"},
                             {"severity", "error"},
                             {"custom_details", {{"text", "Details"}}}}},
                           {"client", "Kedge"}}));
}

TEST_F(Pager, UpdateAddsToTheSameAlertAndEndResolvesIt) {
  client_.answer(202, std::string(kAccepted));
  client_.answer(202, std::string(kAccepted));
  EXPECT_EQ(pager_.post({.text = "Update 2"}, "kedge:7/2/0", "7/9/0").value(), "kedge:7/2/0");
  EXPECT_EQ(pager_.post({.text = "Resolved", .over = true}, "kedge:7/2/0", "7/11/0").value(), "kedge:7/2/0");
  EXPECT_EQ(sent(0)["event_action"], "trigger");
  EXPECT_EQ(sent(0)["dedup_key"], "kedge:7/2/0");
  EXPECT_EQ(sent(1),
            Json({{"routing_key", "routingkey"}, {"event_action", "resolve"}, {"dedup_key", "kedge:7/2/0"}}));
}

TEST_F(Pager, SummaryIsFirstLineWithinTheLimit) {
  client_.answer(202, std::string(kAccepted));
  client_.answer(202, std::string(kAccepted));
  ASSERT_TRUE(pager_.post({.text = "\n  first  \nsecond"}, "", "1"));
  ASSERT_TRUE(pager_.post({.text = std::string(5000, 'x')}, "", "1"));
  EXPECT_EQ(sent(0)["payload"]["summary"], "first");
  EXPECT_LE(sent(1)["payload"]["summary"].get<std::string>().size(), 1024U);
}

TEST_F(Pager, LongDedupBecomesKeyOfAtMost255) {
  client_.answer(202, std::string(kAccepted));
  const auto key = pager_.post({.text = "x"}, "", std::string(300, 'a'));
  EXPECT_LE(key.value().size(), 255U);
}

TEST_F(Pager, RanksHaveSeverities) {
  const char* const expect[] = {"critical", "error", "warning", "info", "info"};
  for (int rank = 0; rank < 5; ++rank) {
    client_.answer(202, std::string(kAccepted));
    ASSERT_TRUE(pager_.post({.text = "x", .rank = rank}, "", "1"));
    EXPECT_EQ(sent(static_cast<std::size_t>(rank))["payload"]["severity"], expect[rank]);
  }
}

TEST_F(Pager, RefusalsSayWhatToDoAndNeverTheKey) {
  const std::pair<int, Errc> rows[] = {
      {400, Errc::invalid}, {403, Errc::denied}, {429, Errc::rate_limited}, {500, Errc::unavailable}};
  for (const auto& [status, code] : rows) {
    client_.answer(status, "routingkey");
    const auto posted = pager_.post({.text = "x"}, "", "1");
    EXPECT_EQ(posted.error().code, code);
    EXPECT_THAT(posted.error().message, Not(HasSubstr("routingkey")));
  }
}

TEST_F(Pager, AlertIsNotEdited) {
  EXPECT_FALSE(pager_.traits().can_edit);
  EXPECT_EQ(pager_.edit("kedge:1", {.text = "x"}).error().code, Errc::invalid);
}

}  // namespace
}  // namespace kedge::adapters::chat
