// SPDX-License-Identifier: Apache-2.0
// Doubles of the chat products: Slack's incoming webhook and Web API, Discord's webhook. They answer as the
// products do, within their limits, and keep a transcript. Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "bot/base/time.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox {

struct ChatMessage {
  std::string service;  ///< slack-webhook, slack, discord
  std::string channel;
  std::string id;      ///< Slack's `ts`, Discord's id.
  std::string thread;  ///< The parent's id, or empty.
  std::string text;
  std::string raw;  ///< The request body as it came last.
  TimePoint at{}, edited_at{};
  std::vector<std::string> earlier;  ///< The texts before each edit.
};

class ChatDoubles {
 public:
  explicit ChatDoubles(std::function<TimePoint()> now) : now_(std::move(now)) {}
  /// Paths under `/slack/` and `/discord/`.
  static bool is_chat(const Request& request);
  Response answer(const Request& request);
  std::vector<ChatMessage> transcript() const;

  static constexpr const char* kSlackToken = "xoxb-sandbox-0000";
  static constexpr const char* kSlackHook = "/slack/services/T0SANDBOX/B0SANDBOX/sandboxsecret";
  static constexpr const char* kSlackApi = "/slack/api";
  static constexpr const char* kSlackChannel = "C0SANDBOX";
  static constexpr const char* kDiscordHook = "/discord/api/v10/webhooks/100000000000000001/sandboxsecret";

 private:
  Response slack_hook(const Request& request);
  Response slack_api(const Request& request);
  Response discord(const Request& request);
  ChatMessage& keep(ChatMessage message);
  ChatMessage* find(const std::string& service, const std::string& id);

  std::function<TimePoint()> now_;
  mutable std::mutex mutex_;
  std::vector<ChatMessage> messages_;
};

}  // namespace kedge::sandbox
