// SPDX-License-Identifier: Apache-2.0
// PagerDuty, by Events API v2: one alert an incident, triggered by its first message, added to by the updates
// and resolved by the last. Repeats are safe, since all carry the same dedup_key. Source: PagerDuty developer
// documentation, "Send an Alert Event". No error holds the key.
#pragma once

#include <string>

#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"
#include "bot/ports/chat.h"

namespace kedge::adapters::chat {

class PagerDuty : public ports::ChatChannel {
 public:
  /// `url`: `https://events.pagerduty.com`; `key`: the routing key of a service's integration.
  PagerDuty(http::Client& client, const std::string& url, Secret key);
  ports::ChatTraits traits() const override {
    return {.can_edit = false, .has_thread = true, .repeats_are_one = true};
  }
  /// Triggers the alert, or resolves it for a text that is `over`. Returns the dedup_key: `below` where there
  /// is one, else made of `dedup`. After somebody resolved the alert by hand, an update opens it anew.
  Result<std::string> post(const ports::ChatText& text, const std::string& below,
                           const std::string& dedup) override;
  /// Always invalid: an alert's text stands.
  Result<void> edit(const std::string& message, const ports::ChatText& text) override;

 private:
  http::Client& client_;
  std::string url_;
  Secret key_;
};

}  // namespace kedge::adapters::chat
