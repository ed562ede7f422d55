// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/revert.h"

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/short_sha.h"

namespace kedge::adapters::git {
namespace {

/// The commit's tree with only the wanted paths put back to what they were.
Result<std::string> narrowed(const Repo& repo, const CommitFacts& commit, const std::string& before,
                             const std::vector<std::string>& paths) {
  KEDGE_TRY(changes, changes_between(repo, commit.tree, before));
  std::erase_if(changes, [&](const Change& change) { return !is_within(change.path, paths); });
  if (changes.empty()) return commit.tree;
  return apply_changes(repo, commit.tree, changes);
}

}  // namespace

Result<std::string> parent_tree(const Repo& repo, const CommitFacts& commit, int mainline) {
  if (commit.parents.empty()) return std::string();
  const auto index = commit.parents.size() > 1 && mainline > 0 ? static_cast<std::size_t>(mainline) - 1 : 0;
  if (index >= commit.parents.size()) {
    return fail(Errc::invalid, "cannot revert merge {} against parent {}: it has {} parents", commit.sha,
                mainline, commit.parents.size());
  }
  KEDGE_TRY(parent, repo.commit(commit.parents[index]));
  return parent.tree;
}

Result<Reverted> revert_onto(const Repo& repo, const RevertRequest& request) {
  Reverted reverted{.merged = {.tree = request.onto_tree}};
  Merged& merged = reverted.merged;
  for (const std::string& sha : request.commits) {
    KEDGE_TRY(commit, repo.commit(sha));
    KEDGE_TRY(before, parent_tree(repo, commit, request.mainline));
    if (!request.paths.empty()) {
      KEDGE_TRY(only, narrowed(repo, commit, before, request.paths));
      before = only;
    }
    ThreeTrees trees{.base = commit.tree,
                     .ours = merged.tree,
                     .theirs = std::move(before),
                     .attributes_commit = request.attributes_commit,
                     .draft = {},
                     .limits = request.limits};
    if (!request.draft_on.empty())
      trees.draft = {.ours = request.draft_on, .theirs = "before " + sha.substr(0, kShownSha)};
    KEDGE_TRY(next, merge_trees(repo, trees));
    (next.tree == merged.tree ? reverted.without_effect : reverted.with_effect).push_back(sha);
    next.conflicts.insert(next.conflicts.begin(), merged.conflicts.begin(), merged.conflicts.end());
    merged = std::move(next);
    if (!merged.conflicts.empty() && request.draft_on.empty()) {
      reverted.stopped_at = sha;
      reverted.stopped_on = std::move(trees);
      break;
    }
  }
  return reverted;
}

}  // namespace kedge::adapters::git
