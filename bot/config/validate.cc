// SPDX-License-Identifier: Apache-2.0
#include "bot/config/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "bot/base/text.h"
#include "bot/base/time.h"

namespace kedge::config {
namespace {

std::string nearest(std::string_view name, const std::vector<Key>& keys) {
  constexpr std::size_t kNameBytesMax = 64;
  if (name.size() > kNameBytesMax) return "";
  std::string best;
  std::size_t distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const Key& key : keys) {
    const std::size_t one = edit_distance(name, key.name);
    if (one < distance) {
      distance = one;
      best = key.name;
    }
  }
  return best.empty() ? "" : fmt::format("; did you mean `{}`?", best);
}

/// One line of it, at most.
std::string shown(const std::string& text) {
  std::string line = truncate_utf8(to_valid_utf8(text), 60);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

/// A file of mistakes must not make a report without end.
void add(Findings& findings, Problem problem) {
  if (findings.problems.size() < kProblemsMax) findings.problems.push_back(std::move(problem));
}

bool is_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
}

bool fits(const std::string& text, const Form& form) {
  switch (form.shape) {
    case Shape::integer: {
      const auto value = read_integer(text);
      return value && *value >= 0 && *value <= form.most;
    }
    case Shape::number:
      return is_number(text);
    case Shape::boolean:
      return text == "true" || text == "false";
    case Shape::duration:
      return parse_duration(text).has_value();
    case Shape::choice:
      return std::ranges::find(form.choices, text) != form.choices.end();
    default:
      return true;
  }
}

std::string join_path(const std::string& path, std::string_view name) {
  const std::string one = shown(std::string(name));
  return path.empty() ? one : path + "." + one;
}

void expected(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  const std::string got = node.IsScalar() ? fmt::format(", not `{}`", shown(node.Scalar())) : "";
  add(findings, problem_at(node, fmt::format("`{}` must be {}{}", path.empty() ? "the file" : path,
                                             name_of(form), got)));
}

/// The value of a key. What is left out has no place of its own (yaml-cpp gives it that of the next word), so
/// the key's is said.
void validate_value(const YAML::Node& key, const YAML::Node& value, const Form& form, const std::string& path,
                    Findings& findings) {
  if (!value.IsNull()) return validate(value, form, path, findings);
  add(findings, problem_at(key, fmt::format("`{}` must be {}; it has no value", path, name_of(form))));
}

/// Turned off is what this version does anyway.
bool is_off(const YAML::Node& node, const Form& form) {
  if (form.shape == Shape::boolean) return node.IsScalar() && node.Scalar() == "false";
  return (node.IsSequence() || node.IsMap()) && node.size() == 0;
}

void validate_object(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      add(findings, problem_at(entry.first, "a key must be text"));
      continue;
    }
    const std::string name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      add(findings, problem_at(entry.first, fmt::format("`{}` stands here twice", join_path(path, name))));
      continue;
    }
    const auto key = std::ranges::find(form.keys, name, &Key::name);
    if (key == form.keys.end()) {
      add(findings, problem_at(entry.first, fmt::format("`{}` is not a key{}", join_path(path, name),
                                                        nearest(name, form.keys))));
      continue;
    }
    const std::size_t before = findings.not_in_force.size();
    validate_value(entry.first, entry.second, key->form, join_path(path, name), findings);
    if (key->required && entry.second.IsScalar() && entry.second.Scalar().empty())
      add(findings, problem_at(entry.second, fmt::format("`{}` must not be empty", join_path(path, name))));
    if (!key->in_force) {
      // One line for the whole of it; its parts would only repeat the same.
      findings.not_in_force.resize(before);
      if (!is_off(entry.second, key->form))
        findings.not_in_force.push_back(problem_at(entry.first, fmt::format("`{}`", join_path(path, name))));
    }
  }
  for (const Key& key : form.keys) {
    if (key.required && !seen.contains(std::string(key.name))) {
      add(findings, problem_at(node, fmt::format("`{}` is missing", join_path(path, key.name))));
    }
  }
}

void validate_map(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      add(findings, problem_at(entry.first, "a key must be text"));
      continue;
    }
    const std::string name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      add(findings, problem_at(entry.first, fmt::format("`{}` stands here twice", join_path(path, name))));
    }
    validate_value(entry.first, entry.second, form.of.front(), join_path(path, name), findings);
  }
}

}  // namespace

std::optional<int> read_integer(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void validate(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  if (form.shape == Shape::list && form.or_single && node.IsScalar())
    return validate(node, form.of.front(), path, findings);
  switch (form.shape) {
    case Shape::object:
      if (!node.IsMap()) return expected(node, form, path, findings);
      return validate_object(node, form, path, findings);
    case Shape::map:
      if (!node.IsMap()) return expected(node, form, path, findings);
      return validate_map(node, form, path, findings);
    case Shape::list: {
      if (!node.IsSequence()) return expected(node, form, path, findings);
      std::size_t index = 0;
      for (const auto& item : node)
        validate(item, form.of.front(), fmt::format("{}[{}]", path, index++), findings);
      return;
    }
    default:
      if (!node.IsScalar() || !fits(node.Scalar(), form)) expected(node, form, path, findings);
  }
}

}  // namespace kedge::config
