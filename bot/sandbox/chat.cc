// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/text.h"

namespace kedge::sandbox {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSlackTextMax = 40'000;
constexpr std::size_t kSlackBlocksMax = 50;
constexpr std::size_t kDiscordContentMax = 2'000;
constexpr std::size_t kDiscordEmbedsMax = 10;

Json parse(const Request& request) {
  return Json::parse(request.body, nullptr, false);
}

Response json_response(int status, const Json& body) {
  return text_response(status, body.dump(-1, ' ', false, Json::error_handler_t::replace),
                       "application/json; charset=utf-8");
}

Response slack_error(const std::string& error) {
  return json_response(200, {{"ok", false}, {"error", error}});
}

Response discord_error(int status, int code, const std::string& message) {
  return json_response(status, {{"message", message}, {"code", code}});
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string text_of(const Json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && found->is_string() ? found->get<std::string>() : "";
}

bool too_many_blocks(const Json& body) {
  return body.contains("blocks") &&
         (!body.at("blocks").is_array() || body.at("blocks").size() > kSlackBlocksMax);
}

/// What people would see of a message that has no plain text.
std::string shown_text(const Json& body, const char* key) {
  auto text = text_of(body, key);
  if (!text.empty() || !body.contains("embeds") || !body.at("embeds").is_array()) return text;
  for (const auto& embed : body.at("embeds")) {
    if (!embed.is_object()) continue;
    text += text_of(embed, "title") + "\n" + text_of(embed, "description") + "\n";
  }
  return text;
}

}  // namespace

bool ChatDoubles::is_chat(const Request& request) {
  return !request.segments.empty() && (request.segments[0] == "slack" || request.segments[0] == "discord");
}

Response ChatDoubles::answer(const Request& request) {
  const std::lock_guard lock(mutex_);
  if (request.segments[0] == "discord") return discord(request);
  if (request.segments.size() == 3 && request.segments[1] == "api") return slack_api(request);
  return slack_hook(request);
}

std::vector<ChatMessage> ChatDoubles::transcript() const {
  const std::lock_guard lock(mutex_);
  return messages_;
}

ChatMessage& ChatDoubles::keep(ChatMessage message) {
  message.at = now_();
  messages_.push_back(std::move(message));
  return messages_.back();
}

ChatMessage* ChatDoubles::find(const std::string& service, const std::string& id) {
  for (auto& each : messages_) {
    if (each.service == service && each.id == id) return &each;
  }
  return nullptr;
}

Response ChatDoubles::slack_hook(const Request& request) {
  if (request.path != kSlackHook) return text_response(404, "no_service");
  const auto body = parse(request);
  if (request.method != "POST" || !body.is_object()) return text_response(400, "invalid_payload");
  if (too_many_blocks(body)) return text_response(400, "invalid_blocks");
  if (text_of(body, "text").empty()) return text_response(400, "no_text");
  keep({.service = "slack-webhook",
        .channel = "ops",
        .id = "",
        .thread = "",
        .text = text_of(body, "text"),
        .raw = request.body});
  return text_response(200, "ok", "text/html");
}

Response ChatDoubles::slack_api(const Request& request) {
  const auto& method = request.segments[2];
  const auto header = request.header("authorization");
  if (header.empty()) return slack_error("not_authed");
  if (header != std::string("Bearer ") + kSlackToken) return slack_error("invalid_auth");
  if (method == "auth.test") {
    return json_response(200,
                         {{"ok", true}, {"team", "sandbox"}, {"user", "kedge"}, {"bot_id", "B0SANDBOX"}});
  }
  const auto body = parse(request);
  if (!body.is_object()) return slack_error("invalid_json");
  const auto text = text_of(body, "text");
  const auto channel = text_of(body, "channel");
  if (too_many_blocks(body)) return slack_error("invalid_blocks");
  if (characters(text) > kSlackTextMax) return slack_error("msg_too_long");
  if (channel != kSlackChannel && (method == "chat.update" || channel != "#ops"))
    return slack_error("channel_not_found");
  if (text.empty() && !body.contains("blocks")) return slack_error("no_text");
  if (method == "chat.postMessage") {
    const auto ms = to_unix_ms(now_());
    const auto ts = fmt::format("{}.{:06}", ms / 1000, messages_.size() + 1);
    const auto thread = text_of(body, "thread_ts");
    if (!thread.empty() && find("slack", thread) == nullptr) return slack_error("thread_not_found");
    keep({.service = "slack",
          .channel = kSlackChannel,
          .id = ts,
          .thread = thread,
          .text = text,
          .raw = request.body});
    const Json message = {{"type", "message"}, {"text", text}, {"ts", ts}, {"bot_id", "B0SANDBOX"}};
    return json_response(200, {{"ok", true}, {"channel", kSlackChannel}, {"ts", ts}, {"message", message}});
  }
  if (method == "chat.update") {
    auto* message = find("slack", text_of(body, "ts"));
    if (message == nullptr) return slack_error("message_not_found");
    message->earlier.push_back(std::exchange(message->text, text));
    message->raw = request.body;
    message->edited_at = now_();
    return json_response(200,
                         {{"ok", true}, {"channel", kSlackChannel}, {"ts", message->id}, {"text", text}});
  }
  return slack_error("unknown_method");
}

Response ChatDoubles::discord(const Request& request) {
  const std::string hook = kDiscordHook;
  if (request.path != hook && !request.path.starts_with(hook + "/messages/")) {
    return discord_error(404, 10'015, "Unknown Webhook");
  }
  const auto as_json = [](const ChatMessage& message) {
    return Json{{"id", message.id},
                {"channel_id", "100000000000000009"},
                {"webhook_id", "100000000000000001"},
                {"content", message.text},
                {"timestamp", format_utc(message.at)},
                {"type", 0}};
  };
  if (request.method == "GET" && request.path == hook) {
    return json_response(200, {{"id", "100000000000000001"},
                               {"type", 1},
                               {"name", "ops"},
                               {"channel_id", "100000000000000009"},
                               {"application_id", nullptr}});
  }
  const auto id = request.path == hook ? "" : request.path.substr(hook.size() + 10);
  auto* known = id.empty() ? nullptr : find("discord", id);
  if (!id.empty() && known == nullptr) return discord_error(404, 10'008, "Unknown Message");
  if (request.method == "GET" && known != nullptr) return json_response(200, as_json(*known));
  const auto body = parse(request);
  if (!body.is_object()) return discord_error(400, 50'109, "The request body contains invalid JSON.");
  const auto content = text_of(body, "content");
  const bool has_embeds =
      body.contains("embeds") && body.at("embeds").is_array() && !body.at("embeds").empty();
  if (characters(content) > kDiscordContentMax ||
      (has_embeds && body.at("embeds").size() > kDiscordEmbedsMax)) {
    return discord_error(400, 50'035, "Invalid Form Body");
  }
  if (request.method == "PATCH" && known != nullptr) {
    known->earlier.push_back(std::exchange(known->text, shown_text(body, "content")));
    known->raw = request.body;
    known->edited_at = now_();
    return json_response(200, as_json(*known));
  }
  if (request.method != "POST" || !id.empty()) return discord_error(405, 0, "405: Method Not Allowed");
  if (content.empty() && !has_embeds) return discord_error(400, 50'006, "Cannot send an empty message");
  auto& message =
      keep({.service = "discord",
            .channel = "ops",
            .id = std::to_string(1'300'000'000'000'000'000 + static_cast<std::int64_t>(messages_.size())),
            .thread = request.parameter("thread_id"),
            .text = shown_text(body, "content"),
            .raw = request.body});
  if (request.parameter("wait") != "true")
    return {.status = 204, .headers = {}, .body = {}, .content_type = {}};
  return json_response(200, as_json(message));
}

}  // namespace kedge::sandbox
