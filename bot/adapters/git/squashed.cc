// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/squashed.h"

#include <algorithm>
#include <optional>

#include "bot/adapters/git/merge_engine.h"

namespace kedge::adapters::git {
namespace {

/// What the pull request changed since it left the squash's parent is what the squash changes.
Result<bool> is_whole_change(const Repo& repo, const CommitFacts& squash, const CommitFacts& parent,
                             const std::string& head) {
  KEDGE_TRY(fork, repo.merge_base(parent.sha, head));
  if (!fork) return false;
  KEDGE_TRY(before, repo.commit(*fork));
  KEDGE_TRY(after, repo.commit(head));
  KEDGE_TRY(own, changes_between(repo, before.tree, after.tree));
  KEDGE_TRY(squashed, changes_between(repo, parent.tree, squash.tree));
  if (!same_shape(repo, own, squashed)) return false;
  KEDGE_TRY(own_id, patch_id(repo, before.tree, after.tree));
  KEDGE_TRY(squashed_id, patch_id(repo, parent.tree, squash.tree));
  return own_id == squashed_id;
}

/// What taking the commit back changes in the tree of `at`; nothing where it does not apply.
Result<std::optional<std::vector<Change>>> taken_back(const Repo& repo, const CommitFacts& at,
                                                      const SquashedCommit& target) {
  std::optional<std::vector<Change>> none;
  const Result<Merged> merged = merge_trees(
      repo,
      {.base = target.commit.tree, .ours = at.tree, .theirs = target.before, .attributes_commit = at.sha});
  // A limit of the merge: then it is not shown.
  if (!merged && merged.error().code == Errc::invalid) return none;
  if (!merged) return pass(Error(merged.error()));
  if (!merged->conflicts.empty()) return none;
  KEDGE_TRY(changes, changes_between(repo, at.tree, merged->tree));
  return std::optional(std::move(changes));
}

}  // namespace

Result<bool> touches_all(const Repo& repo, const CommitFacts& squash, const std::vector<Change>& wanted) {
  if (squash.parents.empty() || wanted.empty()) return false;
  KEDGE_TRY(parent, repo.commit(squash.parents.front()));
  for (const Change& change : wanted) {
    KEDGE_TRY(before, entry_at(repo, parent.tree, change.path));
    KEDGE_TRY(after, entry_at(repo, squash.tree, change.path));
    if (before == after) return false;
  }
  return true;
}

Result<bool> is_squash_of(PlanSession& session, const CommitFacts& squash, const std::string& head,
                          const SquashedCommit& target) {
  const Repo& repo = session.repo;
  KEDGE_TRY(parent, repo.commit(squash.parents.front()));
  KEDGE_TRY(wanted, changes_between(repo, target.before, target.commit.tree));
  if (wanted.empty()) return false;
  KEDGE_TRY(whole, is_whole_change(repo, squash, parent, head));
  if (whole) return true;
  KEDGE_TRY(after, taken_back(repo, squash, target));
  if (!after) return false;
  const auto is_gone = [&](const Change& change) {
    return std::ranges::count(*after, change.path, &Change::path) > 0;
  };
  if (!std::ranges::all_of(wanted, is_gone)) return false;
  KEDGE_TRY(earlier, taken_back(repo, parent, target));
  return !earlier || earlier->empty();
}

}  // namespace kedge::adapters::git
