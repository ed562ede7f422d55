// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/probe.h"

#include <nlohmann/json.hpp>

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::ordered_json;

std::string text_in(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Result<std::string> probe_slack_token(http::Client& client, const std::string& api_url, const Secret& token) {
  KEDGE_TRY(response, client.send({.method = "POST",
                                   .url = api_url + "/auth.test",
                                   .headers = {{"Authorization", "Bearer " + token.reveal()}},
                                   .body = "{}",
                                   .content_type = "application/json; charset=utf-8"}));
  const Json answer = Json::parse(response.body, nullptr, false);
  if (response.status == 200 && answer.is_object() && answer.value("ok", false))
    return text_in(answer, "user");
  const std::string word = text_in(answer, "error");
  if (response.status == 200 && !word.empty()) return fail(Errc::denied, "Slack answers `{}`", word);
  return fail(Errc::unavailable, "Slack answers {}", response.status);
}

Result<std::string> probe_discord_webhook(http::Client& client, const Secret& url) {
  const std::string address = url.reveal();
  KEDGE_TRY(response, client.send({.method = "GET", .url = address.substr(0, address.find('?'))}));
  if (response.status == 200) return text_in(Json::parse(response.body, nullptr, false), "name");
  if (response.status == 404) return fail(Errc::not_found, "Discord knows no such webhook");
  if (response.status == 401 || response.status == 403)
    return fail(Errc::denied, "Discord refuses the webhook's token");
  return fail(Errc::unavailable, "Discord answers {}", response.status);
}

}  // namespace kedge::adapters::chat
