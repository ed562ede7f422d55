// SPDX-License-Identifier: Apache-2.0
#include "bot/config/policy_reader.h"

#include <algorithm>

#include "bot/base/time.h"
#include "bot/config/settings.h"
#include "bot/config/validate.h"

namespace kedge::config {
namespace {

std::vector<std::string> texts(const YAML::Node& node) {
  std::vector<std::string> out;
  for (const auto& item : node) out.push_back(item.Scalar());
  return out;
}

std::optional<Duration> duration(const YAML::Node& node) {
  return node.IsDefined() ? parse_duration(node.Scalar()) : std::nullopt;
}

std::optional<int> integer(const YAML::Node& node) {
  return node.IsDefined() ? read_integer(node.Scalar()) : std::nullopt;
}

incident::Severity severity(const YAML::Node& node) {
  return {.name = node["name"].Scalar(),
          .rank = integer(node["rank"]).value_or(4),
          .respond_within = duration(node["respond_within"]),
          .first_update = duration(node["first_update"]),
          .update_every = duration(node["update_every"]),
          .freeze = node["freeze"].IsDefined() && node["freeze"].Scalar() == "true",
          .approvals = integer(node["approvals"]).value_or(1)};
}

void read_triggers(const YAML::Node& triggers, incident::Policy& policy) {
  for (const auto& node : triggers) {
    const std::string on = node["on"].Scalar();
    if (on == "workflow") {
      const std::string confirm = node["confirm"].IsDefined() ? node["confirm"].Scalar() : "none";
      policy.workflow_triggers.push_back({.workflows = texts(node["workflows"]),
                                          .branches = texts(node["branches"]),
                                          .severity = node["severity"].Scalar(),
                                          .confirm = confirm == "rerun"   ? incident::Confirm::rerun
                                                     : confirm == "twice" ? incident::Confirm::twice
                                                                          : incident::Confirm::none});
    } else if (on == "label") {
      policy.label_triggers.push_back(
          {.labels = texts(node["labels"]), .severity = node["severity"].Scalar()});
    }
  }
}

void read_rollback(const YAML::Node& rollback, incident::Policy& policy) {
  if (!rollback.IsDefined()) return;
  if (rollback["branches"].IsDefined()) policy.rollback_branches = texts(rollback["branches"]);
  const YAML::Node limits = rollback["limits"];
  if (!limits.IsDefined()) return;
  policy.limits = {.prepare_per_day = integer(limits["prepare_per_day"]),
                   .merge_per_day = integer(limits["merge_per_day"]),
                   .max_age = duration(limits["max_age"]),
                   .never = texts(limits["never"])};
}

}  // namespace

incident::Channel read_channel(const YAML::Node& node) {
  incident::Channel result{.name = node["name"].Scalar()};
  const std::string kind = node["kind"].Scalar();
  if (kind == "discord") result.kind = incident::ChannelKind::discord;
  if (kind == "mail") result.kind = incident::ChannelKind::mail;
  if (kind == "pagerduty") result.kind = incident::ChannelKind::pagerduty;
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    if (key == "mentions") {
      for (const auto& mention : entry.second)
        result.mentions[mention.first.Scalar()] = mention.second.Scalar();
    } else if (key != "name" && key != "kind") {
      result.settings[key] = entry.second.Scalar();
    }
  }
  return result;
}

incident::Policy read_policy(const YAML::Node& whole) {
  incident::Policy policy;
  if (whole["branches"].IsDefined() && whole["branches"]["protected"].IsDefined()) {
    policy.protected_branches = texts(whole["branches"]["protected"]);
  }
  const std::string mode = whole["mode"].IsDefined() ? whole["mode"].Scalar() : "suggest";
  policy.mode = mode == "observe"   ? incident::Mode::observe
                : mode == "prepare" ? incident::Mode::prepare
                                    : incident::Mode::suggest;
  for (const auto& node : whole["severities"]) policy.severities.push_back(severity(node));
  std::ranges::stable_sort(policy.severities, {}, &incident::Severity::rank);
  read_triggers(whole["triggers"], policy);
  for (const auto& node : whole["channels"]) policy.channels.push_back(read_channel(node));
  read_rollback(whole["rollback"], policy);
  if (whole["checklists"].IsDefined()) policy.recovery_checklist = texts(whole["checklists"]["recovery"]);
  policy.reopen_window = duration(whole["reopen_window"]).value_or(policy.reopen_window);
  if (whole["drill"].IsDefined()) policy.drill_channels = texts(whole["drill"]["channels"]);
  return policy;
}

}  // namespace kedge::config
