// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bot/adapters/chat/chat.h"
#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using incident::Channel;
using incident::ChannelKind;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using namespace testing_fakes;

std::map<std::string, Secret> all_settings() {
  return {{"KEDGE_SLACK_WEBHOOK_URL", Secret{"https://hooks.slack.com/services/T/B/swordfish"}},
          {"KEDGE_SLACK_TOKEN", Secret{"xoxb-swordfish"}},
          {"KEDGE_SLACK_CHANNEL", Secret{"C1"}},
          {"KEDGE_SLACK_API_URL", Secret{"http://127.0.0.1:1/api"}},
          {"KEDGE_DISCORD_WEBHOOK_URL", Secret{"https://discord.com/api/webhooks/1/swordfish"}},
          {"KEDGE_SMTP_URL", Secret{"smtp://u:swordfish@mail.example"}},
          {"KEDGE_MAIL_FROM", Secret{"kedge@acme.example"}},
          {"KEDGE_MAIL_TO", Secret{"alice@acme.example,ops@acme.example"}},
          {"KEDGE_PAGERDUTY_KEY", Secret{"swordfish"}},
          {"KEDGE_PAGERDUTY_URL", Secret{"https://events.pagerduty.com"}}};
}

class Configured : public testing::Test {
 protected:
  FakeClient client_;
  StandingClock clock_;
  ReadLog log_;
  ConfiguredChat chat_{all_settings(), client_, clock_, log_};
};

TEST_F(Configured, SlackWebhookPostsToTheSettingsUrl) {
  const auto channel = chat_.channel(
      {.name = "ops", .kind = ChannelKind::slack, .settings = {{"url", "${KEDGE_SLACK_WEBHOOK_URL}"}}});
  ASSERT_TRUE(channel);
  client_.answer(200, "ok");
  ASSERT_TRUE((*channel)->post({.text = "x"}, "", "1"));
  EXPECT_EQ(client_.requests[0].url, "https://hooks.slack.com/services/T/B/swordfish");
}

TEST_F(Configured, SlackTokenGoesToTheServersApi) {
  const auto channel =
      chat_.channel({.name = "ops",
                     .kind = ChannelKind::slack,
                     .settings = {{"token", "${KEDGE_SLACK_TOKEN}"}, {"channel", "${KEDGE_SLACK_CHANNEL}"}}});
  ASSERT_TRUE(channel);
  client_.answer(200, R"({"ok":true,"channel":"C1","ts":"1.0"})");
  ASSERT_TRUE((*channel)->post({.text = "x"}, "", "1"));
  EXPECT_EQ(client_.requests[0].url, "http://127.0.0.1:1/api/chat.postMessage");
  EXPECT_THAT(client_.requests[0].headers, Contains(Pair("Authorization", "Bearer xoxb-swordfish")));
}

TEST_F(Configured, SlackApiIsSlacksOwnWhereTheServerSetsNone) {
  ConfiguredChat chat({}, client_, clock_, log_);
  const auto channel = chat.channel(
      {.name = "ops", .kind = ChannelKind::slack, .settings = {{"token", "xoxb-1"}, {"channel", "C2"}}});
  ASSERT_TRUE(channel);
  client_.answer(200, R"({"ok":true,"channel":"C2","ts":"1.0"})");
  ASSERT_TRUE((*channel)->post({.text = "x"}, "", "1"));
  EXPECT_EQ(client_.requests[0].url, "https://slack.com/api/chat.postMessage");
}

TEST_F(Configured, DiscordTakesMentionsOfTheDefinition) {
  const auto channel = chat_.channel({.name = "ops",
                                      .kind = ChannelKind::discord,
                                      .settings = {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}},
                                      .mentions = {{"@org/leads", "<@&1234>"}}});
  ASSERT_TRUE(channel);
  client_.answer(200, R"({"id":"1"})");
  ASSERT_TRUE((*channel)->post({.text = "x"}, "", "1"));
  EXPECT_EQ(nlohmann::json::parse(client_.requests[0].body)["allowed_mentions"]["roles"][0], "1234");
}

TEST_F(Configured, PagerDutyAndMailAreMade) {
  const auto pager = chat_.channel(
      {.name = "page", .kind = ChannelKind::pagerduty, .settings = {{"key", "${KEDGE_PAGERDUTY_KEY}"}}});
  ASSERT_TRUE(pager);
  EXPECT_FALSE((*pager)->traits().can_edit);
  const auto mail = chat_.channel(
      {.name = "mail",
       .kind = ChannelKind::mail,
       .settings = {
           {"smtp_url", "${KEDGE_SMTP_URL}"}, {"from", "${KEDGE_MAIL_FROM}"}, {"to", "${KEDGE_MAIL_TO}"}}});
  ASSERT_TRUE(mail);
  EXPECT_TRUE((*mail)->traits().has_thread);
  EXPECT_TRUE(chat_.channel(
      {.name = "mail", .kind = ChannelKind::mail, .settings = {{"smtp_url", "${KEDGE_SMTP_URL}"}}}));
}

TEST_F(Configured, SameDefinitionIsTheSameChannelAndAnotherIsAnother) {
  const Channel ops{
      .name = "ops", .kind = ChannelKind::slack, .settings = {{"url", "${KEDGE_SLACK_WEBHOOK_URL}"}}};
  Channel other = ops;
  other.name = "other";
  EXPECT_EQ(chat_.channel(ops).value(), chat_.channel(ops).value());
  EXPECT_NE(chat_.channel(ops).value(), chat_.channel(other).value());
}

struct RefusedRow {
  std::string name;
  ChannelKind kind;
  std::map<std::string, std::string> settings;
  std::string says;
  std::map<std::string, std::string> mentions{};
};

class Refused : public testing::TestWithParam<RefusedRow> {};

TEST_P(Refused, SaysWhyAndNeverASecret) {
  FakeClient client;
  StandingClock clock;
  ReadLog log;
  ConfiguredChat chat(all_settings(), client, clock, log);
  const auto& row = GetParam();
  const auto channel =
      chat.channel({.name = "ops", .kind = row.kind, .settings = row.settings, .mentions = row.mentions});
  ASSERT_FALSE(channel);
  EXPECT_EQ(channel.error().code, Errc::invalid);
  EXPECT_THAT(channel.error().message, HasSubstr("cannot use channel ops"));
  EXPECT_THAT(channel.error().message, HasSubstr(row.says));
  EXPECT_THAT(channel.error().message, Not(HasSubstr("swordfish")));
}

INSTANTIATE_TEST_SUITE_P(
    Chat, Refused,
    testing::Values(
        RefusedRow{"UnknownName", ChannelKind::slack, {{"url", "${PATH}"}}, "${PATH} is no setting"},
        RefusedRow{
            "DatabaseUrl", ChannelKind::slack, {{"url", "${KEDGE_DATABASE_URL}"}}, "${KEDGE_DATABASE_URL}"},
        RefusedRow{
            "TokenAsUrl", ChannelKind::slack, {{"url", "${KEDGE_SLACK_TOKEN}"}}, "does not belong in `url`"},
        RefusedRow{"OtherKindsSetting",
                   ChannelKind::slack,
                   {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}},
                   "does not belong"},
        RefusedRow{"SecretInsideUrl",
                   ChannelKind::slack,
                   {{"url", "https://evil.example/${KEDGE_SLACK_TOKEN}"}},
                   "not a mixture"},
        RefusedRow{"TwoNames",
                   ChannelKind::slack,
                   {{"url", "${KEDGE_SLACK_TOKEN}${KEDGE_SLACK_TOKEN}"}},
                   "not a mixture"},
        RefusedRow{
            "TokenToForeignApi",
            ChannelKind::slack,
            {{"token", "${KEDGE_SLACK_TOKEN}"}, {"channel", "C1"}, {"api_url", "https://evil.example"}},
            "the server's token"},
        RefusedRow{"KeyToForeignUrl",
                   ChannelKind::pagerduty,
                   {{"key", "${KEDGE_PAGERDUTY_KEY}"}, {"url", "https://evil.example"}},
                   "the server's key"},
        RefusedRow{
            "HttpWrittenOut", ChannelKind::discord, {{"url", "http://10.0.0.1/x"}}, "must be an https URL"},
        RefusedRow{"NoUrl", ChannelKind::discord, {{"url", "swordfish"}}, "must be an https URL"},
        RefusedRow{"SlackWithNothing", ChannelKind::slack, {}, "`token` and `channel`"},
        RefusedRow{"TokenWithoutChannel", ChannelKind::slack, {{"token", "x"}}, "`channel` is missing"},
        RefusedRow{"DiscordWithoutUrl", ChannelKind::discord, {}, "`url` is missing"},
        RefusedRow{"EmptyUrl", ChannelKind::discord, {{"url", " "}}, "`url` is empty"},
        RefusedRow{"MailWithoutServer", ChannelKind::mail, {}, "`smtp_url` is missing"},
        RefusedRow{"MailToNobody",
                   ChannelKind::mail,
                   {{"smtp_url", "${KEDGE_SMTP_URL}"}, {"to", "nobody"}},
                   "`to` is no list"},
        RefusedRow{"MailFromNobody",
                   ChannelKind::mail,
                   {{"smtp_url", "${KEDGE_SMTP_URL}"}, {"from", "x\ny@z"}},
                   "`from` is no mail address"},
        RefusedRow{
            "MailOverHttp", ChannelKind::mail, {{"smtp_url", "http://swordfish"}}, "`smtp_url` is not"},
        RefusedRow{"PagerWithoutKey", ChannelKind::pagerduty, {}, "`key` is missing"},
        RefusedRow{"BadMention",
                   ChannelKind::discord,
                   {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}},
                   "@org/x",
                   {{"@org/x", "@everyone"}}}),
    [](const auto& row) { return row.param.name; });

TEST(ConfiguredWithoutSettings, SettingThatIsNotSetIsNamed) {
  FakeClient client;
  StandingClock clock;
  ReadLog log;
  ConfiguredChat chat({{"KEDGE_SLACK_TOKEN", Secret{}}}, client, clock, log);
  const auto unset = chat.channel(
      {.name = "d", .kind = ChannelKind::discord, .settings = {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}}});
  EXPECT_EQ(unset.error().message,
            "cannot use channel d: KEDGE_DISCORD_WEBHOOK_URL is not set on the server");
  const auto empty = chat.channel({.name = "s",
                                   .kind = ChannelKind::slack,
                                   .settings = {{"token", "${KEDGE_SLACK_TOKEN}"}, {"channel", "C"}}});
  EXPECT_EQ(empty.error().message, "cannot use channel s: KEDGE_SLACK_TOKEN is not set on the server");
}

}  // namespace
}  // namespace kedge::adapters::chat
