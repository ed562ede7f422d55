// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/wanted.h"

#include <algorithm>
#include <set>

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/trailers.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kPathsInMessage = 5;

}  // namespace

Result<std::vector<Wanted>> wanted_commits(const PlanSession& session,
                                           const std::vector<rollback::Target>& targets, int mainline) {
  std::vector<Wanted> wanted;
  std::set<std::string> seen;
  for (const rollback::Target& target : targets) {
    for (const std::string& sha : target.commits) {
      if (!seen.insert(sha).second) continue;
      KEDGE_TRY(facts, session.repo.commit(sha));
      KEDGE_TRY(before, parent_tree(session.repo, facts, mainline));
      wanted.push_back({.facts = std::move(facts), .before = std::move(before)});
    }
  }
  if (wanted.size() > session.limits.commits_max) {
    return fail(Errc::invalid, "cannot plan {} commits at once: at most {} (limit commits_max)",
                wanted.size(), session.limits.commits_max);
  }
  return wanted;
}

Result<int> settle_mainline(const Repo& repo, const std::vector<rollback::Target>& targets, int asked,
                            std::vector<std::string>& notes) {
  int mainline = 0;
  for (const rollback::Target& target : targets) {
    for (const std::string& sha : target.commits) {
      KEDGE_TRY(facts, repo.commit(sha));
      if (facts.parents.size() < 2) continue;
      mainline = std::max(asked, 1);
      const std::string shown = sha.substr(0, kShownSha);
      if (static_cast<std::size_t>(mainline) > facts.parents.size()) {
        return fail(Errc::invalid, "cannot revert merge {} against parent {}: it has {} parents", shown,
                    mainline, facts.parents.size());
      }
      KEDGE_TRY(parent, repo.commit(facts.parents[static_cast<std::size_t>(mainline) - 1]));
      notes.push_back(fmt::format("{} is a merge of {} parents, reverted against parent {}: {} ({}).", shown,
                                  facts.parents.size(), mainline, parent.sha.substr(0, kShownSha),
                                  parent.subject));
    }
  }
  if (mainline == 0 && asked > 1) {
    return fail(Errc::invalid, "cannot revert {} against parent {}: it is not a merge", targets.front().ref,
                asked);
  }
  return mainline;
}

Result<void> check_paths(const Repo& repo, const std::vector<Wanted>& wanted,
                         const std::vector<std::string>& paths) {
  std::vector<std::string> untouched = paths;
  std::set<std::string> touched;
  for (const Wanted& commit : wanted) {
    if (untouched.empty()) return {};
    KEDGE_TRY(changes, changes_between(repo, commit.before, commit.facts.tree));
    for (const Change& change : changes) {
      std::erase_if(untouched, [&](const std::string& path) { return is_within(change.path, {path}); });
      touched.insert(to_valid_utf8(change.path));
    }
  }
  if (untouched.empty()) return {};
  std::vector<std::string> shown;
  for (const std::string& path : touched) {
    if (shown.size() < kPathsInMessage) shown.push_back(path);
  }
  return fail(
      Errc::invalid, "cannot narrow the rollback to {}: the target changes nothing there, but {}{}",
      to_valid_utf8(join(untouched, ", ")), shown.empty() ? "nothing at all" : join(shown, ", "),
      touched.size() > shown.size() ? fmt::format(" and {} more", touched.size() - shown.size()) : "");
}

Result<void> note_relands(const Repo& repo, const std::vector<Wanted>& wanted,
                          std::vector<std::string>& notes) {
  for (const Wanted& commit : wanted) {
    for (const std::string& sha : read_mentions(commit.facts.message).reverts) {
      if (!is_full_sha(sha) || !repo.has_commit(sha)) continue;
      KEDGE_TRY(reverted, repo.commit(sha));
      notes.push_back(fmt::format("{} is a revert: rolling it back brings {} ({}) in again.",
                                  commit.facts.sha.substr(0, kShownSha), sha.substr(0, kShownSha),
                                  reverted.subject));
    }
  }
  return {};
}

}  // namespace kedge::adapters::git
