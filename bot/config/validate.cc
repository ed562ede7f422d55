// SPDX-License-Identifier: Apache-2.0
#include "bot/config/validate.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

#include "bot/base/text.h"
#include "bot/base/time.h"

namespace kedge::config {
namespace {

Problem problem_at_mark(const YAML::Mark& mark, std::string message) {
  if (mark.is_null()) return {.message = std::move(message)};
  return {.line = mark.line + 1, .column = mark.column + 1, .message = std::move(message)};
}

/// Refuses what the tree would hide: aliases (a few of them can stand for billions of nodes) and deep
/// nesting.
class Guard : public YAML::EventHandler {
 public:
  explicit Guard(std::vector<Problem>& problems) : problems_(problems) {}
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 2) add(mark, "a second document begins; the file must hold one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    add(mark, "aliases (*name) are not supported; write the value out");
  }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark);
  }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark);
  }
  void OnMapEnd() override { --depth_; }

 private:
  void open(const YAML::Mark& mark) {
    if (++depth_ == kYamlDepthMax + 1) add(mark, fmt::format("nested deeper than {} levels", kYamlDepthMax));
  }
  void add(const YAML::Mark& mark, std::string message) {
    constexpr std::size_t kEnough = 20;
    if (problems_.size() < kEnough) problems_.push_back(problem_at_mark(mark, std::move(message)));
  }

  std::vector<Problem>& problems_;
  int depth_ = 0;
  int documents_ = 0;
};

std::string nearest(std::string_view name, const std::vector<Key>& keys) {
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

std::string shown(const std::string& text) {
  return truncate_utf8(to_valid_utf8(text), 60);
}

template <typename Number>
bool is_number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool fits(const std::string& text, const Form& form) {
  switch (form.shape) {
    case Shape::integer:
      return is_number<int>(text);
    case Shape::number:
      return is_number<double>(text);
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
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

void expected(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  const std::string got = node.IsScalar() ? fmt::format(", not `{}`", shown(node.Scalar())) : "";
  findings.problems.push_back(problem_at(
      node, fmt::format("`{}` must be {}{}", path.empty() ? "the file" : path, name_of(form), got)));
}

void validate_object(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      findings.problems.push_back(problem_at(entry.first, "a key must be text"));
      continue;
    }
    const std::string name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      findings.problems.push_back(
          problem_at(entry.first, fmt::format("`{}` stands here twice", shown(join_path(path, name)))));
      continue;
    }
    const auto key = std::ranges::find(form.keys, name, &Key::name);
    if (key == form.keys.end()) {
      findings.problems.push_back(problem_at(
          entry.first,
          fmt::format("`{}` is not a key{}", shown(join_path(path, name)), nearest(name, form.keys))));
      continue;
    }
    const std::size_t before = findings.not_in_force.size();
    validate(entry.second, key->form, join_path(path, name), findings);
    if (!key->in_force) {
      // One line for the whole of it; its parts would only repeat the same.
      findings.not_in_force.resize(before);
      const bool off =
          key->form.shape == Shape::boolean && entry.second.IsScalar() && entry.second.Scalar() == "false";
      if (!off)
        findings.not_in_force.push_back(problem_at(entry.first, fmt::format("`{}`", join_path(path, name))));
    }
  }
  for (const Key& key : form.keys) {
    if (key.required && !seen.contains(std::string(key.name))) {
      findings.problems.push_back(
          problem_at(node, fmt::format("`{}` is missing", join_path(path, key.name))));
    }
  }
}

void validate_map(const YAML::Node& node, const Form& form, const std::string& path, Findings& findings) {
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      findings.problems.push_back(problem_at(entry.first, "a key must be text"));
      continue;
    }
    const std::string name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      findings.problems.push_back(
          problem_at(entry.first, fmt::format("`{}` stands here twice", shown(join_path(path, name)))));
    }
    validate(entry.second, form.of.front(), join_path(path, name), findings);
  }
}

}  // namespace

Problem problem_at(const YAML::Node& node, std::string message) {
  return problem_at_mark(node.Mark(), std::move(message));
}

YAML::Node parse_yaml(std::string_view text, std::vector<Problem>& problems) {
  if (text.size() > kRunbookBytesMax) {
    problems.push_back(
        {.message = fmt::format("the file has {} bytes; {} are the most", text.size(), kRunbookBytesMax)});
    return {};
  }
  if (!is_valid_utf8(text)) {
    problems.push_back({.message = "the file is not UTF-8"});
    return {};
  }
  try {
    std::istringstream first{std::string(text)};
    YAML::Parser parser(first);
    Guard guard(problems);
    while (problems.empty() && parser.HandleNextDocument(guard)) {
    }
    if (!problems.empty()) return {};
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    problems.push_back(problem_at_mark(error.mark, "not YAML: " + error.msg));
    return {};
  }
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
