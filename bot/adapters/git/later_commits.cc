// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/later_commits.h"

#include <algorithm>

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/trailers.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {

Result<LaterCommits> later_commits(FirstParents line, const std::vector<std::string>& carriers) {
  LaterCommits later{.line = std::move(line)};
  for (const std::string& carrier : carriers) {
    KEDGE_TRY(at, later.line.landing_of(carrier));
    if (at) {
      later.landings[carrier] = *at;
      later.end = std::max(later.end, *at);
    } else {
      later.is_cut = true;
    }
  }
  if (later.is_cut) later.end = later.line.commits().size();
  return later;
}

Result<std::vector<std::size_t>> touching(const Repo& repo, const LaterCommits& later,
                                          const std::vector<std::string>& paths) {
  const std::vector<CommitFacts>& commits = later.line.commits();
  std::vector<std::size_t> found;
  std::vector<std::string> newer;
  std::string newer_tree;
  for (std::size_t i = 0; i <= later.end && i < commits.size(); ++i) {
    if (commits[i].tree == newer_tree) continue;  // An empty commit lies between.
    std::vector<std::string> here;
    for (const std::string& path : paths) {
      KEDGE_TRY(entry, entry_at(repo, commits[i].tree, path));
      here.push_back(std::move(entry));
    }
    if (i > 0 && here != newer) found.push_back(i - 1);
    newer = std::move(here);
    newer_tree = commits[i].tree;
  }
  return found;
}

std::string raw_path(const rollback::Conflict& conflict) {
  if (!conflict.path_base64) return conflict.path;
  return from_base64(*conflict.path_base64).value_or(conflict.path);
}

rollback::CommitNote note_of(const CommitFacts& facts) {
  const std::string title = pull_request_title(facts.message);
  return {.sha = facts.sha,
          .subject = title.empty() ? facts.subject : title,
          .author = facts.author,
          .pull_request = read_mentions(facts.message).pull_request};
}

}  // namespace kedge::adapters::git
