// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/pagerduty.h"

#include <nlohmann/json.hpp>

#include "bot/adapters/chat/answer.h"
#include "bot/adapters/chat/limits.h"
#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDedupKeyMax = 255;
constexpr std::size_t kSummaryMax = 1024;
constexpr std::size_t kDetailMax = 40'000;  // The whole event may have 512 KB.
constexpr std::string_view kWhat = "send an event to PagerDuty";

std::string dedup_key(const std::string& below, const std::string& dedup) {
  if (!below.empty()) return below;
  std::string key = "kedge:" + dedup;
  return key.size() <= kDedupKeyMax ? key : "kedge:" + to_hex(sha256(dedup));
}

std::string summary_of(const ports::ChatText& text) {
  for (const std::string& line : split_lines(text.subject + "\n" + text.text)) {
    if (const std::string_view summary = trim(line); !summary.empty()) return fit_utf16(summary, kSummaryMax);
  }
  return "Incident";
}

std::string_view severity_of(int rank) {
  if (rank <= 0) return "critical";
  if (rank == 1) return "error";
  return rank == 2 ? "warning" : "info";
}

}  // namespace

PagerDuty::PagerDuty(http::Client& client, const std::string& url, Secret key)
    : client_(client), url_(url), key_(std::move(key)) {
  while (url_.ends_with('/')) url_.pop_back();
  if (!url_.ends_with("/v2/enqueue")) url_ += "/v2/enqueue";
}

Result<std::string> PagerDuty::post(const ports::ChatText& text, const std::string& below,
                                    const std::string& dedup) {
  const std::string key = dedup_key(below, dedup);
  Json event{{"routing_key", key_.reveal()},
             {"event_action", text.over ? "resolve" : "trigger"},
             {"dedup_key", key}};
  if (!text.over) {
    event["payload"] = {{"summary", summary_of(text)},
                        {"source", "kedge"},
                        {"severity", severity_of(text.rank)},
                        {"custom_details", {{"text", fit_utf16(text.text, kDetailMax)}}}};
    event["client"] = "Kedge";
  }
  KEDGE_TRY(response, client_.send({.method = "POST",
                                    .url = url_,
                                    .headers = {{"User-Agent", "Kedge"}},
                                    .body = event.dump(-1, ' ', false, Json::error_handler_t::replace),
                                    .content_type = "application/json"}));
  if (!is_success(response)) return pass(refusal(kWhat, response, ""));
  return key;
}

Result<void> PagerDuty::edit(const std::string&, const ports::ChatText&) {
  return pass(Error{.code = Errc::invalid,
                    .message = "cannot edit PagerDuty alert: its text stands",
                    .certainly_not_done = true});
}

}  // namespace kedge::adapters::chat
