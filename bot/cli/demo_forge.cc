// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/demo_forge.h"

#include <algorithm>
#include <thread>

#include "bot/base/text.h"

namespace kedge::cli {

using Json = nlohmann::json;

ForgeFacts read_facts(const std::string& output) {
  ForgeFacts facts;
  for (const std::string& line : split_lines(output)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value = line.substr(colon + 2);
    constexpr std::string_view kPerson = "token of ";
    if (name == "url") facts.url = value;
    if (name == "token") facts.admin_token = value;
    if (name == "api") facts.api = value;
    if (name == "app id") facts.app_id = value;
    if (name == "private key") facts.private_key_file = value;
    if (name == "webhook secret") facts.webhook_secret = value;
    if (name == "discord webhook") facts.discord_webhook = value;
    if (name.starts_with(kPerson)) facts.people[name.substr(kPerson.size())] = value;
    if (name == "slack api") {
      const std::vector<std::string> words = split_words(value);  // URL token T channel C
      if (words.size() == 5) {
        facts.slack_api = words[0];
        facts.slack_token = words[2];
        facts.slack_channel = words[4];
      }
    }
  }
  return facts;
}

Result<Json> DemoForge::call(const std::string& method, const std::string& url, const std::string& token,
                             const Json& body) {
  adapters::http::Request request{.method = method, .url = url};
  request.headers = {{"Accept", "application/vnd.github+json"}, {"User-Agent", "kedge-demo"}};
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  if (!body.is_null()) {
    request.body = body.dump();
    request.content_type = "application/json";
  }
  KEDGE_TRY(response, client_.send(request));
  Json answer = Json::parse(response.body, nullptr, false);
  if (answer.is_discarded()) answer = response.body;
  if (response.status >= 400) {
    return fail(Errc::invalid, "cannot {} {}: {} {}", method, url, response.status,
                truncate_utf8(response.body, 300));
  }
  return answer;
}

Result<Json> DemoForge::as(const std::string& login, const std::string& method, const std::string& path,
                           const Json& body) {
  const auto token = facts_.people.find(login);
  if (token == facts_.people.end())
    return fail(Errc::not_found, "cannot act as {}: nobody of that name", login);
  return call(method, facts_.api + path, token->second, body);
}

Result<Json> DemoForge::control(const std::string& method, const std::string& path, const Json& body) {
  return call(method, facts_.url + "/_sandbox" + path, facts_.admin_token, body);
}

Result<Json> DemoForge::get(const std::string& url, const std::string& token) {
  return call("GET", url, token, nullptr);
}

Result<Json> DemoForge::until(const std::string& what, Duration most, const std::function<Json()>& found) {
  const auto began = std::chrono::steady_clock::now();
  while (true) {
    Json value = found();
    if (!value.is_null()) return value;
    const auto waited = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
    if (waited > most) {
      return fail(Errc::unavailable, "waited {} for {} in vain", format_duration(most), what);
    }
    // What takes long is looked at less often, so that a long wait does not use up the forge's rate limit.
    std::this_thread::sleep_for(std::clamp(waited / 20, Duration{15}, Duration{250}));
  }
}

}  // namespace kedge::cli
