// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/slack.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bot/adapters/chat/answer.h"
#include "bot/adapters/chat/limits.h"
#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using namespace testing_fakes;

const std::string kSlackUrl = "https://hooks.slack.com/services/T0/B0/secretsecret";
const ports::ChatText kSlackText{.subject = "unused", .text = "*P0* main is red"};

class Webhook : public testing::Test {
 protected:
  FakeClient client_;
  SlackWebhook slack_{client_, Secret{kSlackUrl}};
};

TEST_F(Webhook, PostSendsTextAsJson) {
  client_.answer(200, "ok");
  EXPECT_EQ(slack_.post(kSlackText, "ignored", "1/2/3").value(), "");
  ASSERT_EQ(client_.requests.size(), 1U);
  const auto& request = client_.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, kSlackUrl);
  EXPECT_EQ(request.content_type, "application/json");
  EXPECT_EQ(Json::parse(request.body),
            Json({{"text", "*P0* main is red"}, {"unfurl_links", false}, {"unfurl_media", false}}));
}

TEST_F(Webhook, CanNeitherEditNorThread) {
  EXPECT_FALSE(slack_.traits().can_edit);
  EXPECT_FALSE(slack_.traits().has_thread);
  EXPECT_EQ(slack_.edit("", kSlackText).error().code, Errc::invalid);
  EXPECT_TRUE(client_.requests.empty());
}

TEST_F(Webhook, OverlongTextIsCut) {
  client_.answer(200, "ok");
  ASSERT_TRUE(slack_.post({.text = std::string(50'000, 'x')}, "", "1"));
  const auto sent = Json::parse(client_.requests[0].body)["text"].get<std::string>();
  EXPECT_EQ(utf16_units(sent), kSlackTextMax - 4);  // room for a fence's end is kept
  EXPECT_TRUE(sent.ends_with(kCutMark));
}

TEST_F(Webhook, BrokenConnectionIsPassedOnAsItIs) {
  client_.break_off(false);
  EXPECT_FALSE(slack_.post(kSlackText, "", "1").error().certainly_not_done);
  client_.break_off(true);
  EXPECT_TRUE(slack_.post(kSlackText, "", "1").error().certainly_not_done);
}

class WebhookAnswer : public testing::TestWithParam<AnswerRow> {};

TEST_P(WebhookAnswer, BecomesError) {
  const auto& row = GetParam();
  FakeClient client;
  SlackWebhook slack(client, Secret{kSlackUrl});
  client.answer(row.status, row.body, row.headers);
  const auto posted = slack.post(kSlackText, "", "1");
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().code, row.code);
  EXPECT_EQ(posted.error().certainly_not_done, row.certainly_not_done);
  EXPECT_EQ(posted.error().retry_after, row.retry_after);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("secretsecret")));
  EXPECT_THAT(posted.error().message, Not(HasSubstr("hooks.slack.com")));
}

INSTANTIATE_TEST_SUITE_P(
    Slack, WebhookAnswer,
    testing::Values(
        AnswerRow{.name = "InvalidPayload", .status = 400, .body = "invalid_payload"},
        AnswerRow{
            .name = "ActionProhibited", .status = 403, .body = "action_prohibited", .code = Errc::denied},
        AnswerRow{.name = "NoService", .status = 404, .body = "no_service", .code = Errc::not_found},
        AnswerRow{.name = "Archived", .status = 410, .body = "channel_is_archived", .code = Errc::not_found},
        AnswerRow{.name = "TooMany",
                  .status = 429,
                  .headers = {{"retry-after", "7"}},
                  .code = Errc::rate_limited,
                  .retry_after = std::chrono::seconds{7}},
        AnswerRow{.name = "RollupError",
                  .status = 500,
                  .body = "rollup_error",
                  .code = Errc::unavailable,
                  .certainly_not_done = false},
        AnswerRow{.name = "EchoedUrl", .status = 400, .body = kSlackUrl}),
    [](const auto& row) { return row.param.name; });

class Bot : public testing::Test {
 protected:
  FakeClient client_;
  SlackBot slack_{client_, "https://slack.com/api/", Secret{"xoxb-1"}, "#ops"};
};

TEST_F(Bot, FirstPostNamesChannelAndReturnsItsPlace) {
  client_.answer(200, R"({"ok":true,"channel":"C024BE91L","ts":"1503435956.000247","message":{}})");
  EXPECT_EQ(slack_.post(kSlackText, "", "1/2/3").value(), "C024BE91L/1503435956.000247");
  const auto& request = client_.requests.at(0);
  EXPECT_EQ(request.url, "https://slack.com/api/chat.postMessage");
  EXPECT_EQ(request.content_type, "application/json; charset=utf-8");
  EXPECT_THAT(request.headers, Contains(Pair("Authorization", "Bearer xoxb-1")));
  EXPECT_EQ(Json::parse(request.body), Json({{"channel", "#ops"},
                                             {"text", "*P0* main is red"},
                                             {"parse", "none"},
                                             {"unfurl_links", false},
                                             {"unfurl_media", false}}));
}

TEST_F(Bot, UpdateGoesIntoTheLivingMessagesThread) {
  client_.answer(200, R"({"ok":true,"channel":"C1","ts":"2.0"})");
  EXPECT_EQ(slack_.post(kSlackText, "C1/1.0", "1").value(), "C1/2.0");
  const Json body = Json::parse(client_.requests.at(0).body);
  EXPECT_EQ(body["channel"], "C1");
  EXPECT_EQ(body["thread_ts"], "1.0");
}

TEST_F(Bot, UpdateOfLostThreadGoesToTheChannel) {
  client_.answer(200, R"({"ok":false,"error":"thread_not_found"})");
  client_.answer(200, R"({"ok":true,"channel":"C1","ts":"3.0"})");
  EXPECT_EQ(slack_.post(kSlackText, "C1/1.0", "1").value(), "C1/3.0");
  const Json body = Json::parse(client_.requests.at(1).body);
  EXPECT_EQ(body["channel"], "#ops");
  EXPECT_FALSE(body.contains("thread_ts"));
}

TEST_F(Bot, EditUpdatesByChannelIdAndTs) {
  client_.answer(200, R"({"ok":true,"channel":"C1","ts":"1.0","text":"x"})");
  ASSERT_TRUE(slack_.edit("C1/1.0", kSlackText));
  EXPECT_EQ(client_.requests.at(0).url, "https://slack.com/api/chat.update");
  EXPECT_EQ(Json::parse(client_.requests.at(0).body),
            Json({{"channel", "C1"}, {"ts", "1.0"}, {"text", "*P0* main is red"}, {"parse", "none"}}));
}

TEST_F(Bot, EditOfForeignIdAsksNobody) {
  for (const std::string id : {"", "C1", "/1.0", "C1/"})
    EXPECT_EQ(slack_.edit(id, kSlackText).error().code, Errc::conflict) << id;
  EXPECT_TRUE(client_.requests.empty());
}

class BotAnswer : public testing::TestWithParam<AnswerRow> {};

TEST_P(BotAnswer, BecomesTheSameErrorForPostAndEdit) {
  const auto& row = GetParam();
  FakeClient client;
  SlackBot slack(client, "https://slack.com/api", Secret{"xoxb-1"}, "C1");
  for (const bool edit : {false, true}) {
    client.answer(row.status, row.body, row.headers);
    std::optional<Error> error;
    if (edit) {
      if (auto edited = slack.edit("C1/1.0", kSlackText); !edited) error = edited.error();
    } else {
      if (auto posted = slack.post(kSlackText, "", "1"); !posted) error = posted.error();
    }
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, row.code);
    EXPECT_EQ(error->certainly_not_done, row.certainly_not_done);
    EXPECT_EQ(error->retry_after, row.retry_after);
    EXPECT_THAT(error->message, Not(HasSubstr("xoxb")));
  }
}

AnswerRow failed(const std::string& name, const std::string& word, Errc code, bool certain = true) {
  return {.name = name,
          .body = R"({"ok":false,"error":")" + word + "\"}",
          .code = code,
          .certainly_not_done = certain};
}

AnswerRow limited(const std::string& word) {
  AnswerRow row = failed("Limited_" + word, word, Errc::rate_limited);
  row.headers = {{"retry-after", "3"}};
  row.retry_after = std::chrono::seconds{3};
  return row;
}

INSTANTIATE_TEST_SUITE_P(
    Slack, BotAnswer,
    testing::Values(
        failed("ChannelNotFound", "channel_not_found", Errc::not_found),
        failed("Archived", "is_archived", Errc::not_found),
        failed("NotInChannel", "not_in_channel", Errc::denied),
        failed("InvalidAuth", "invalid_auth", Errc::denied),
        failed("AccountInactive", "account_inactive", Errc::denied),
        failed("TokenRevoked", "token_revoked", Errc::denied),
        failed("MissingScope", "missing_scope", Errc::denied),
        failed("NoPermission", "no_permission", Errc::denied),
        failed("Restricted", "restricted_action_thread_locked", Errc::denied),
        failed("TooLong", "msg_too_long", Errc::invalid),
        failed("InvalidBlocks", "invalid_blocks", Errc::invalid),
        failed("MessageGone", "message_not_found", Errc::conflict),
        failed("CannotUpdate", "cant_update_message", Errc::conflict),
        failed("WindowClosed", "edit_window_closed", Errc::conflict),
        failed("Internal", "internal_error", Errc::unavailable, false),
        failed("Fatal", "fatal_error", Errc::unavailable, false),
        failed("ServiceDown", "service_unavailable", Errc::unavailable, false),
        failed("RequestTimeout", "request_timeout", Errc::unavailable, false),
        failed("UnknownWord", "brand_new_error", Errc::invalid), limited("rate_limited"),
        limited("ratelimited"),
        AnswerRow{.name = "TooMany",
                  .status = 429,
                  .body = "",
                  .headers = {{"retry-after", "30"}},
                  .code = Errc::rate_limited,
                  .retry_after = std::chrono::seconds{30}},
        AnswerRow{.name = "TooManyWithoutFigure",
                  .status = 429,
                  .code = Errc::rate_limited,
                  .retry_after = kRetryAfterDefault},
        AnswerRow{.name = "BadGateway",
                  .status = 502,
                  .body = "<html>",
                  .code = Errc::unavailable,
                  .certainly_not_done = false},
        AnswerRow{
            .name = "NotJson", .body = "<html>", .code = Errc::unavailable, .certainly_not_done = false},
        AnswerRow{.name = "OkIsNoBoolean",
                  .body = R"({"ok":"true"})",
                  .code = Errc::unavailable,
                  .certainly_not_done = false},
        AnswerRow{.name = "AnArray", .body = "[]", .code = Errc::unavailable, .certainly_not_done = false},
        AnswerRow{.name = "NoReason", .body = R"({"ok":false,"error":5})"}),
    [](const auto& row) { return row.param.name; });

TEST_F(Bot, MissingScopeIsNamed) {
  client_.answer(200, R"({"ok":false,"error":"missing_scope","needed":"chat:write","provided":"a"})");
  EXPECT_EQ(slack_.post(kSlackText, "", "1").error().message,
            "cannot post to Slack: missing_scope, it needs chat:write");
}

TEST_F(Bot, AnswerWithoutPlaceLeavesTheOutcomeUnknown) {
  client_.answer(200, R"({"ok":true})");
  const auto posted = slack_.post(kSlackText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_FALSE(posted.error().certainly_not_done);
}

TEST_F(Bot, HostileTextStaysOneJsonString) {
  client_.answer(200, R"({"ok":true,"channel":"C1","ts":"1.0"})");
  ASSERT_TRUE(slack_.post({.text = "\"},\n\x01 \xff \xf0\x9f\x98\x80"}, "", "1"));
  EXPECT_EQ(Json::parse(client_.requests[0].body)["text"], "\"},\n\x01 \xef\xbf\xbd \xf0\x9f\x98\x80");
}

}  // namespace
}  // namespace kedge::adapters::chat
