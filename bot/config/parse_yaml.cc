// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>

#include "bot/base/text.h"
#include "bot/config/validate.h"

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

/// YAML forbids them, and yaml-cpp takes one (U+0004) for the end of the file.
std::size_t control_character(std::string_view text) {
  const auto forbidden = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
  };
  const auto at = std::ranges::find_if(text, forbidden);
  return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

Problem problem_at_byte(std::string_view text, std::size_t at, std::string message) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {.line = static_cast<int>(std::ranges::count(before, '\n')) + 1,
          .column = static_cast<int>(at - line_start) + 1,
          .message = std::move(message)};
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
  if (const std::size_t at = control_character(text); at != std::string_view::npos) {
    problems.push_back(problem_at_byte(text, at, "a control character stands here"));
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

}  // namespace kedge::config
