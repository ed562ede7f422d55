// SPDX-License-Identifier: Apache-2.0
// Slack, by an incoming webhook (each message stands alone) or by a bot token (one living message, updates in
// its thread). Sources: Slack API reference, "Sending messages using incoming webhooks", chat.postMessage,
// chat.update. Errors as ports/chat.h says; none holds the webhook's URL or the token.
#pragma once

#include <string>

#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"
#include "bot/ports/chat.h"

namespace kedge::adapters::chat {

class SlackWebhook : public ports::ChatChannel {
 public:
  /// `client` must outlive this object.
  SlackWebhook(http::Client& client, Secret url);
  ports::ChatTraits traits() const override { return {}; }
  /// Returns an empty id: Slack gives none. `below` and `dedup` have no counterpart.
  Result<std::string> post(const ports::ChatText& text, const std::string& below,
                           const std::string& dedup) override;
  /// Always invalid.
  Result<void> edit(const std::string& message, const ports::ChatText& text) override;

 private:
  http::Client& client_;
  Secret url_;
};

class SlackBot : public ports::ChatChannel {
 public:
  /// `channel`: an id (`C…`, best) or a name; `api_url`: `https://slack.com/api`.
  SlackBot(http::Client& client, std::string api_url, Secret token, std::string channel);
  ports::ChatTraits traits() const override { return {.can_edit = true, .has_thread = true}; }
  /// Returns `<channel id>/<ts>`. Where the thread `below` is gone, posts to the channel itself.
  Result<std::string> post(const ports::ChatText& text, const std::string& below,
                           const std::string& dedup) override;
  Result<void> edit(const std::string& message, const ports::ChatText& text) override;

 private:
  Result<std::string> post_to(const std::string& channel, const std::string& thread, const std::string& text);

  http::Client& client_;
  std::string api_url_;
  Secret token_;
  std::string channel_;
};

}  // namespace kedge::adapters::chat
