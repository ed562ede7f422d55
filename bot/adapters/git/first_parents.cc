// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/first_parents.h"

#include <algorithm>
#include <set>

namespace kedge::adapters::git {

Result<FirstParents> FirstParents::read(const Repo& repo, const std::string& tip, std::size_t line_max,
                                        const std::vector<std::string>& wanted) {
  FirstParents line(repo);
  std::set<std::string> missing(wanted.begin(), wanted.end());
  std::string at = tip;
  while (line.commits_.size() < line_max) {
    KEDGE_TRY(facts, repo.commit(at));
    const bool is_first = facts.parents.empty();
    if (!is_first) at = facts.parents.front();
    const bool is_last = missing.erase(facts.sha) > 0 && missing.empty();
    line.commits_.push_back(std::move(facts));
    if (is_first) return line;
    if (is_last) break;
  }
  line.is_cut_ = true;
  return line;
}

Result<std::optional<std::size_t>> FirstParents::landing_of(const std::string& sha) const {
  const auto itself = std::ranges::find(commits_, sha, &CommitFacts::sha);
  if (itself != commits_.end()) return std::optional(static_cast<std::size_t>(itself - commits_.begin()));
  // Invariant: commits before `held` hold it, those from `without` on do not.
  std::size_t held = 0;
  std::size_t without = commits_.size();
  while (held < without) {
    const std::size_t middle = held + (without - held) / 2;
    KEDGE_TRY(holds, repo_->contains(commits_[middle].sha, sha));
    if (holds) {
      held = middle + 1;
    } else {
      without = middle;
    }
  }
  if (held == 0 || (held == commits_.size() && is_cut_)) return std::optional<std::size_t>();
  return std::optional(held - 1);
}

}  // namespace kedge::adapters::git
