// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/chat.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace kedge::sandbox {
namespace {

using Json = nlohmann::json;

class ForgeChat : public ::testing::Test {
 protected:
  ChatDoubles chat{[] { return from_unix_ms(1'700'000'000'000); }};

  Response send(const std::string& method, const std::string& path, const Json& body,
                const std::string& token = "") {
    std::map<std::string, std::string> headers;
    if (!token.empty()) headers["authorization"] = "Bearer " + token;
    return chat.answer(make_request(method, path, headers, body.dump()));
  }
  Json slack(const std::string& method, const Json& body) {
    return Json::parse(send("POST", "/slack/api/" + method, body, ChatDoubles::kSlackToken).body);
  }
};

TEST_F(ForgeChat, SlackWebhookSaysOk) {
  EXPECT_EQ(send("POST", ChatDoubles::kSlackHook, {{"text", "hello"}}).body, "ok");
  EXPECT_EQ(send("POST", ChatDoubles::kSlackHook, Json::object()).body, "no_text");
  EXPECT_EQ(send("POST", "/slack/services/other", {{"text", "x"}}).status, 404);
  ASSERT_EQ(chat.transcript().size(), 1U);
  EXPECT_EQ(chat.transcript()[0].text, "hello");
}

TEST_F(ForgeChat, SlackMessageIsThreadedAndEdited) {
  const auto first = slack("chat.postMessage", {{"channel", ChatDoubles::kSlackChannel}, {"text", "one"}});
  ASSERT_TRUE(first["ok"].get<bool>());
  const auto reply =
      slack("chat.postMessage",
            {{"channel", ChatDoubles::kSlackChannel}, {"text", "below"}, {"thread_ts", first["ts"]}});
  EXPECT_TRUE(reply["ok"].get<bool>());
  EXPECT_NE(reply["ts"], first["ts"]);
  const auto edited =
      slack("chat.update", {{"channel", first["channel"]}, {"ts", first["ts"]}, {"text", "two"}});
  EXPECT_TRUE(edited["ok"].get<bool>());
  EXPECT_EQ(chat.transcript()[0].text, "two");
  EXPECT_EQ(chat.transcript()[0].earlier, std::vector<std::string>{"one"});
  EXPECT_EQ(slack("chat.update", {{"channel", first["channel"]}, {"ts", "1.2"}, {"text", "x"}})["error"],
            "message_not_found");
  EXPECT_EQ(slack("chat.postMessage", {{"channel", "C0OTHER"}, {"text", "x"}})["error"], "channel_not_found");
  const auto anonymous = send("POST", "/slack/api/chat.postMessage", {{"text", "x"}}, "xoxb-wrong");
  EXPECT_EQ(anonymous.status, 200);
  EXPECT_EQ(Json::parse(anonymous.body)["error"], "invalid_auth");
}

TEST_F(ForgeChat, DiscordAnswersOnlyWhenAsked) {
  const std::string hook = ChatDoubles::kDiscordHook;
  EXPECT_EQ(send("POST", hook, {{"content", "quiet"}}).status, 204);
  const auto loud = send("POST", hook + "?wait=true", {{"content", "loud"}});
  ASSERT_EQ(loud.status, 200);
  const auto id = Json::parse(loud.body)["id"].get<std::string>();
  EXPECT_EQ(send("PATCH", hook + "/messages/" + id, {{"content", "louder"}}).status, 200);
  EXPECT_EQ(chat.transcript()[1].text, "louder");
  EXPECT_EQ(send("PATCH", hook + "/messages/1", {{"content", "x"}}).status, 404);
  EXPECT_EQ(send("POST", hook, {{"content", std::string(2001, 'x')}}).status, 400);
  EXPECT_EQ(send("POST", hook, Json::object()).status, 400);
}

}  // namespace
}  // namespace kedge::sandbox
