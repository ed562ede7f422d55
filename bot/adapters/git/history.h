// SPDX-License-Identifier: Apache-2.0
// A branch's commits, newest first, read as far as somebody asks and never beyond a limit, with what their
// messages say about other commits.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/adapters/git/trailers.h"

namespace kedge::adapters::git {

/// The commits of `to` that `from` does not hold, newest first, children before parents; at most one more
/// than `commits_max`.
Result<std::vector<std::string>> commits_between(const Repo& repo, const std::string& from,
                                                 const std::string& to, std::size_t commits_max);

class BranchHistory {
 public:
  struct Entry {
    CommitFacts facts;
    Mentions mentions;
  };

  /// `repo` must outlive it.
  static Result<BranchHistory> start(const Repo& repo, const std::string& tip, std::size_t history_max);

  /// True if the branch has the commit. It is looked for by reading, which a plan needs anyway, as far back
  /// as its time and the limit.
  Result<bool> holds(const std::string& sha);
  /// Reads on until `sha` was seen and a little further, for histories whose clocks disagree.
  Result<void> read_past(const std::string& sha);
  Result<void> read_all();

  [[nodiscard]] const std::string& tip() const { return tip_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  /// Reading ended at the limit: there are older commits that nobody looked at.
  [[nodiscard]] bool is_cut() const { return !ended_ && entries_.size() >= history_max_; }

  /// Among what was read: the newest commit that says it reverts `sha` and is not reverted itself, by what
  /// messages say. Reverts in `ignored` do not count, since they are about to be reverted as well.
  [[nodiscard]] std::optional<std::string> revert_in_force(const std::string& sha,
                                                           const std::set<std::string>& ignored) const;
  /// Among what was read: commits that say they were picked from `sha`, newest first.
  [[nodiscard]] std::vector<std::string> picks_of(const std::string& sha) const;
  [[nodiscard]] const Entry* find(const std::string& sha) const;

 private:
  BranchHistory(const Repo& repo, std::string tip, RevwalkHandle walk, std::size_t history_max)
      : repo_(&repo), tip_(std::move(tip)), walk_(std::move(walk)), history_max_(history_max) {}
  /// Which revert of a commit is in force, as far as it was found out.
  using Known = std::map<std::string, std::optional<std::string>>;
  std::optional<std::string> search_revert(const std::string& sha, const std::set<std::string>& ignored,
                                           Known& known) const;
  /// Reads one more commit; false at the end or the limit.
  Result<bool> read_one();

  const Repo* repo_;
  std::string tip_;
  RevwalkHandle walk_;
  std::size_t history_max_;
  std::vector<Entry> entries_;
  bool ended_ = false;
};

}  // namespace kedge::adapters::git
