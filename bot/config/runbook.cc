// SPDX-License-Identifier: Apache-2.0
#include "bot/config/runbook.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

#include "bot/base/text.h"
#include "bot/config/policy_reader.h"
#include "bot/config/presets.h"
#include "bot/config/references.h"
#include "bot/config/validate.h"
#include "bot/incident/channel_keys.h"

namespace kedge::config {
namespace {

/// Maps merge, later keys win; lists and scalars replace. The parts are shared, not copied: a copy would
/// forget its line. Assumes: `base` is small and no key stands twice, so keys are looked up in `base` alone.
YAML::Node merged(const YAML::Node& base, const YAML::Node& over) {
  if (!base.IsMap() || !over.IsMap()) return over;
  YAML::Node result(YAML::NodeType::Map);
  std::map<std::string, YAML::Node> overlaid;
  for (const auto& entry : over) overlaid.emplace(entry.first.Scalar(), entry.second);
  for (const auto& entry : base) {
    const auto found = overlaid.find(entry.first.Scalar());
    result.force_insert(entry.first,
                        found == overlaid.end() ? entry.second : merged(entry.second, found->second));
    if (found != overlaid.end()) overlaid.erase(found);
  }
  for (const auto& entry : over) {
    if (overlaid.contains(entry.first.Scalar())) result.force_insert(entry.first, entry.second);
  }
  return result;
}

/// The presets below the file; an empty list means none.
std::vector<std::string> extended(const YAML::Node& node) {
  const YAML::Node extends = node.IsMap() ? node["extends"] : YAML::Node();
  std::vector<std::string> names;
  if (!extends.IsDefined()) return {"aegis"};
  if (extends.IsScalar()) return {extends.Scalar()};
  for (const auto& item : extends) names.push_back(item.Scalar());
  return names;
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

std::string problem_lines(const Runbook& runbook, std::string_view file) {
  std::vector<std::string> lines;
  for (const Problem& problem : runbook.problems)
    lines.push_back(fmt::format("{}: {}", file, problem.text()));
  return join(lines, "\n");
}

namespace {

Runbook read(std::string_view text, std::string_view fallback);

/// The server's default, or the preset, stands in for a runbook that cannot be used.
Runbook invalid(Runbook runbook, std::string_view fallback) {
  if (fallback.empty()) {
    runbook.policy = read_policy(YAML::Load(std::string(preset("aegis"))));
    return runbook;
  }
  Runbook stand_in = read(fallback, {});
  stand_in.problems = std::move(runbook.problems);
  return stand_in;
}

Runbook read(std::string_view text, std::string_view fallback) {
  Runbook runbook;
  YAML::Node own = parse_yaml(text, runbook.problems);
  if (!runbook.problems.empty()) return invalid(std::move(runbook), fallback);
  // A fallback replaces the default preset only where the repository says nothing at all.
  if (own.IsNull() && !fallback.empty()) return read(fallback, {});
  if (own.IsNull()) own = YAML::Node(YAML::NodeType::Map);
  Findings findings;
  validate(own, runbook_form(), "", findings);
  runbook.problems = std::move(findings.problems);
  runbook.not_in_force = std::move(findings.not_in_force);
  if (!runbook.problems.empty()) return invalid(std::move(runbook), fallback);
  const YAML::Node whole = merged(base_of(own, extended(own), runbook), own);
  check_references(whole, own, runbook.problems);
  if (!runbook.problems.empty()) return invalid(std::move(runbook), fallback);
  name_values_to_come(own, runbook.not_in_force);
  runbook.policy = read_policy(whole);
  runbook.channels_given = std::as_const(own)["channels"].IsDefined();
  for (const auto& node : whole["channels"]) {
    const incident::Channel channel = read_channel(node);
    if (const std::string problem = channel_problem(channel); !problem.empty())
      runbook.channel_problems.push_back(
          problem_at(node, fmt::format("the channel `{}` cannot work: {}", channel.name, problem)));
  }
  std::ranges::stable_sort(runbook.not_in_force, {},
                           [](const Problem& one) { return std::pair(one.line, one.column); });
  return runbook;
}

}  // namespace

Runbook read_runbook(std::string_view text, std::string_view fallback) {
  try {
    return read(text, fallback);
  } catch (const YAML::Exception& error) {
    // The checks before should leave nothing to throw; a caller must not depend on that.
    Runbook runbook;
    runbook.problems.push_back({.message = "cannot be read: " + error.msg});
    return invalid(std::move(runbook), {});
  }
}

}  // namespace kedge::config
