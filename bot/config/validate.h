// SPDX-License-Identifier: Apache-2.0
// A YAML text against the format. yaml-cpp's types stay in the .cc files that include this header.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/config/format.h"
#include "bot/config/runbook.h"

namespace kedge::config {

inline constexpr std::size_t kRunbookBytesMax = 256UL * 1024;
inline constexpr int kYamlDepthMax = 24;
inline constexpr std::size_t kProblemsMax = 100;

struct Findings {
  std::vector<Problem> problems;
  std::vector<Problem> not_in_force;
};

/// Parses what is one YAML document without aliases, at most kYamlDepthMax deep; problems say where and what.
YAML::Node parse_yaml(std::string_view text, std::vector<Problem>& problems);
/// Checks a node against a form; all problems, not only the first, up to kProblemsMax.
void validate(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings);
/// A decimal number, whole; nothing for other text or out of range. yaml-cpp would read `010` as octal.
std::optional<int> read_integer(const std::string& text);
Problem problem_at(const YAML::Node& node, std::string message);

}  // namespace kedge::config
