// SPDX-License-Identifier: Apache-2.0
// What came to a branch after the change that is to be taken back, along its first parents: where a conflict
// comes from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bot/adapters/git/first_parents.h"
#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

struct LaterCommits {
  FirstParents line;
  /// Of the carriers: at which index of the line each came to the branch.
  std::map<std::string, std::size_t> landings;
  /// The commits before this index are later than the oldest carrier.
  std::size_t end = 0;
  /// The oldest carrier came before where the line is cut: there are later commits that are not in it.
  bool is_cut = false;

  [[nodiscard]] const CommitFacts& commit(std::size_t index) const { return line.commits()[index]; }
};

Result<LaterCommits> later_commits(FirstParents line, const std::vector<std::string>& carriers);

/// Indices of the later commits that change one of the paths against their first parents, newest first.
Result<std::vector<std::size_t>> touching(const Repo& repo, const LaterCommits& later,
                                          const std::vector<std::string>& paths);

/// The bytes of the path, whatever they are.
std::string raw_path(const rollback::Conflict& conflict);

/// As people are told of it: with the title and number of its pull request, where its message has them.
rollback::CommitNote note_of(const CommitFacts& facts);

}  // namespace kedge::adapters::git
