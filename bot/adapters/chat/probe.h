// SPDX-License-Identifier: Apache-2.0
// Whether a channel's address works, without posting anything: for `kedge doctor`. Products that offer no
// such question (Slack's incoming webhooks, mail, PagerDuty) are not asked.
#pragma once

#include <string>

#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"

namespace kedge::adapters::chat {

/// Slack's `auth.test`: whom the token speaks as. Errors: denied with Slack's word, unavailable.
Result<std::string> probe_slack_token(http::Client& client, const std::string& api_url, const Secret& token);

/// Discord's "Get Webhook with Token": the webhook's name. Errors: denied or not_found where the webhook is
/// gone, unavailable.
Result<std::string> probe_discord_webhook(http::Client& client, const Secret& url);

}  // namespace kedge::adapters::chat
