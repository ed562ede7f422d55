// SPDX-License-Identifier: Apache-2.0
// Real HTTP servers on a free port of loopback that answer as Slack, Discord and PagerDuty document it, and
// check what they are sent against those products' written limits (which no published schema holds).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace kedge::adapters::chat {

struct PeerRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
};

struct PeerAnswer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers{};
};

/// A server; every request goes to one function, one at a time.
class HttpPeer {
 public:
  explicit HttpPeer(std::function<PeerAnswer(const PeerRequest&)> answer);
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;
  [[nodiscard]] std::string url() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Takes one connection, reads a whole request's head from it, and hangs up without an answer.
class HangUpPeer {
 public:
  HangUpPeer();
  ~HangUpPeer();
  HangUpPeer(const HangUpPeer&) = delete;
  HangUpPeer& operator=(const HangUpPeer&) = delete;
  [[nodiscard]] std::string url() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

struct PeerMessage {
  std::string id;
  std::string text;
  std::string below;
  nlohmann::json raw;
};

/// What was posted, and answers that come before the peer's own.
class Memory {
 public:
  std::vector<PeerMessage> messages;
  std::vector<std::string> problems;  ///< What we sent that the product's documentation does not allow.
  std::optional<PeerAnswer> next;     ///< Given once, instead of looking at the request.

  /// False, and the problem is kept, where `right` is not.
  bool check(bool right, const std::string& problem);
  PeerMessage* find(const std::string& id);
};

/// Webhook `/services/T0/B0/good`, and the Web API below `/api` for token `xoxb-good` and channel C1 (#ops).
PeerAnswer answer_as_slack(Memory& memory, const PeerRequest& request);
/// Webhook `/api/v10/webhooks/12/good`.
PeerAnswer answer_as_discord(Memory& memory, const PeerRequest& request);
/// Routing key: 32 times `k`.
PeerAnswer answer_as_pagerduty(Memory& memory, const PeerRequest& request);

}  // namespace kedge::adapters::chat
