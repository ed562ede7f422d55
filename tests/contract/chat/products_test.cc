// SPDX-License-Identifier: Apache-2.0
// The adapters through the real HTTP client against peers that answer and refuse as the products document.
#include <gmock/gmock.h>

#include "bot/adapters/chat/chat.h"
#include "tests/contract/chat/http_peer.h"
#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using incident::ChannelKind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_fakes::ReadLog;
using testing_fakes::StandingClock;

using AnswerAs = PeerAnswer (*)(Memory&, const PeerRequest&);

/// One product's peer, and the channel that talks to it.
class Product {
 public:
  explicit Product(AnswerAs answer)
      : peer_([this, answer](const PeerRequest& r) { return answer(memory_, r); }) {}

  ports::ChatChannel& channel(const incident::Channel& definition, std::map<std::string, Secret> settings) {
    chat_ = std::make_unique<ConfiguredChat>(std::move(settings), client_, clock_, log_);
    return *chat_->channel(definition).value();
  }
  [[nodiscard]] std::string url() const { return peer_.url(); }
  Memory& memory() { return memory_; }

 private:
  Memory memory_;
  StandingClock clock_;
  ReadLog log_;
  HttpPeer peer_;
  http::HttplibClient client_;  ///< Ends before its peer, which waits for open connections.
  std::unique_ptr<ConfiguredChat> chat_;
};

std::string long_text() {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "ä😀";
  return text;
}

class SlackWebhookContract : public testing::Test {
 protected:
  ports::ChatChannel& channel(const std::string& path = "/services/T0/B0/good") {
    return product_.channel(
        {.name = "ops", .kind = ChannelKind::slack, .settings = {{"url", "${KEDGE_SLACK_WEBHOOK_URL}"}}},
        {{"KEDGE_SLACK_WEBHOOK_URL", Secret{product_.url() + path}}});
  }
  void TearDown() override { EXPECT_THAT(product_.memory().problems, IsEmpty()); }
  Product product_{answer_as_slack};
};

TEST_F(SlackWebhookContract, MessagesArrive) {
  auto& slack = channel();
  EXPECT_EQ(slack.post({.text = "Update 1 &lt;b&gt; \"x\" 😀"}, "", "1").value(), "");
  EXPECT_TRUE(slack.post({.text = long_text()}, "", "2"));
  ASSERT_EQ(product_.memory().messages.size(), 2U);
  EXPECT_EQ(product_.memory().messages[0].text, "Update 1 &lt;b&gt; \"x\" 😀");
}

TEST_F(SlackWebhookContract, UnknownWebhookIsNotFoundWithoutItsUrl) {
  const auto posted = channel("/services/T0/B0/swordfish").post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::not_found);
  EXPECT_THAT(posted.error().message, HasSubstr("no_service"));
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
}

TEST_F(SlackWebhookContract, TooManySaysWhenToComeAgain) {
  product_.memory().next = PeerAnswer{.status = 429, .headers = {{"Retry-After", "30"}}};
  const auto posted = channel().post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::rate_limited);
  EXPECT_EQ(posted.error().retry_after, std::chrono::seconds{30});
  EXPECT_TRUE(posted.error().certainly_not_done);
}

class SlackBotContract : public testing::Test {
 protected:
  ports::ChatChannel& channel(const std::string& token = "xoxb-good", const std::string& name = "#ops") {
    return product_.channel(
        {.name = "ops",
         .kind = ChannelKind::slack,
         .settings = {{"token", "${KEDGE_SLACK_TOKEN}"}, {"channel", name}}},
        {{"KEDGE_SLACK_TOKEN", Secret{token}}, {"KEDGE_SLACK_API_URL", Secret{product_.url() + "/api"}}});
  }
  void TearDown() override { EXPECT_THAT(product_.memory().problems, IsEmpty()); }
  Product product_{answer_as_slack};
};

TEST_F(SlackBotContract, LivingMessageIsEditedAndUpdatesGoBelowIt) {
  auto& slack = channel();
  const auto living = slack.post({.text = "Update 1"}, "", "1");
  ASSERT_TRUE(living) << living.error().message;
  const auto update = slack.post({.text = "Update 2"}, *living, "2");
  ASSERT_TRUE(update);
  ASSERT_TRUE(slack.post({.text = "Update 3"}, *living, "3"));
  ASSERT_TRUE(slack.edit(*living, {.text = "Resolved"}));
  const auto& messages = product_.memory().messages;
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].text, "Resolved");
  EXPECT_EQ(messages[0].below, "");
  EXPECT_EQ(messages[1].below, messages[0].id);
  EXPECT_EQ(messages[2].below, messages[0].id);
}

TEST_F(SlackBotContract, UpdateOfDeletedThreadIsStillSaid) {
  auto& slack = channel();
  const auto living = slack.post({.text = "Update 1"}, "", "1");
  ASSERT_TRUE(living);
  product_.memory().messages.clear();
  ASSERT_TRUE(slack.post({.text = "Update 2"}, *living, "2"));
  ASSERT_EQ(product_.memory().messages.size(), 1U);
  EXPECT_EQ(product_.memory().messages[0].below, "");
}

TEST_F(SlackBotContract, EditOfDeletedMessageIsConflict) {
  EXPECT_EQ(channel().edit("C1/1.0", {.text = "x"}).error().code, Errc::conflict);
}

TEST_F(SlackBotContract, RefusalsHaveTheirReasons) {
  EXPECT_EQ(channel("xoxb-bad").post({.text = "x"}, "", "1").error().code, Errc::denied);
  EXPECT_EQ(channel("xoxb-good", "#none").post({.text = "x"}, "", "1").error().code, Errc::not_found);
  EXPECT_TRUE(product_.memory().messages.empty());
}

TEST_F(SlackBotContract, LongTextFits) {
  EXPECT_TRUE(channel().post({.text = long_text()}, "", "1"));
}

class DiscordContract : public testing::Test {
 protected:
  ports::ChatChannel& channel(const std::string& token = "good") {
    return product_.channel(
        {.name = "ops",
         .kind = ChannelKind::discord,
         .settings = {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}},
         .mentions = {{"@org/leads", "<@&1234>"}, {"@alice", "<@99>"}}},
        {{"KEDGE_DISCORD_WEBHOOK_URL", Secret{product_.url() + "/api/v10/webhooks/12/" + token}}});
  }
  void TearDown() override { EXPECT_THAT(product_.memory().problems, IsEmpty()); }
  Product product_{answer_as_discord};
};

TEST_F(DiscordContract, FirstMessageIsEditedAndUpdatesAreMessages) {
  auto& discord = channel();
  const auto living = discord.post({.text = "**Update 1** <@&1234>"}, "", "1");
  ASSERT_TRUE(living) << living.error().message;
  ASSERT_TRUE(discord.post({.text = "**Update 2**"}, *living, "2"));
  ASSERT_TRUE(discord.edit(*living, {.text = "**Resolved** @everyone"}));
  const auto& messages = product_.memory().messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].text, "**Resolved** @everyone");
  EXPECT_EQ(messages[1].text, "**Update 2**");
}

TEST_F(DiscordContract, LongTextFits) {
  auto& discord = channel();
  const auto living = discord.post({.text = long_text()}, "", "1");
  ASSERT_TRUE(living) << living.error().message;
  EXPECT_TRUE(discord.edit(*living, {.text = long_text()}));
}

TEST_F(DiscordContract, UnknownWebhookIsAskedOnce) {
  auto& discord = channel("swordfish");
  const auto posted = discord.post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::not_found);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
  product_.memory().next = PeerAnswer{.status = 500};
  EXPECT_EQ(discord.post({.text = "x"}, "", "2").error().code, Errc::not_found);
  EXPECT_TRUE(product_.memory().next) << "the webhook was used again";
}

TEST_F(DiscordContract, RateLimitsAreReadToTheFraction) {
  auto& discord = channel();
  product_.memory().next =
      PeerAnswer{.status = 429,
                 .body = R"({"message":"You are being rate limited.","retry_after":0.75,"global":false})",
                 .headers = {{"Retry-After", "1"}, {"X-RateLimit-Scope", "user"}}};
  EXPECT_EQ(discord.post({.text = "x"}, "", "1").error().retry_after, std::chrono::milliseconds{750});
  product_.memory().next = PeerAnswer{.status = 429,
                                      .body = "<html>no</html>",
                                      .content_type = "text/html",
                                      .headers = {{"Retry-After", "12"}}};
  EXPECT_EQ(discord.post({.text = "x"}, "", "1").error().retry_after, std::chrono::seconds{12});
  EXPECT_TRUE(discord.post({.text = "x"}, "", "1"));
}

TEST_F(DiscordContract, EditOfDeletedMessageIsConflictAndTheWebhookLives) {
  auto& discord = channel();
  EXPECT_EQ(discord.edit("5", {.text = "x"}).error().code, Errc::conflict);
  EXPECT_TRUE(discord.post({.text = "x"}, "", "1"));
}

class PagerDutyContract : public testing::Test {
 protected:
  ports::ChatChannel& channel(const std::string& key = std::string(32, 'k')) {
    return product_.channel(
        {.name = "page", .kind = ChannelKind::pagerduty, .settings = {{"key", "${KEDGE_PAGERDUTY_KEY}"}}},
        {{"KEDGE_PAGERDUTY_KEY", Secret{key}}, {"KEDGE_PAGERDUTY_URL", Secret{product_.url()}}});
  }
  Product product_{answer_as_pagerduty};
};

TEST_F(PagerDutyContract, AlertIsTriggeredAndResolvedUnderOneKey) {
  auto& pager = channel();
  const auto alert = pager.post({.subject = long_text(), .text = long_text(), .rank = 2}, "", "7/2/0");
  ASSERT_TRUE(alert) << alert.error().message;
  ASSERT_TRUE(pager.post({.text = "Update 2"}, *alert, "7/9/0"));
  ASSERT_TRUE(pager.post({.text = "Resolved", .over = true}, *alert, "7/12/0"));
  const auto& events = product_.memory().messages;
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].text, "trigger");
  EXPECT_EQ(events[2].text, "resolve");
  EXPECT_EQ(events[2].id, events[0].id);
  EXPECT_THAT(product_.memory().problems, IsEmpty());
}

TEST_F(PagerDutyContract, BadKeyIsInvalidAndNotRepeatedInTheError) {
  const auto posted = channel("swordfish").post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::invalid);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
}

TEST(BrokenPeer, HangUpAfterTheRequestLeavesTheOutcomeUnknown) {
  const HangUpPeer peer;
  http::HttplibClient client;
  StandingClock clock;
  ReadLog log;
  ConfiguredChat chat({{"KEDGE_DISCORD_WEBHOOK_URL", Secret{peer.url() + "/api/webhooks/12/swordfish"}}},
                      client, clock, log);
  const auto posted = chat.channel({.name = "ops",
                                    .kind = ChannelKind::discord,
                                    .settings = {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}}})
                          .value()
                          ->post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_FALSE(posted.error().certainly_not_done);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
}

TEST(BrokenPeer, NobodyListeningIsCertainlyNotDone) {
  std::string url;
  {
    const HttpPeer peer([](const PeerRequest&) { return PeerAnswer{}; });
    url = peer.url();
  }
  http::HttplibClient client;
  StandingClock clock;
  ReadLog log;
  ConfiguredChat chat({{"KEDGE_SLACK_WEBHOOK_URL", Secret{url + "/services/T0/B0/swordfish"}}}, client, clock,
                      log);
  const auto posted = chat.channel({.name = "ops",
                                    .kind = ChannelKind::slack,
                                    .settings = {{"url", "${KEDGE_SLACK_WEBHOOK_URL}"}}})
                          .value()
                          ->post({.text = "x"}, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_TRUE(posted.error().certainly_not_done);
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
}

}  // namespace
}  // namespace kedge::adapters::chat
