// SPDX-License-Identifier: Apache-2.0
// Discord, by a webhook: the first message is edited, updates are messages of their own. Every call says who
// may be mentioned, so that no text can ping anybody else. Source: Discord developer documentation, "Webhook
// Resource", "Allowed Mentions Object", "Rate Limits". No error holds the webhook's URL.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"
#include "bot/ports/chat.h"

namespace kedge::adapters::chat {

/// Whom a message may ping: ids, at most a hundred of each.
struct DiscordMentions {
  std::vector<std::string> roles;
  std::vector<std::string> users;
};
/// From a runbook's mapping: `<@&1>` is a role, `<@1>` and `<@!1>` a user; a bare id is a role where the name
/// holds a slash (`@org/team`). Errors: invalid, naming the entry.
Result<DiscordMentions> read_discord_mentions(const std::map<std::string, std::string>& mentions);

class DiscordWebhook : public ports::ChatChannel {
 public:
  /// `url` may carry `?thread_id=…`, which is kept. `client` must outlive this object.
  DiscordWebhook(http::Client& client, const Secret& url, DiscordMentions mentions);
  ports::ChatTraits traits() const override { return {.can_edit = true, .has_thread = false}; }
  /// Returns the message's id. After Discord said that the webhook is gone, answers not_found without asking:
  /// it bans those who go on.
  Result<std::string> post(const ports::ChatText& text, const std::string& below,
                           const std::string& dedup) override;
  Result<void> edit(const std::string& message, const ports::ChatText& text) override;

 private:
  Result<http::Response> send(const std::string& method, const std::string& path, const std::string& query,
                              std::string_view what, const ports::ChatText& text);
  Error failure(std::string_view what, const http::Response& response, bool about_message);

  http::Client& client_;
  Secret base_;        ///< Up to the token, without a slash at the end.
  std::string query_;  ///< What the URL had after `?`.
  DiscordMentions mentions_;
  std::atomic<bool> gone_{false};
};

}  // namespace kedge::adapters::chat
