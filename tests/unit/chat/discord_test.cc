// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/discord.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bot/adapters/chat/answer.h"
#include "bot/adapters/chat/limits.h"
#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace testing_fakes;

const std::string kDiscordUrl = "https://discord.com/api/v10/webhooks/12/secrettoken";
const ports::ChatText kDiscordText{.text = "**P0** main is red"};

class Discord : public testing::Test {
 protected:
  FakeClient client_;
  DiscordWebhook discord_{client_, Secret{kDiscordUrl}, {.roles = {"1234"}, .users = {}}};
};

TEST_F(Discord, PostWaitsAndAllowsOnlyTheMappedMentions) {
  client_.answer(200, R"({"id":"998877665544332211","channel_id":"1","timestamp":"x"})");
  EXPECT_EQ(discord_.post(kDiscordText, "", "1").value(), "998877665544332211");
  const auto& request = client_.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, kDiscordUrl + "?wait=true");
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(Json::parse(request.body),
            Json({{"content", "**P0** main is red"},
                  {"allowed_mentions", {{"parse", Json::array()}, {"roles", {"1234"}}}},
                  {"flags", 4}}));
}

TEST_F(Discord, EditSendsAllowedMentionsAgain) {
  client_.answer(200, R"({"id":"99"})");
  ASSERT_TRUE(discord_.edit("99", kDiscordText));
  const auto& request = client_.requests.at(0);
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.url, kDiscordUrl + "/messages/99");
  EXPECT_EQ(Json::parse(request.body)["allowed_mentions"],
            Json({{"parse", Json::array()}, {"roles", {"1234"}}}));
}

TEST_F(Discord, WithoutMappingNobodyMayBeMentioned) {
  DiscordWebhook quiet(client_, Secret{kDiscordUrl}, {});
  client_.answer(200, R"({"id":"1"})");
  ASSERT_TRUE(quiet.post({.text = "@everyone <@&1>"}, "", "1"));
  EXPECT_EQ(Json::parse(client_.requests[0].body)["allowed_mentions"], Json({{"parse", Json::array()}}));
}

TEST_F(Discord, ThreadIdOfTheUrlIsKept) {
  DiscordWebhook threaded(client_, Secret{kDiscordUrl + "/?thread_id=5&wait=false"}, {});
  client_.answer(200, R"({"id":"1"})");
  client_.answer(200, R"({"id":"1"})");
  ASSERT_TRUE(threaded.post(kDiscordText, "", "1"));
  ASSERT_TRUE(threaded.edit("1", kDiscordText));
  EXPECT_EQ(client_.requests[0].url, kDiscordUrl + "?wait=true&thread_id=5");
  EXPECT_EQ(client_.requests[1].url, kDiscordUrl + "/messages/1?thread_id=5");
}

TEST_F(Discord, OverlongTextIsCutByUtf16Units) {
  client_.answer(200, R"({"id":"1"})");
  std::string faces;
  for (int i = 0; i < 1500; ++i) faces += "😀";
  ASSERT_TRUE(discord_.post({.text = faces}, "", "1"));
  const auto sent = Json::parse(client_.requests[0].body)["content"].get<std::string>();
  EXPECT_LE(utf16_units(sent), kDiscordTextMax);
  EXPECT_GT(utf16_units(sent), kDiscordTextMax - 20);
  EXPECT_TRUE(sent.ends_with(kCutMark));
}

TEST_F(Discord, GoneWebhookIsNeverUsedAgain) {
  client_.answer(404, R"({"message":"Unknown Webhook","code":10015})");
  EXPECT_EQ(discord_.post(kDiscordText, "", "1").error().code, Errc::not_found);
  const auto again = discord_.post(kDiscordText, "", "2");
  EXPECT_EQ(again.error().code, Errc::not_found);
  EXPECT_TRUE(again.error().certainly_not_done);
  EXPECT_EQ(discord_.edit("99", kDiscordText).error().code, Errc::not_found);
  EXPECT_EQ(client_.requests.size(), 1U);
}

TEST_F(Discord, DeletedMessageLeavesTheWebhookInUse) {
  client_.answer(404, R"({"message":"Unknown Message","code":10008})");
  EXPECT_EQ(discord_.edit("99", kDiscordText).error().code, Errc::conflict);
  client_.answer(200, R"({"id":"100"})");
  EXPECT_TRUE(discord_.post(kDiscordText, "", "1"));
}

TEST_F(Discord, EditOfForeignIdAsksNobody) {
  for (const std::string id : {"", "abc", "1/../../2", "123456789012345678901"})
    EXPECT_EQ(discord_.edit(id, kDiscordText).error().code, Errc::conflict) << id;
  EXPECT_TRUE(client_.requests.empty());
}

TEST_F(Discord, BrokenConnectionIsPassedOnAsItIs) {
  client_.break_off(false);
  EXPECT_FALSE(discord_.post(kDiscordText, "", "1").error().certainly_not_done);
  client_.break_off(true);
  EXPECT_TRUE(discord_.post(kDiscordText, "", "1").error().certainly_not_done);
}

class DiscordAnswer : public testing::TestWithParam<AnswerRow> {};

TEST_P(DiscordAnswer, BecomesError) {
  const auto& row = GetParam();
  FakeClient client;
  DiscordWebhook discord(client, Secret{kDiscordUrl}, {});
  client.answer(row.status, row.body, row.headers);
  const auto posted = discord.post(kDiscordText, "", "1");
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().code, row.code);
  EXPECT_EQ(posted.error().certainly_not_done, row.certainly_not_done);
  EXPECT_EQ(posted.error().retry_after, row.retry_after);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("secrettoken")));
  EXPECT_THAT(posted.error().message, Not(HasSubstr("webhooks/12")));
}

INSTANTIATE_TEST_SUITE_P(
    Discord, DiscordAnswer,
    testing::Values(
        AnswerRow{
            .name = "InvalidForm", .status = 400, .body = R"({"message":"Invalid Form Body","code":50035})"},
        AnswerRow{.name = "InvalidToken", .status = 401, .body = R"({"code":50027})", .code = Errc::denied},
        AnswerRow{.name = "Forbidden", .status = 403, .body = "", .code = Errc::denied},
        AnswerRow{.name = "GoneByItsCode",
                  .status = 404,
                  .body = R"({"message":"Unknown Webhook","code":10015})",
                  .code = Errc::not_found},
        AnswerRow{
            .name = "NotFoundBySomebodyOnTheWay", .status = 404, .body = "<html>", .code = Errc::unavailable},
        AnswerRow{.name = "FloatInBody",
                  .status = 429,
                  .body = R"({"message":"You are being rate limited.","retry_after":64.57,"global":false})",
                  .headers = {{"retry-after", "65"}},
                  .code = Errc::rate_limited,
                  .retry_after = std::chrono::milliseconds{64'570}},
        AnswerRow{.name = "HtmlBodyWithHeader",
                  .status = 429,
                  .body = "<html>slow down</html>",
                  .headers = {{"retry-after", "1.25"}},
                  .code = Errc::rate_limited,
                  .retry_after = std::chrono::milliseconds{1250}},
        AnswerRow{.name = "HtmlBodyAlone",
                  .status = 429,
                  .body = "<html>",
                  .code = Errc::rate_limited,
                  .retry_after = kRetryAfterDefault},
        AnswerRow{.name = "ServerError",
                  .status = 500,
                  .body = R"({"message":"500: Internal Server Error","code":0})",
                  .code = Errc::unavailable,
                  .certainly_not_done = false},
        AnswerRow{.name = "NoContent", .status = 204, .code = Errc::unavailable, .certainly_not_done = false},
        AnswerRow{.name = "IdIsNoId",
                  .status = 200,
                  .body = R"({"id":"../1"})",
                  .code = Errc::unavailable,
                  .certainly_not_done = false}),
    [](const auto& row) { return row.param.name; });

TEST(DiscordMentions, EveryFormIsRead) {
  const auto read = read_discord_mentions(
      {{"@org/a", "<@&1>"}, {"@bob", "<@2>"}, {"@carol", "<@!3>"}, {"@org/b", "4"}, {"@dan", " 5 "}});
  ASSERT_TRUE(read);
  EXPECT_THAT(read->roles, ElementsAre("1", "4"));
  EXPECT_THAT(read->users, ElementsAre("2", "3", "5"));
}

TEST(DiscordMentions, OtherTextIsInvalidAndNamed) {
  for (const std::string value : {"", "@everyone", "<@&>", "<#1>", "1a", "<@&1> <@&2>"}) {
    const auto read = read_discord_mentions({{"@org/a", value}});
    ASSERT_FALSE(read) << value;
    EXPECT_THAT(read.error().message, HasSubstr("@org/a"));
  }
}

TEST(DiscordMentions, MoreThanAHundredOfAKindAreRefused) {
  std::map<std::string, std::string> mentions;
  for (int i = 0; i < 101; ++i) mentions.emplace("@u" + std::to_string(i), std::to_string(1000 + i));
  EXPECT_FALSE(read_discord_mentions(mentions));
  mentions.erase(mentions.begin());
  EXPECT_TRUE(read_discord_mentions(mentions));
}

}  // namespace
}  // namespace kedge::adapters::chat
