// SPDX-License-Identifier: Apache-2.0
#include "tests/support/git_merges.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "bot/base/text.h"

namespace kedge::test {
namespace {

/// Cuts the text up to the next NUL off; nothing where there is none.
std::optional<std::string> take_record(std::string_view& text) {
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos) return {};
  std::string record(text.substr(0, end));
  text.remove_prefix(end + 1);
  return record;
}

/// Of `--stdin --no-messages`: 1 for clean, the tree, `mode id stage<TAB>path` in conflict, an empty record.
std::optional<GitMerge> take_merge(std::string_view& text) {
  std::string_view rest = text;
  const auto clean = take_record(rest);
  const auto tree = take_record(rest);
  if (!clean || !tree) return {};
  GitMerge merge{.is_clean = *clean == "1", .tree = *tree, .paths = {}, .lost_a_side = false};
  while (true) {
    const auto stage = take_record(rest);
    if (!stage) return {};
    if (stage->empty()) break;
    merge.paths.push_back(stage->substr(stage->find('\t') + 1));
    merge.lost_a_side = merge.lost_a_side || stage->starts_with("000000 ");
  }
  std::ranges::sort(merge.paths);
  const auto again = std::ranges::unique(merge.paths);
  merge.paths.erase(again.begin(), again.end());
  text = rest;
  return merge;
}

}  // namespace

std::vector<std::optional<GitMerge>> merge_pairs(GitShell& git, const std::vector<CommitPair>& pairs) {
  std::vector<std::optional<GitMerge>> merges;
  bool one_by_one = false;
  while (merges.size() < pairs.size()) {
    std::string input;
    const std::size_t end = one_by_one ? merges.size() + 1 : pairs.size();
    for (std::size_t i = merges.size(); i < end; ++i) input += pairs[i].ours + " " + pairs[i].theirs + "\n";
    const Ran ran = git.try_git({"merge-tree", "--write-tree", "--stdin", "--no-messages"}, input);
    std::string_view out = ran.out;
    while (const auto merge = take_merge(out)) merges.push_back(*merge);
    // Killed by a signal, git takes along answers that it had; else it gave up because of the next pair.
    const bool was_killed = ran.status > 128;
    if (merges.size() < end && (one_by_one || !was_killed)) merges.emplace_back();
    one_by_one = was_killed && !one_by_one;
  }
  return merges;
}

std::size_t CommitStream::add(const ModelTree& files, std::optional<std::size_t> parent) {
  if (!parent) stream_ += "reset refs/heads/made\n\n";
  stream_ += "commit refs/heads/made\nmark :" + std::to_string(count_ + 1) +
             "\ncommitter A <a@example.com> 1700000000 +0000\ndata 0\n";
  if (parent) stream_ += "from :" + std::to_string(*parent + 1) + "\n";
  stream_ += tree_commands(files) + "\n";
  return count_++;
}

std::vector<std::string> CommitStream::write(GitShell& git) const {
  std::string input = stream_;
  for (std::size_t i = 0; i < count_; ++i) input += "get-mark :" + std::to_string(i + 1) + "\n";
  // Nothing is left to point at the commits: a reference would only be one more file to write.
  input += "reset refs/heads/made\nfrom 0000000000000000000000000000000000000000\n\n";
  std::vector<std::string> ids = split_lines(git.git({"fast-import", "--quiet", "--force"}, input));
  if (ids.size() != count_) throw std::runtime_error("git fast-import made fewer commits than it was given");
  return ids;
}

std::vector<std::optional<std::string>> read_objects(GitShell& git, const std::vector<std::string>& names) {
  std::string input;
  for (const std::string& name : names) input += name + "\n";
  const std::string out = git.git({"cat-file", "--batch=%(objectsize)"}, input) + "\n";
  std::vector<std::optional<std::string>> objects;
  std::size_t at = 0;
  while (objects.size() < names.size()) {
    const std::size_t end = out.find('\n', at);
    if (end == std::string::npos) throw std::runtime_error("git cat-file ended early");
    const std::string head = out.substr(at, end - at);
    at = end + 1;
    if (head.empty() || head.find_first_not_of("0123456789") != std::string::npos) {
      objects.emplace_back();
      continue;
    }
    const std::size_t size = std::stoul(head);
    objects.emplace_back(out.substr(at, size));
    at += size + 1;
  }
  return objects;
}

}  // namespace kedge::test
