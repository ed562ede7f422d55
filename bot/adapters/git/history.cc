// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/history.h"

#include <algorithm>

namespace kedge::adapters::git {
namespace {

/// A revert has its target in its history, but with a wrong clock the walk may meet it later.
constexpr std::size_t kReadBeyond = 32;

bool reverts(const BranchHistory::Entry& entry, const std::string& sha, std::int64_t pull_request) {
  const auto names = [&](const std::string& mention) { return names_commit(mention, sha); };
  return std::ranges::any_of(entry.mentions.reverts, names) ||
         (pull_request > 0 && std::ranges::count(entry.mentions.reverts_pulls, pull_request) > 0);
}

}  // namespace

Result<std::vector<std::string>> commits_between(const Repo& repo, const std::string& from,
                                                 const std::string& to, std::size_t commits_max) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repo.raw()) != 0) {
    return fail(Errc::unavailable, "cannot walk history: {}", last_error());
  }
  const RevwalkHandle walk(raw);
  const git_oid from_oid = to_oid(from);
  const git_oid to_oid_ = to_oid(to);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (git_revwalk_push(raw, &to_oid_) != 0 || git_revwalk_hide(raw, &from_oid) != 0) {
    return fail(Errc::corrupt, "cannot walk from {} to {}: {}; run `git fsck`", from, to, last_error());
  }
  std::vector<std::string> commits;
  git_oid oid{};
  while (commits.size() <= commits_max && git_revwalk_next(&oid, raw) == 0) commits.push_back(to_sha(oid));
  return commits;
}

Result<BranchHistory> BranchHistory::start(const Repo& repo, const std::string& tip,
                                           std::size_t history_max) {
  git_revwalk* raw = nullptr;
  const git_oid oid = to_oid(tip);
  if (git_revwalk_new(&raw, repo.raw()) != 0) {
    return fail(Errc::unavailable, "cannot walk history: {}", last_error());
  }
  RevwalkHandle walk(raw);
  // Assumes: without sorting the walk is by commit time and lazy; any sorting reads all history first.
  if (git_revwalk_push(raw, &oid) != 0) {
    return fail(Errc::corrupt, "cannot walk from {}: {}; run `git fsck`", tip, last_error());
  }
  return BranchHistory(repo, tip, std::move(walk), history_max);
}

Result<bool> BranchHistory::read_one() {
  if (ended_ || entries_.size() >= history_max_) return false;
  git_oid oid{};
  const int code = git_revwalk_next(&oid, walk_.get());
  if (code == GIT_ITEROVER) {
    ended_ = true;
    return false;
  }
  if (code != 0) {
    return fail(Errc::corrupt, "cannot walk the history of {}: {}; run `git fsck`", tip_, last_error());
  }
  KEDGE_TRY(facts, repo_->commit(to_sha(oid)));
  Mentions mentions = read_mentions(facts.message);
  entries_.push_back({.facts = std::move(facts), .mentions = std::move(mentions)});
  return true;
}

Result<bool> BranchHistory::holds(const std::string& sha) {
  if (find(sha) != nullptr) return true;
  // Where its time cannot be read, the walk below says why.
  const Result<std::int64_t> time = repo_->commit_time(to_oid(sha));
  const auto is_passed = [&] {
    return !entries_.empty() && entries_.back().facts.commit_time + kClockSkew < *time;
  };
  while (time && !is_passed()) {
    KEDGE_TRY(more, read_one());
    if (!more) break;
    if (entries_.back().facts.sha == sha) return true;
  }
  return repo_->contains(tip_, sha);
}

Result<void> BranchHistory::read_past(const std::string& sha) {
  const auto seen = std::ranges::find(entries_, sha, [](const Entry& entry) { return entry.facts.sha; });
  const auto found = static_cast<std::size_t>(seen - entries_.begin());
  std::size_t wanted = found < entries_.size() ? found + kReadBeyond : history_max_;
  while (entries_.size() < wanted) {
    KEDGE_TRY(more, read_one());
    if (!more) break;
    if (entries_.back().facts.sha == sha) wanted = entries_.size() + kReadBeyond;
  }
  return {};
}

Result<void> BranchHistory::read_all() {
  while (true) {
    KEDGE_TRY(more, read_one());
    if (!more) return {};
  }
}

std::optional<std::string> BranchHistory::revert_in_force(const std::string& sha,
                                                          const std::set<std::string>& ignored) const {
  Known known;
  return search_revert(sha, ignored, known);
}

std::optional<std::string> BranchHistory::search_revert(const std::string& sha,
                                                        const std::set<std::string>& ignored,
                                                        Known& known) const {
  if (const auto it = known.find(sha); it != known.end()) return it->second;
  known[sha] = std::nullopt;  // Also ends circles, which hostile or shortened names can make.
  const Entry* target = find(sha);
  const std::int64_t pull_request = target == nullptr ? 0 : target->mentions.pull_request;
  for (const Entry& entry : entries_) {
    if (ignored.contains(entry.facts.sha) || entry.facts.sha == sha) continue;
    // A number can be older than what it names, so it only counts in a later commit.
    const bool later = target != nullptr && &entry < target;
    if (!reverts(entry, sha, later ? pull_request : 0)) continue;
    if (!search_revert(entry.facts.sha, {}, known).has_value()) {
      known[sha] = entry.facts.sha;
      break;
    }
  }
  return known[sha];
}

std::vector<std::string> BranchHistory::picks_of(const std::string& sha) const {
  std::vector<std::string> picks;
  for (const Entry& entry : entries_) {
    const auto names = [&](const std::string& mention) { return names_commit(mention, sha); };
    if (std::ranges::any_of(entry.mentions.picked_from, names)) picks.push_back(entry.facts.sha);
  }
  return picks;
}

const BranchHistory::Entry* BranchHistory::find(const std::string& sha) const {
  const auto at = std::ranges::find(entries_, sha, [](const Entry& entry) { return entry.facts.sha; });
  return at == entries_.end() ? nullptr : &*at;
}

}  // namespace kedge::adapters::git
