// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/forge/workflow_file.h"

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::sandbox::forge {
namespace {

std::string unquoted(std::string_view text) {
  text = trim(text);
  const bool quoted =
      text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return std::string(quoted ? text.substr(1, text.size() - 2) : text);
}

/// `[a, 'b']` or one word.
std::vector<std::string> flow_list(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::string> result;
  for (const auto& part : split(text, ',')) {
    if (auto item = unquoted(part); !item.empty()) result.push_back(std::move(item));
  }
  return result;
}

struct Line {
  std::size_t indent = 0;
  bool item = false;
  std::string key, value;
};

Line parse_line(std::string_view raw) {
  Line line;
  if (const auto comment = raw.find(" #"); comment != std::string_view::npos) raw = raw.substr(0, comment);
  line.indent = std::min(raw.find_first_not_of(' '), raw.size());
  auto text = trim(raw);
  if (text.starts_with('#')) return line;
  if (text.starts_with("- ")) {
    line.item = true;
    line.value = unquoted(text.substr(2));
    return line;
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return line;
  line.key = unquoted(text.substr(0, colon));
  line.value = std::string(trim(text.substr(colon + 1)));
  return line;
}

}  // namespace

WorkflowFile parse_workflow(std::string_view text) {
  WorkflowFile file;
  std::string section;
  std::string event;
  std::string event_key;
  std::size_t job_indent = 0;
  for (const auto& raw : split_lines(text)) {
    const auto line = parse_line(raw);
    if (!line.item && line.key.empty()) continue;
    if (line.indent == 0 && !line.item) {
      section = line.key;
      event.clear();
      job_indent = 0;
      if (section == "name") file.name = unquoted(line.value);
      if (section == "on") {
        for (const auto& each : flow_list(line.value)) file.on[each];
      }
      continue;
    }
    if (section == "jobs" && !line.item) {
      if (job_indent == 0) job_indent = line.indent;
      if (line.indent == job_indent) file.jobs.push_back(line.key);
    }
    if (section != "on") continue;
    if (line.item && event_key == "branches") {
      file.on[event].push_back(line.value);
    } else if (line.item && event.empty()) {
      file.on[line.value];
    } else if (!line.item && (line.key == "branches" || line.key == "paths" || line.key == "tags" ||
                              line.key == "types" || line.key.ends_with("-ignore"))) {
      event_key = line.key;
      if (line.key == "branches") file.on[event] = flow_list(line.value);
    } else if (!line.item) {
      event = line.key;
      event_key.clear();
      file.on[event];
    }
  }
  return file;
}

bool matches_branch(std::string_view pattern, std::string_view branch) {
  if (pattern.empty()) return branch.empty();
  if (pattern.front() == '*') {
    const bool across = pattern.starts_with("**");
    const auto rest = pattern.substr(across ? 2 : 1);
    for (std::size_t taken = 0; taken <= branch.size(); ++taken) {
      if (matches_branch(rest, branch.substr(taken))) return true;
      if (taken < branch.size() && !across && branch[taken] == '/') return false;
    }
    return false;
  }
  return !branch.empty() && pattern.front() == branch.front() &&
         matches_branch(pattern.substr(1), branch.substr(1));
}

bool WorkflowFile::listens(const std::string& event, const std::string& branch) const {
  const auto found = on.find(event);
  if (found == on.end()) return false;
  return found->second.empty() || std::any_of(found->second.begin(), found->second.end(),
                                              [&](const auto& p) { return matches_branch(p, branch); });
}

}  // namespace kedge::sandbox::forge
