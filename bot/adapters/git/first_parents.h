// SPDX-License-Identifier: Apache-2.0
// A branch's own line: its tip, the tip's first parent, and so on. What landed on the branch landed as one of
// these, alone or through a merge.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"

namespace kedge::adapters::git {

class FirstParents {
 public:
  /// Reads from `tip` back, at most `line_max` commits, and no further than all of `wanted` where they are
  /// on it. `repo` must outlive it.
  static Result<FirstParents> read(const Repo& repo, const std::string& tip, std::size_t line_max,
                                   const std::vector<std::string>& wanted = {});

  /// Newest first.
  [[nodiscard]] const std::vector<CommitFacts>& commits() const { return commits_; }
  /// The line ends here because no more of it was read, not because it begins.
  [[nodiscard]] bool is_cut() const { return is_cut_; }

  /// Where `sha` came to the branch: the index of the oldest commit of the line that is it or holds it.
  /// Nothing: none does, or it came before where the line is cut.
  [[nodiscard]] Result<std::optional<std::size_t>> landing_of(const std::string& sha) const;

 private:
  explicit FirstParents(const Repo& repo) : repo_(&repo) {}
  const Repo* repo_;
  std::vector<CommitFacts> commits_;
  bool is_cut_ = false;
};

}  // namespace kedge::adapters::git
