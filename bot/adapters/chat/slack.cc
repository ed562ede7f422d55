// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/slack.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "bot/adapters/chat/answer.h"
#include "bot/adapters/chat/limits.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::ordered_json;

std::string to_body(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}
bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A message's place: `C024BE91L/1503435956.000247`.
struct Place {
  std::string channel;
  std::string ts;
};

std::optional<Place> parse_place(const std::string& message) {
  const std::size_t slash = message.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == message.size()) return std::nullopt;
  return Place{message.substr(0, slash), message.substr(slash + 1)};
}

constexpr std::string_view kThreadGone[] = {"thread_not_found", "message_not_found", "invalid_thread_ts",
                                            "cannot_reply_to_message"};

/// The error of an answer `{"ok":false,"error":…}`, whose HTTP status is 200.
Error failure(std::string_view what, const http::Response& response, const Json& answer) {
  const std::string word = error_word(text_at(answer, "error"));
  Error error{.code = Errc::invalid,
              .message = fmt::format("cannot {}: {}", what, word.empty() ? "no reason given" : word),
              .certainly_not_done = true};
  const std::string needed = error_word(text_at(answer, "needed"));
  if (word == "missing_scope" && !needed.empty()) error.message += ", it needs " + needed;
  if (is_one_of(word, {"rate_limited", "ratelimited", "message_limit_exceeded"})) {
    error.code = Errc::rate_limited;
    error.retry_after = read_retry_after(response).value_or(kRetryAfterDefault);
  } else if (is_one_of(word, {"internal_error", "fatal_error", "service_unavailable", "request_timeout"})) {
    // These may have half succeeded.
    error.code = Errc::unavailable;
    error.certainly_not_done = false;
  } else if (is_one_of(word, {"edit_window_closed", "cant_update_message"}) || is_one_of(word, kThreadGone)) {
    error.code = Errc::conflict;
  } else if (is_one_of(word, {"channel_not_found", "is_archived", "team_not_found"})) {
    error.code = Errc::not_found;
  } else if (word.starts_with("restricted_action") ||
             is_one_of(word, {"not_in_channel", "invalid_auth", "not_authed", "account_inactive",
                              "token_revoked", "token_expired", "missing_scope", "no_permission",
                              "not_allowed_token_type", "access_denied", "org_login_required",
                              "ekm_access_denied", "team_access_not_granted"})) {
    error.code = Errc::denied;
  }
  return error;
}

/// Calls a method of the Web API and returns its answer where `ok` is true.
Result<Json> call(http::Client& client, const std::string& url, const Secret& token, std::string_view what,
                  const Json& body) {
  http::Request request{.method = "POST",
                        .url = url,
                        .headers = {{"Authorization", "Bearer " + token.reveal()}, {"User-Agent", "Kedge"}},
                        .body = to_body(body),
                        .content_type = "application/json; charset=utf-8"};
  KEDGE_TRY(response, client.send(request));
  Json answer = Json::parse(response.body, nullptr, false);
  if (!is_success(response)) {
    const std::string word = answer.is_object() ? error_word(text_at(answer, "error")) : std::string();
    return pass(refusal(what, response, word));
  }
  if (!answer.is_object() || !answer.contains("ok") || !answer["ok"].is_boolean())
    return pass(unreadable(what));
  if (!answer["ok"].get<bool>()) return pass(failure(what, response, answer));
  return answer;
}

}  // namespace

SlackWebhook::SlackWebhook(http::Client& client, Secret url) : client_(client), url_(std::move(url)) {}

Result<std::string> SlackWebhook::post(const ports::ChatText& text, const std::string&, const std::string&) {
  const Json body{
      {"text", fit_utf16(text.text, kSlackTextMax)}, {"unfurl_links", false}, {"unfurl_media", false}};
  KEDGE_TRY(response, client_.send({.method = "POST",
                                    .url = url_.reveal(),
                                    .headers = {{"User-Agent", "Kedge"}},
                                    .body = to_body(body),
                                    .content_type = "application/json"}));
  if (!is_success(response))
    return pass(refusal("post to Slack's webhook", response, error_word(response.body)));
  return std::string();
}

Result<void> SlackWebhook::edit(const std::string&, const ports::ChatText&) {
  return pass(Error{.code = Errc::invalid,
                    .message = "cannot edit Slack message: a webhook's messages cannot be edited",
                    .certainly_not_done = true});
}

SlackBot::SlackBot(http::Client& client, std::string api_url, Secret token, std::string channel)
    : client_(client), api_url_(std::move(api_url)), token_(std::move(token)), channel_(std::move(channel)) {
  while (api_url_.ends_with('/')) api_url_.pop_back();
}

Result<std::string> SlackBot::post_to(const std::string& channel, const std::string& thread,
                                      const std::string& text) {
  Json body{{"channel", channel}, {"text", text}};
  if (!thread.empty()) body["thread_ts"] = thread;
  // `parse` has another default when a message is updated: said in both, it reads the same in both.
  body.update({{"parse", "none"}, {"unfurl_links", false}, {"unfurl_media", false}});
  constexpr std::string_view kWhat = "post to Slack";
  KEDGE_TRY(answer, call(client_, api_url_ + "/chat.postMessage", token_, kWhat, body));
  const Place place{text_at(answer, "channel"), text_at(answer, "ts")};
  if (place.channel.empty() || place.ts.empty()) return pass(unreadable(kWhat));
  return place.channel + "/" + place.ts;
}

Result<std::string> SlackBot::post(const ports::ChatText& text, const std::string& below,
                                   const std::string&) {
  const std::string content = fit_utf16(text.text, kSlackTextMax);
  const auto place = parse_place(below);
  if (!place) return post_to(channel_, "", content);
  auto posted = post_to(place->channel, place->ts, content);
  // Somebody deleted the living message: the update is still said, and nothing was posted yet.
  const bool thread_is_gone = !posted && posted.error().code == Errc::conflict;
  return thread_is_gone ? post_to(channel_, "", content) : posted;
}

Result<void> SlackBot::edit(const std::string& message, const ports::ChatText& text) {
  const auto place = parse_place(message);
  if (!place) {
    return pass(Error{.code = Errc::conflict,
                      .message = "cannot edit Slack message: its id is not of this channel",
                      .certainly_not_done = true});
  }
  const Json body{{"channel", place->channel},
                  {"ts", place->ts},
                  {"text", fit_utf16(text.text, kSlackTextMax)},
                  {"parse", "none"}};
  KEDGE_TRY(answer, call(client_, api_url_ + "/chat.update", token_, "edit Slack message", body));
  return {};
}

}  // namespace kedge::adapters::chat
