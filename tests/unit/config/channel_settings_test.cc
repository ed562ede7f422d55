// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "bot/config/runbook.h"
#include "bot/config/settings.h"

namespace kedge::config {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<incident::Channel>& channels) {
  std::vector<std::string> names;
  for (const incident::Channel& channel : channels) names.push_back(channel.name);
  return names;
}

TEST(ChannelSettings, HoldWhatIsSetUnderItsName) {
  Settings settings;
  settings.discord_webhook_url = Secret("https://discord.example/1");
  settings.mail_to = {"a@x.example", "b@x.example"};
  const auto values = channel_settings(settings);
  EXPECT_EQ(values.at("KEDGE_DISCORD_WEBHOOK_URL").reveal(), "https://discord.example/1");
  EXPECT_EQ(values.at("KEDGE_MAIL_TO").reveal(), "a@x.example,b@x.example");
  EXPECT_FALSE(values.contains("KEDGE_SLACK_TOKEN"));
}

TEST(ChannelSettings, NeverHoldAnotherSecret) {
  Settings settings;
  settings.private_key = settings.github_token = settings.admin_token = Secret("secret");
  for (const auto& [name, value] : channel_settings(settings)) {
    EXPECT_THAT(channel_setting_names(), testing::Contains(name));
    EXPECT_NE(value.reveal(), "secret") << name;
  }
}

TEST(DefaultChannels, AreOneForEachSettingThatIsSet) {
  Settings settings;
  EXPECT_TRUE(default_channels(settings).empty());
  settings.slack_webhook_url = Secret("https://slack.example/1");
  settings.discord_webhook_url = Secret("https://discord.example/1");
  settings.smtp_url = Secret("smtp://h");
  settings.pagerduty_key = Secret("k");
  EXPECT_THAT(names_of(default_channels(settings)), ElementsAre("slack", "discord", "mail", "pagerduty"));
}

TEST(DefaultChannels, PreferTheSlackTokenToTheWebhook) {
  Settings settings;
  settings.slack_webhook_url = Secret("https://slack.example/1");
  settings.slack_token = Secret("t");
  settings.slack_channel = "C1";
  const auto channels = default_channels(settings);
  ASSERT_EQ(channels.size(), 1U);
  EXPECT_EQ(channels[0].settings.at("token"), "${KEDGE_SLACK_TOKEN}");
  EXPECT_FALSE(channels[0].settings.contains("url"));
}

TEST(DefaultChannels, NameSettingsThatARunbookMayName) {
  Settings settings;
  settings.slack_webhook_url = settings.discord_webhook_url = Secret("https://x.example/1");
  settings.smtp_url = Secret("smtp://h");
  settings.pagerduty_key = Secret("k");
  for (const incident::Channel& channel : default_channels(settings)) {
    for (const auto& [key, value] : channel.settings)
      EXPECT_THAT(channel_setting_names(), testing::Contains(value.substr(2, value.size() - 3))) << key;
  }
}

}  // namespace
}  // namespace kedge::config
