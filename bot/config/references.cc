// SPDX-License-Identifier: Apache-2.0
#include "bot/config/references.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "bot/config/validate.h"

namespace kedge::config {
namespace {

using Names = std::set<std::string>;

Names severity_names(const YAML::Node& whole, const YAML::Node& own, std::vector<Problem>& problems) {
  Names names;
  for (const auto& severity : whole["severities"]) {
    const YAML::Node name = severity["name"];
    if (!names.insert(name.Scalar()).second) {
      problems.push_back(problem_at(name, fmt::format("the severity `{}` stands here twice", name.Scalar())));
    }
  }
  if (names.empty()) {
    const YAML::Node given = own["severities"];
    problems.push_back(problem_at(given.IsDefined() ? given : own, "`severities` must name at least one"));
  }
  return names;
}

void check_triggers(const YAML::Node& whole, const YAML::Node& own, const Names& severities,
                    std::vector<Problem>& problems) {
  const bool from_preset = !own["triggers"].IsDefined();
  for (const auto& trigger : whole["triggers"]) {
    const YAML::Node severity = trigger["severity"];
    if (!severities.contains(severity.Scalar()) && from_preset) {
      problems.push_back(problem_at(
          own["severities"], fmt::format("the severity `{}`, which the preset's triggers name, is not in "
                                         "`severities`; write `triggers` too",
                                         severity.Scalar())));
      return;
    }
    if (!severities.contains(severity.Scalar())) {
      problems.push_back(
          problem_at(severity, fmt::format("the severity `{}` is not in `severities`", severity.Scalar())));
    }
    const YAML::Node labels = trigger["labels"];
    if (trigger["on"].Scalar() == "label" && (!labels.IsDefined() || labels.size() == 0))
      problems.push_back(problem_at(trigger, "a `label` trigger needs `labels`"));
  }
}

/// Without `channels` the server makes one for each of its channel settings, under these names.
Names channel_names(const YAML::Node& whole, std::vector<Problem>& problems) {
  const YAML::Node channels = whole["channels"];
  if (!channels.IsDefined()) return {"slack", "discord", "mail", "pagerduty"};
  Names names;
  for (const auto& channel : channels) {
    const YAML::Node name = channel["name"];
    if (!names.insert(name.Scalar()).second)
      problems.push_back(problem_at(name, fmt::format("the channel `{}` stands here twice", name.Scalar())));
  }
  return names;
}

void check_channel_list(const YAML::Node& list, const Names& channels, std::vector<Problem>& problems) {
  for (const auto& name : list) {
    if (!channels.contains(name.Scalar()))
      problems.push_back(
          problem_at(name, fmt::format("the channel `{}` is not in `channels`", name.Scalar())));
  }
}

}  // namespace

void check_references(const YAML::Node& whole, const YAML::Node& own, std::vector<Problem>& problems) {
  const Names severities = severity_names(whole, own, problems);
  if (!severities.empty()) check_triggers(whole, own, severities, problems);
  const Names channels = channel_names(whole, problems);
  for (const auto& escalation : own["escalation"]) {
    check_channel_list(escalation["notify"], channels, problems);
    const YAML::Node severity = escalation["when"]["severity"];
    if (severity.IsDefined() && !severities.contains(severity.Scalar())) {
      problems.push_back(
          problem_at(severity, fmt::format("the severity `{}` is not in `severities`", severity.Scalar())));
    }
  }
  if (own["drill"].IsDefined()) check_channel_list(own["drill"]["channels"], channels, problems);
  if (problems.size() > kProblemsMax) problems.resize(kProblemsMax);
}

}  // namespace kedge::config
