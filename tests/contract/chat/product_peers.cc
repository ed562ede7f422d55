// SPDX-License-Identifier: Apache-2.0
// Slack, Discord and PagerDuty as their documentation describes them. Sources: Slack API reference (incoming
// webhooks, chat.postMessage, chat.update), Discord "Webhook Resource", PagerDuty "Send an Alert Event".
#include <algorithm>
#include <set>

#include "bot/base/text.h"
#include "tests/contract/chat/http_peer.h"

namespace kedge::adapters::chat {
namespace {

using nlohmann::json;

/// Counted here on our own, not by the code under test.
std::size_t utf16_length(const std::string& text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

void check_keys(Memory& memory, const json& object, const std::set<std::string>& known,
                const std::string& where) {
  for (const auto& [key, value] : object.items())
    memory.check(known.contains(key), where + ": unknown key " + key);
}

std::string text_of(const json& object, const std::string& key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

bool is_json(const PeerRequest& request) {
  const auto type = request.headers.find("content-type");
  return type != request.headers.end() && type->second.starts_with("application/json");
}

std::optional<PeerAnswer> take_next(Memory& memory) {
  auto next = std::move(memory.next);
  memory.next.reset();
  return next;
}

PeerAnswer slack_says(const std::string& error) {
  return {.body = json({{"ok", false}, {"error", error}}).dump()};
}

bool slack_text_is_right(Memory& memory, const json& body) {
  const std::string text = text_of(body, "text");
  return memory.check(!text.empty(), "no text") &&
         memory.check(utf16_length(text) <= 40'000, "text too long");
}

PeerAnswer slack_webhook(Memory& memory, const PeerRequest& request) {
  const auto plain = [](int status, const std::string& text) {
    return PeerAnswer{.status = status, .body = text, .content_type = "text/plain"};
  };
  if (request.path != "/services/T0/B0/good") return plain(404, "no_service");
  const json body = json::parse(request.body, nullptr, false);
  if (!memory.check(body.is_object() && is_json(request), "no JSON")) return plain(400, "invalid_payload");
  check_keys(memory, body, {"text", "blocks", "attachments", "unfurl_links", "unfurl_media"}, "webhook");
  if (!slack_text_is_right(memory, body)) return plain(400, "no_text");
  memory.messages.push_back({"", text_of(body, "text"), "", body});
  return plain(200, "ok");
}

PeerAnswer slack_post(Memory& memory, const json& body) {
  check_keys(memory, body, {"channel", "text", "thread_ts", "parse", "unfurl_links", "unfurl_media"}, "post");
  const std::string channel = text_of(body, "channel");
  if (channel != "C1" && channel != "#ops") return slack_says("channel_not_found");
  if (!slack_text_is_right(memory, body)) return slack_says("no_text");
  const std::string thread = text_of(body, "thread_ts");
  const PeerMessage* parent = thread.empty() ? nullptr : memory.find(thread);
  if (!thread.empty() && parent == nullptr) return slack_says("thread_not_found");
  memory.check(parent == nullptr || parent->below.empty(), "thread_ts is a reply's");
  const std::string ts = "1503435956.00000" + std::to_string(memory.messages.size());
  memory.messages.push_back({ts, text_of(body, "text"), thread, body});
  return {
      .body =
          json({{"ok", true}, {"channel", "C1"}, {"ts", ts}, {"message", {{"text", text_of(body, "text")}}}})
              .dump()};
}

PeerAnswer slack_update(Memory& memory, const json& body) {
  check_keys(memory, body, {"channel", "ts", "text", "parse"}, "update");
  if (text_of(body, "channel") != "C1") return slack_says("channel_not_found");  // a name will not do here
  PeerMessage* message = memory.find(text_of(body, "ts"));
  if (message == nullptr) return slack_says("message_not_found");
  if (!slack_text_is_right(memory, body)) return slack_says("no_text");
  message->text = text_of(body, "text");
  return {.body =
              json({{"ok", true}, {"channel", "C1"}, {"ts", message->id}, {"text", message->text}}).dump()};
}

PeerAnswer discord_refuses(int status, int code) {
  return {.status = status, .body = json({{"message", "refused"}, {"code", code}}).dump()};
}

bool is_snowflake(const json& id) {
  return id.is_string() && !id.get<std::string>().empty() &&
         std::ranges::all_of(id.get<std::string>(), [](char c) { return c >= '0' && c <= '9'; });
}

bool discord_body_is_right(Memory& memory, const json& body) {
  check_keys(memory, body, {"content", "allowed_mentions", "flags"}, "discord");
  const std::string content = text_of(body, "content");
  bool right = memory.check(!content.empty(), "no content") &&
               memory.check(utf16_length(content) <= 2'000, "content too long") &&
               memory.check(body.contains("allowed_mentions"), "allowed_mentions is missing");
  if (!right) return false;
  const json& allowed = body["allowed_mentions"];
  right =
      memory.check(allowed.contains("parse") && allowed["parse"] == json::array(), "parse allows mentions");
  for (const char* kind : {"roles", "users"}) {
    if (!allowed.contains(kind)) continue;
    right = memory.check(allowed[kind].size() <= 100, "more than 100 ids") && right;
    for (const json& id : allowed[kind]) right = memory.check(is_snowflake(id), "an id is none") && right;
  }
  return right;
}

}  // namespace

PeerAnswer answer_as_slack(Memory& memory, const PeerRequest& request) {
  if (auto next = take_next(memory)) return *next;
  if (!request.path.starts_with("/api/")) return slack_webhook(memory, request);
  const auto token = request.headers.find("authorization");
  if (token == request.headers.end()) return slack_says("not_authed");
  if (token->second != "Bearer xoxb-good") return slack_says("invalid_auth");
  const json body = json::parse(request.body, nullptr, false);
  if (!memory.check(body.is_object() && is_json(request), "no JSON")) return slack_says("invalid_json");
  if (request.path == "/api/chat.postMessage") return slack_post(memory, body);
  if (request.path == "/api/chat.update") return slack_update(memory, body);
  return slack_says("unknown_method");
}

PeerAnswer answer_as_discord(Memory& memory, const PeerRequest& request) {
  if (auto next = take_next(memory)) return *next;
  const std::string webhook = "/api/v10/webhooks/12/good";
  if (!request.path.starts_with(webhook)) return discord_refuses(404, 10015);
  const json body = json::parse(request.body, nullptr, false);
  if (!memory.check(body.is_object() && is_json(request), "no JSON")) return discord_refuses(400, 50109);
  const std::string rest = request.path.substr(webhook.size());
  if (request.method == "PATCH" && rest.starts_with("/messages/")) {
    PeerMessage* message = memory.find(rest.substr(10));
    if (message == nullptr) return discord_refuses(404, 10008);
    if (!discord_body_is_right(memory, body)) return discord_refuses(400, 50035);
    message->text = text_of(body, "content");
    return {.body = json({{"id", message->id}, {"content", message->text}}).dump()};
  }
  if (request.method != "POST" || !rest.empty()) return discord_refuses(405, 0);
  if (!discord_body_is_right(memory, body)) return discord_refuses(400, 50035);
  const std::string id =
      std::to_string(990'000'000'000'000'000 + static_cast<std::int64_t>(memory.messages.size()));
  memory.messages.push_back({id, text_of(body, "content"), "", body});
  const auto wait = request.query.find("wait");
  if (wait == request.query.end() || wait->second != "true") return {.status = 204};
  return {.body = json({{"id", id}, {"channel_id", "1"}, {"timestamp", "2026-04-18T09:05:07Z"}}).dump()};
}

PeerAnswer answer_as_pagerduty(Memory& memory, const PeerRequest& request) {
  if (auto next = take_next(memory)) return *next;
  if (request.path != "/v2/enqueue") return {.status = 404};
  const json body = json::parse(request.body, nullptr, false);
  const std::string action = text_of(body, "event_action");
  const std::string key = text_of(body, "dedup_key");
  bool right = memory.check(request.body.size() <= 512 * 1024, "the event is too large") &&
               memory.check(text_of(body, "routing_key") == std::string(32, 'k'), "routing_key") &&
               memory.check(action == "trigger" || action == "resolve", "event_action") &&
               memory.check(!key.empty() && key.size() <= 255, "dedup_key");
  if (right && action == "trigger") {
    const json payload = body.value("payload", json::object());
    const std::string summary = text_of(payload, "summary");
    const std::set<std::string> severities{"critical", "error", "warning", "info"};
    right = memory.check(!summary.empty() && utf16_length(summary) <= 1'024, "summary") &&
            memory.check(!text_of(payload, "source").empty(), "source") &&
            memory.check(severities.contains(text_of(payload, "severity")), "severity");
  }
  if (!right) return {.status = 400, .body = R"({"status":"invalid event"})"};
  memory.messages.push_back({key, action, "", body});
  return {.status = 202,
          .body = json({{"status", "success"}, {"message", "Event processed"}, {"dedup_key", key}}).dump()};
}

}  // namespace kedge::adapters::chat
