// SPDX-License-Identifier: Apache-2.0
#include "bot/config/runbook.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "bot/base/text.h"
#include "bot/base/time.h"
#include "bot/config/policy_reader.h"
#include "bot/config/presets.h"
#include "bot/config/validate.h"

namespace kedge::config {
namespace {

/// Maps merge, later keys win; lists and scalars replace.
YAML::Node merged(const YAML::Node& base, const YAML::Node& over) {
  if (!base.IsMap() || !over.IsMap()) return YAML::Clone(over);
  YAML::Node result = YAML::Clone(base);
  for (const auto& entry : over) {
    const std::string key = entry.first.Scalar();
    result[key] = result[key] ? merged(result[key], entry.second) : YAML::Clone(entry.second);
  }
  return result;
}

std::vector<std::string> extended(const YAML::Node& node) {
  const YAML::Node extends = node.IsMap() ? node["extends"] : YAML::Node();
  std::vector<std::string> names;
  if (!extends.IsDefined()) return {"aegis"};
  if (extends.IsScalar()) return {extends.Scalar()};
  for (const auto& item : extends) names.push_back(item.Scalar());
  return names.empty() ? std::vector<std::string>{"aegis"} : names;
}

/// Presets that are named by the format and not shipped yet stand for the default one, aloud.
YAML::Node base_of(const YAML::Node& node, const std::vector<std::string>& names, Runbook& runbook) {
  YAML::Node base(YAML::NodeType::Map);
  for (const std::string& name : names) {
    std::string_view text = preset(name);
    if (text.empty()) {
      Problem missing =
          problem_at(node["extends"], fmt::format("the preset `{}` (aegis is used instead)", name));
      runbook.not_in_force.push_back(std::move(missing));
      text = preset("aegis");
    }
    base = merged(base, YAML::Load(std::string(text)));
  }
  return base;
}

/// What the format cannot say: names that must fit together.
void check_references(const YAML::Node& whole, const YAML::Node& own, std::vector<Problem>& problems) {
  std::set<std::string> severities;
  for (const auto& severity : whole["severities"]) {
    const std::string name = severity["name"].Scalar();
    if (!severities.insert(name).second) {
      problems.push_back(
          problem_at(severity["name"], fmt::format("the severity `{}` stands here twice", name)));
    }
    const int rank = severity["rank"].as<int>();
    if (rank < 0 || rank > 4)
      problems.push_back(problem_at(severity["rank"], "`rank` must be 0 (worst) to 4"));
    if (severity["approvals"] && severity["approvals"].as<int>() < 0) {
      problems.push_back(problem_at(severity["approvals"], "`approvals` must not be below 0"));
    }
  }
  if (severities.empty())
    problems.push_back(problem_at(own["severities"], "`severities` must name at least one"));
  for (const auto& trigger : whole["triggers"]) {
    const std::string severity = trigger["severity"].Scalar();
    if (!severities.contains(severity)) {
      problems.push_back(
          problem_at(trigger["severity"], fmt::format("the severity `{}` is not in `severities`", severity)));
    }
    if (trigger["on"].Scalar() == "label" && (!trigger["labels"] || trigger["labels"].size() == 0)) {
      problems.push_back(problem_at(trigger, "a `label` trigger needs `labels`"));
    }
  }
  std::set<std::string> channels;
  for (const auto& channel : own["channels"]) {
    if (!channels.insert(channel["name"].Scalar()).second) {
      problems.push_back(problem_at(
          channel["name"], fmt::format("the channel `{}` stands here twice", channel["name"].Scalar())));
    }
  }
  for (const auto& escalation : own["escalation"]) {
    for (const auto& name : escalation["notify"]) {
      if (own["channels"] && !channels.contains(name.Scalar())) {
        problems.push_back(
            problem_at(name, fmt::format("the channel `{}` is not in `channels`", name.Scalar())));
      }
    }
  }
}

/// Values of keys that are in force, whose own feature is not.
void name_values_to_come(const YAML::Node& own, std::vector<Problem>& not_in_force) {
  for (const auto& trigger : own["triggers"]) {
    const std::string on = trigger["on"].Scalar();
    if (on != "workflow" && on != "label") {
      not_in_force.push_back(problem_at(trigger["on"], fmt::format("triggers `on: {}`", on)));
    }
  }
  const YAML::Node rollback = own["rollback"];
  if (!rollback.IsDefined() || !rollback.IsMap()) return;
  const auto name = [&](const char* key, const char* fallback) {
    const YAML::Node value = rollback[key];
    if (value.IsDefined() && value.Scalar() != fallback) {
      not_in_force.push_back(problem_at(value, fmt::format("`rollback.{}: {}`", key, value.Scalar())));
    }
  };
  name("merge", "people");
  name("commit", "git");
}

}  // namespace

std::string Problem::text() const {
  if (line == 0) return message;
  return fmt::format("line {}, column {}: {}", line, column, message);
}

Runbook read_runbook(std::string_view text, std::string_view fallback) {
  Runbook runbook;
  // A fallback replaces the default preset only where the repository says nothing at all.
  const bool empty = trim(text).empty();
  const std::string_view source = empty && !fallback.empty() ? fallback : text;
  YAML::Node own = parse_yaml(source, runbook.problems);
  if (!own.IsDefined() || own.IsNull()) own = YAML::Node(YAML::NodeType::Map);
  Findings findings;
  if (runbook.problems.empty()) validate(own, runbook_form(), "", findings);
  runbook.problems.insert(runbook.problems.end(), findings.problems.begin(), findings.problems.end());
  runbook.not_in_force = std::move(findings.not_in_force);
  if (!runbook.problems.empty()) {
    runbook.policy = read_policy(YAML::Load(std::string(preset("aegis"))));
    return runbook;
  }
  const YAML::Node whole = merged(base_of(own, extended(own), runbook), own);
  check_references(whole, own, runbook.problems);
  if (!runbook.problems.empty()) {
    runbook.policy = read_policy(YAML::Load(std::string(preset("aegis"))));
    return runbook;
  }
  name_values_to_come(own, runbook.not_in_force);
  runbook.policy = read_policy(whole);
  runbook.channels_given = own["channels"].IsDefined();
  runbook.unset_names = unknown_names(runbook.policy);
  std::ranges::stable_sort(runbook.not_in_force, {},
                           [](const Problem& one) { return std::pair(one.line, one.column); });
  return runbook;
}

}  // namespace kedge::config
