// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/trailers.h"

#include <algorithm>
#include <charconv>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::string_view kReverts = "this reverts commit ";
constexpr std::string_view kPicked = "(cherry picked from commit ";
constexpr std::string_view kMergedPull = "Merge pull request #";
constexpr std::size_t kShortestMention = 7;
constexpr std::size_t kLongestMention = 40;

/// The hex digits that `text` begins with; empty where they are no object name.
std::string leading_sha(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_hex(text.substr(length, 1))) ++length;
  if (length < kShortestMention || length > kLongestMention) return {};
  return to_lower(text.substr(0, length));
}

std::int64_t leading_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && number > 0 ? number : 0;
}

std::int64_t pull_request_of(std::string_view subject) {
  if (subject.starts_with(kMergedPull)) return leading_number(subject.substr(kMergedPull.size()));
  // Only the last one counts: `Revert "Parse (#4)" (#5)` is pull request 5.
  if (!subject.ends_with(')')) return 0;
  const std::size_t open = subject.rfind("(#");
  if (open == std::string_view::npos) return 0;
  const std::string_view digits = subject.substr(open + 2, subject.size() - open - 3);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return 0;
  return leading_number(digits);
}

}  // namespace

Mentions read_mentions(std::string_view message) {
  Mentions mentions;
  bool first = true;
  // Read in place: a plan reads the messages of all history down to its target.
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    const std::string_view line = trim(message.substr(0, end));
    message.remove_prefix(std::min(end + 1, message.size()));
    if (first) mentions.pull_request = pull_request_of(line);
    first = false;
    if (equals_ignore_case(line.substr(0, kReverts.size()), kReverts)) {
      std::string sha = leading_sha(line.substr(kReverts.size()));
      if (!sha.empty()) mentions.reverts.push_back(std::move(sha));
    } else if (line.starts_with(kPicked)) {
      std::string sha = leading_sha(line.substr(kPicked.size()));
      if (!sha.empty()) mentions.picked_from.push_back(std::move(sha));
    } else if (line.starts_with("Reverts ")) {
      const std::size_t hash = line.rfind('#');
      const std::int64_t number = hash == std::string_view::npos ? 0 : leading_number(line.substr(hash + 1));
      if (number > 0) mentions.reverts_pulls.push_back(number);
    }
  }
  return mentions;
}

std::string pull_request_title(std::string_view message) {
  const std::vector<std::string> lines = split_lines(message);
  if (lines.empty()) return {};
  const std::string_view subject = trim(lines.front());
  if (pull_request_of(subject) == 0) return {};
  if (!subject.starts_with(kMergedPull)) return std::string(trim(subject.substr(0, subject.rfind("(#"))));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!trim(lines[i]).empty()) return std::string(trim(lines[i]));
  }
  return {};
}

bool names_commit(std::string_view mention, std::string_view sha) {
  return mention.size() >= kShortestMention && sha.starts_with(mention);
}

}  // namespace kedge::adapters::git
