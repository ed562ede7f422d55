// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/refusal.h"

#include <algorithm>
#include <vector>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kRefusalMax = 2000;

bool says(const std::string& text, const std::vector<std::string_view>& needles) {
  return std::ranges::any_of(needles,
                             [&](std::string_view needle) { return text.find(needle) != std::string::npos; });
}

}  // namespace

std::string clean_words(std::string_view words) {
  constexpr std::string_view kRemote = "remote:";
  std::vector<std::string> lines;
  for (const std::string& raw : split_lines(replace_all(to_valid_utf8(words), "\r", "\n"))) {
    std::string_view line = trim(raw);
    if (line.starts_with(kRemote)) line = trim(line.substr(kRemote.size()));
    if (!line.empty()) lines.emplace_back(line);
  }
  return truncate_utf8(join(lines, "\n"), kRefusalMax);
}

Error push_refusal(std::string_view ref, std::string_view status, std::string_view words) {
  const std::string said = clean_words(words);
  const std::string verbatim =
      said.empty() ? fmt::format("{}: {}", ref, status) : fmt::format("{}: {}\n{}", ref, status, said);
  const std::string text = to_lower(verbatim);
  const auto error = [&](Errc code, std::string_view reason) {
    return Error{
        .code = code, .message = fmt::format("{}: {}", reason, verbatim), .certainly_not_done = true};
  };
  if (text.find("workflow") != std::string::npos && says(text, {"permission", "scope"})) {
    return error(Errc::denied, "workflow_permission");
  }
  if (says(text, {"gh006", "gh013", "protected branch", "repository rule violations"})) {
    return error(Errc::denied, "protected_branch");
  }
  const std::string state = to_lower(status);
  if (says(state, {"already exists", "stale info", "non-fast-forward", "fetch first", "cannot lock ref",
                   "failed to update ref", "incorrect old value", "reference already exists"})) {
    return error(Errc::conflict, "branch_taken");
  }
  if (says(state, {"unpacker error", "internal server error", "missing necessary objects"})) {
    return error(Errc::unavailable, "refused");
  }
  return error(Errc::denied, "refused");
}

}  // namespace kedge::adapters::git
