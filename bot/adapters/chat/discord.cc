// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/discord.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "bot/adapters/chat/answer.h"
#include "bot/adapters/chat/limits.h"
#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUnknownChannel = 10003;
constexpr int kUnknownMessage = 10008;
constexpr int kUnknownWebhook = 10015;
constexpr int kSuppressEmbeds = 4;
constexpr std::size_t kMentionsMax = 100;

/// Discord's ids are 64-bit numbers, written as text.
bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

int code_of(const Json& answer) {
  const auto code = answer.is_object() ? answer.find("code") : answer.end();
  return code != answer.end() && code->is_number_integer() ? code->get<int>() : 0;
}

/// A 429's own figure is the exact one; the edge answers with HTML, and then the header stands.
std::optional<Duration> retry_after_of(const http::Response& response, const Json& answer) {
  if (answer.is_object()) {
    const auto seconds = answer.find("retry_after");
    if (seconds != answer.end() && seconds->is_number()) return seconds_to_wait(seconds->get<double>());
  }
  return read_retry_after(response);
}

std::string join_query(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return a + "&" + b;
}

/// The URL's query without `wait`, which each call sets for itself.
std::string without_wait(std::string_view query) {
  std::vector<std::string> kept;
  for (const std::string& part : split(query, '&')) {
    if (!part.empty() && part != "wait" && !part.starts_with("wait=")) kept.push_back(part);
  }
  return join(kept, "&");
}

Error gone(std::string_view what) {
  return {.code = Errc::not_found,
          .message = fmt::format("cannot {}: the webhook does not exist any more", what),
          .certainly_not_done = true};
}

}  // namespace

Result<DiscordMentions> read_discord_mentions(const std::map<std::string, std::string>& mentions) {
  DiscordMentions read;
  for (const auto& [name, value] : mentions) {
    std::string_view id = trim(value);
    bool role = name.find('/') != std::string::npos;
    if (id.starts_with("<@") && id.ends_with('>')) {
      id = id.substr(2, id.size() - 3);
      role = id.starts_with('&');
      if (id.starts_with('&') || id.starts_with('!')) id.remove_prefix(1);
    }
    if (!is_id(id))
      return fail(Errc::invalid, "cannot read mention {}: expected <@&role id>, <@user id> or an id", name);
    auto& ids = role ? read.roles : read.users;
    if (std::ranges::find(ids, id) == ids.end()) ids.emplace_back(id);
    if (ids.size() > kMentionsMax)
      return fail(Errc::invalid, "cannot read mention {}: Discord allows {} of a kind", name, kMentionsMax);
  }
  return read;
}

DiscordWebhook::DiscordWebhook(http::Client& client, const Secret& url, DiscordMentions mentions)
    : client_(client), mentions_(std::move(mentions)) {
  const std::string& text = url.reveal();
  const std::size_t question = text.find('?');
  std::string base = text.substr(0, question);
  while (base.ends_with('/')) base.pop_back();
  base_ = Secret(std::move(base));
  if (question != std::string::npos) query_ = without_wait(text.substr(question + 1));
}

Result<http::Response> DiscordWebhook::send(const std::string& method, const std::string& path,
                                            const std::string& query, std::string_view what,
                                            const ports::ChatText& text) {
  if (gone_) return pass(gone(what));
  Json allowed{{"parse", Json::array()}};
  if (!mentions_.roles.empty()) allowed["roles"] = mentions_.roles;
  if (!mentions_.users.empty()) allowed["users"] = mentions_.users;
  const Json body{{"content", fit_utf16(text.text, kDiscordTextMax)},
                  {"allowed_mentions", allowed},
                  {"flags", kSuppressEmbeds}};
  return client_.send({.method = method,
                       .url = base_.reveal() + path + (query.empty() ? "" : "?" + query),
                       .headers = {{"User-Agent", "Kedge"}},
                       .body = body.dump(),
                       .content_type = "application/json"});
}

Error DiscordWebhook::failure(std::string_view what, const http::Response& response, bool about_message) {
  const Json answer = Json::parse(response.body, nullptr, false);
  const int code = code_of(answer);
  Error error = refusal(what, response, code == 0 ? "" : fmt::format("code {}", code));
  if (response.status == 429)
    error.retry_after = retry_after_of(response, answer).value_or(kRetryAfterDefault);
  if (response.status == 404 && about_message && code == kUnknownMessage) {
    error.code = Errc::conflict;
  } else if (code == kUnknownChannel || code == kUnknownWebhook) {
    gone_ = true;
  } else if (response.status == 404 && !answer.is_object()) {
    error.code = Errc::unavailable;  // Somebody on the way said so, not Discord.
  }
  return error;
}

Result<std::string> DiscordWebhook::post(const ports::ChatText& text, const std::string&,
                                         const std::string&) {
  constexpr std::string_view kWhat = "post to Discord";
  // Without `wait` a message that was not saved gives no error.
  KEDGE_TRY(response, send("POST", "", join_query("wait=true", query_), kWhat, text));
  if (!is_success(response)) return pass(failure(kWhat, response, false));
  const Json answer = Json::parse(response.body, nullptr, false);
  const auto id = answer.is_object() ? answer.find("id") : answer.end();
  if (id == answer.end() || !id->is_string() || !is_id(id->get_ref<const std::string&>()))
    return pass(unreadable(kWhat));
  return id->get<std::string>();
}

Result<void> DiscordWebhook::edit(const std::string& message, const ports::ChatText& text) {
  constexpr std::string_view kWhat = "edit Discord message";
  if (!is_id(message)) {
    return pass(Error{.code = Errc::conflict,
                      .message = "cannot edit Discord message: its id is not of this channel",
                      .certainly_not_done = true});
  }
  KEDGE_TRY(response, send("PATCH", "/messages/" + message, query_, kWhat, text));
  if (!is_success(response)) return pass(failure(kWhat, response, true));
  return {};
}

}  // namespace kedge::adapters::chat
