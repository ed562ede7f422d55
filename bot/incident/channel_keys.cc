// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/channel_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::incident {
namespace {

constexpr ChannelKey kKeys[] = {
    {.kind = ChannelKind::slack, .key = "url", .setting = "KEDGE_SLACK_WEBHOOK_URL", .is_url = true},
    {.kind = ChannelKind::slack, .key = "token", .setting = "KEDGE_SLACK_TOKEN"},
    {.kind = ChannelKind::slack, .key = "channel", .setting = "KEDGE_SLACK_CHANNEL"},
    {.kind = ChannelKind::slack, .key = "api_url", .setting = "KEDGE_SLACK_API_URL", .is_url = true},
    {.kind = ChannelKind::discord,
     .key = "url",
     .setting = "KEDGE_DISCORD_WEBHOOK_URL",
     .required = true,
     .is_url = true},
    {.kind = ChannelKind::mail, .key = "smtp_url", .setting = "KEDGE_SMTP_URL", .required = true},
    {.kind = ChannelKind::mail, .key = "from", .setting = "KEDGE_MAIL_FROM"},
    {.kind = ChannelKind::mail, .key = "to", .setting = "KEDGE_MAIL_TO"},
    {.kind = ChannelKind::pagerduty, .key = "key", .setting = "KEDGE_PAGERDUTY_KEY", .required = true},
    {.kind = ChannelKind::pagerduty, .key = "url", .setting = "KEDGE_PAGERDUTY_URL", .is_url = true},
};

bool is_https(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  return text.starts_with(kScheme) && text.size() > kScheme.size() && text[kScheme.size()] != '/' &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

std::string missing_key(const Channel& channel) {
  if (channel.kind == ChannelKind::slack) {
    const bool token = channel.settings.contains("token");
    const bool room = channel.settings.contains("channel");
    if (token != room) return fmt::format("`{}` is missing", token ? "channel" : "token");
    return token || channel.settings.contains("url") ? "" : "`url`, or `token` and `channel`, is missing";
  }
  for (const ChannelKey& row : kKeys) {
    if (row.kind == channel.kind && row.required && !channel.settings.contains(std::string(row.key)))
      return fmt::format("`{}` is missing", row.key);
  }
  return "";
}

std::string value_problem(const ChannelKey& row, std::string_view value) {
  if (value.empty()) return fmt::format("`{}` is empty", row.key);
  if (value.find("${") == std::string_view::npos) {
    return !row.is_url || is_https(value)
               ? ""
               : fmt::format("`{}` must be an https URL where a runbook writes it out", row.key);
  }
  const std::string_view name = setting_named(value);
  if (name.empty()) return fmt::format("`{}` must be one ${{NAME}} or a plain text, not a mixture", row.key);
  if (name == row.setting) return "";
  const bool known = std::ranges::any_of(kKeys, [&](const ChannelKey& one) { return one.setting == name; });
  return known ? fmt::format("${{{}}} does not belong in `{}`", name, row.key)
               : fmt::format("${{{}}} is no setting of the server that a channel may name", name);
}

}  // namespace

std::span<const ChannelKey> channel_keys() {
  return kKeys;
}

std::string_view setting_named(std::string_view value) {
  value = trim(value);
  const bool whole = value.starts_with("${") && value.find('}') == value.size() - 1;
  return whole ? trim(value.substr(2, value.size() - 3)) : std::string_view();
}

std::string channel_problem(const Channel& channel) {
  if (std::string missing = missing_key(channel); !missing.empty()) return missing;
  for (const ChannelKey& row : kKeys) {
    const auto given = channel.settings.find(std::string(row.key));
    if (row.kind != channel.kind || given == channel.settings.end()) continue;
    if (std::string problem = value_problem(row, trim(given->second)); !problem.empty()) return problem;
  }
  return "";
}

}  // namespace kedge::incident
