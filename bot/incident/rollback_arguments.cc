// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "bot/base/text.h"
#include "bot/incident/command.h"

namespace kedge::incident {
namespace {

constexpr std::string_view kUsage =
    "name a commit, a tag, a pull request like `#12` or a range `a..b`, or a good version behind `--to`";
constexpr int kMainlineMax = 1000;
constexpr std::size_t kTargetBytesMax = 512;

bool is_sha(std::string_view word) {
  return word.size() >= 7 && word.size() <= 40 && is_hex(word);
}

bool is_number(std::string_view word) {
  return !word.empty() && word.size() <= 18 &&
         std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_pull_number(std::string_view word) {
  return word.starts_with('#') && is_number(word.substr(1));
}

bool is_url(std::string_view word) {
  return word.starts_with("https://") || word.starts_with("http://");
}

/// What follows `mark` in an address, up to the next part.
std::string_view part_after(std::string_view url, std::string_view mark) {
  const std::size_t at = url.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = url.substr(at + mark.size());
  return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_pull_url(std::string_view word) {
  return is_url(word) && is_number(part_after(word, "/pull/"));
}

bool is_range(std::string_view word) {
  const std::size_t dots = word.find("..");
  return dots != std::string_view::npos && dots > 0 && dots + 2 < word.size() && word[dots + 2] != '.' &&
         word.find("..", dots + 2) == std::string_view::npos;
}

/// Inside backticks, as people paste names.
std::string_view bare(std::string_view word) {
  if (word.size() > 2 && word.starts_with('`') && word.ends_with('`')) return word.substr(1, word.size() - 2);
  return word;
}

/// The target that a word certainly is; nothing where it may as well be a word of the reason.
std::optional<std::string> certain_target(std::string_view typed) {
  for (std::string_view word : {bare(typed), bare(typed.substr(0, typed.find_last_not_of(",;:.") + 1))}) {
    const std::string_view commit = is_url(word) ? part_after(word, "/commit/") : std::string_view{};
    if (is_sha(commit)) return to_lower(commit);
    if (is_sha(word)) return to_lower(word);
    if (is_pull_number(word) || is_pull_url(word)) return std::string(word);
    if (is_range(word) && !is_url(word)) return std::string(word);
  }
  return std::nullopt;
}

/// Why `target` cannot be the name of anything in git.
std::string problem_with_target(std::string_view target) {
  if (target == "--") return fmt::format("the target is missing: {}", kUsage);
  if (target.starts_with('-')) {
    return "of options only `--to` and `--mainline` are understood in a comment: name the commit to take "
           "back, "
           "for example `/rollback 1c2d3e4f5a6b`";
  }
  if (target.find("...") != std::string_view::npos) return "a range has two dots: type `/rollback a..b`";
  constexpr std::string_view kNeverInNames = "~^:?*[\\";
  const bool odd = !is_url(target) && std::ranges::any_of(target, [&](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
           kNeverInNames.find(c) != std::string_view::npos;
  });
  if (odd || target.size() > kTargetBytesMax || target.find("@{") != std::string_view::npos ||
      (is_url(target) && !is_pull_url(target))) {
    return fmt::format("the first word names no commit, tag or pull request: {}", kUsage);
  }
  return {};
}

std::string problem_with_path(std::string_view path) {
  const std::vector<std::string> parts = split(path, '/');
  if (path.starts_with('/') || std::ranges::find(parts, "..") != parts.end()) {
    return "paths are counted from the top of the repository, without a leading `/` and without `..`";
  }
  return {};
}

/// Adds `target` once; a problem where there are too many.
void add_target(RollbackArguments& arguments, std::string target) {
  if (std::ranges::find(arguments.targets, target) != arguments.targets.end()) return;
  if (arguments.targets.size() == kTargetsMax) {
    arguments.problem = fmt::format("more than {} targets: name a range `a..b` instead", kTargetsMax);
    return;
  }
  arguments.targets.push_back(std::move(target));
}

/// Takes the paths off the front of `words`, with the `--` on both sides.
std::size_t take_paths(RollbackArguments& arguments, const std::vector<std::string>& words, std::size_t i) {
  for (++i; i < words.size() && words[i] != "--"; ++i) {
    std::string path(bare(words[i]));
    if (std::string problem = problem_with_path(path); !problem.empty())
      arguments.problem = std::move(problem);
    arguments.paths.push_back(std::move(path));
  }
  if (arguments.paths.empty()) {
    arguments.problem = "no path follows `--`: type `/rollback <target> -- <path> -- <reason>`";
  }
  if (arguments.paths.size() > kPathsMax) {
    arguments.problem = fmt::format("more than {} paths: name their folders instead", kPathsMax);
  }
  return std::min(i + 1, words.size());
}

/// `--to <good>` at the front: how many words it takes; 0: it is not there.
std::size_t take_good_version(RollbackArguments& arguments, const std::vector<std::string>& words) {
  constexpr std::string_view kTo = "--to";
  if (words[0] != kTo && !words[0].starts_with("--to=")) return 0;
  const bool joined = words[0] != kTo;
  const std::string typed = joined ? words[0].substr(kTo.size() + 1) : words.size() > 1 ? words[1] : "";
  arguments.to = certain_target(typed).value_or(std::string(bare(typed)));
  if (arguments.to.empty() || is_range(arguments.to)) {
    arguments.problem = "no version follows `--to`: type `/rollback --to <commit or tag> [reason]`";
  } else {
    arguments.problem = problem_with_target(arguments.to);
  }
  return joined ? 1 : 2;
}

/// `--mainline <n>` at `i`: where the next word stands.
std::size_t take_mainline(RollbackArguments& arguments, const std::vector<std::string>& words,
                          std::size_t i) {
  constexpr std::string_view kMainline = "--mainline";
  if (i >= words.size() || !words[i].starts_with(kMainline)) return i;
  const bool joined = words[i].starts_with("--mainline=");
  const std::string number = joined                 ? words[i].substr(kMainline.size() + 1)
                             : i + 1 < words.size() ? words[i + 1]
                                                    : "";
  const int parent = is_number(number) && number.size() <= 4 ? std::stoi(number) : 0;
  if (parent < 1 || parent > kMainlineMax) {
    arguments.problem = "no parent follows `--mainline`: type `/rollback <merge> --mainline 2 [reason]`";
  }
  arguments.mainline = parent;
  return std::min(i + (joined ? 1 : 2), words.size());
}

/// All targets at the front of `words`: where the next word stands.
std::size_t take_targets(RollbackArguments& arguments, const std::vector<std::string>& words) {
  std::string first = certain_target(words[0]).value_or(std::string(bare(words[0])));
  arguments.problem = problem_with_target(first);
  if (!arguments.problem.empty()) return words.size();
  add_target(arguments, std::move(first));
  std::size_t i = 1;
  while (i < words.size() && arguments.problem.empty()) {
    std::optional<std::string> target = certain_target(words[i]);
    if (!target) break;
    arguments.problem = problem_with_target(*target);
    add_target(arguments, std::move(*target));
    ++i;
  }
  return arguments.problem.empty() ? take_mainline(arguments, words, i) : i;
}

}  // namespace

RollbackArguments parse_rollback_arguments(std::string_view rest) {
  RollbackArguments arguments;
  const std::vector<std::string> words = split_words(rest);
  if (words.empty()) {
    arguments.problem = fmt::format("the target is missing: {}", kUsage);
    return arguments;
  }
  std::size_t i = take_good_version(arguments, words);
  if (i == 0) i = take_targets(arguments, words);
  i = std::min(i, words.size());
  if (arguments.problem.empty() && i < words.size() && words[i] == "--") i = take_paths(arguments, words, i);
  arguments.reason = join({words.begin() + static_cast<std::ptrdiff_t>(i), words.end()}, " ");
  return arguments;
}

std::string target_words(std::string_view typed) {
  constexpr std::size_t kShaLength = 40;
  constexpr std::size_t kShownSha = 12;
  RollbackArguments arguments = parse_rollback_arguments(typed);
  if (!arguments.to.empty()) arguments.targets = {arguments.to};
  if (arguments.targets.empty()) return std::string(typed);
  for (std::string& target : arguments.targets) {
    const bool is_sha = target.size() == kShaLength &&
                        target.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (is_sha) target.resize(kShownSha);
  }
  const std::string paths = arguments.paths.empty() ? "" : " -- " + join(arguments.paths, " ");
  const std::string mainline =
      arguments.mainline > 0 ? fmt::format(" --mainline {}", arguments.mainline) : "";
  return (arguments.to.empty() ? "" : "--to ") + join(arguments.targets, " ") + mainline + paths;
}

}  // namespace kedge::incident
