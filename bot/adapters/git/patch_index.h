// SPDX-License-Identifier: Apache-2.0
// What is remembered of commits' changes against their first parents, so that the search for the same change
// under another id compares numbers instead of trees. A patch id takes milliseconds, so it is computed once,
// and only for commits that change the same paths as the one looked for.
//
// On disk, where a mirror keeps it: the line `kedge changes 1`, then one record a commit (its id, the shape,
// the patch id or zeros), oldest first, then the SHA-256 of all that. A file that does not fit is left aside:
// all of it can be computed again. One plan at a time writes it, since a mirror is locked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "bot/adapters/git/changes.h"

namespace kedge::adapters::git {

class PatchIndex {
 public:
  static constexpr std::size_t kCommitsMax = 50'000;  ///< The oldest are dropped beyond: 2.4 MB at most.

  struct Known {
    std::uint64_t shape = 0;  ///< Of the paths and modes that change, without their contents.
    std::string patch_id;     ///< 40 hex digits; empty: not computed yet.
  };

  PatchIndex() = default;
  /// Remembers across plans in `file`, which is read when something is asked for the first time.
  explicit PatchIndex(std::filesystem::path file, std::size_t commits_max = kCommitsMax)
      : file_(std::move(file)), commits_max_(commits_max) {}

  /// Of the commit's change between these trees, from memory or computed. Errors: corrupt.
  Result<std::uint64_t> shape(const Repo& repo, const std::string& commit, const std::string& before,
                              const std::string& after);
  Result<std::string> patch_id(const Repo& repo, const std::string& commit, const std::string& before,
                               const std::string& after);

  /// Writes what is new, whole or not at all. It is a cache: a full disk costs time, not correctness.
  void save();
  /// How many changes were computed rather than remembered.
  [[nodiscard]] std::size_t computed() const { return computed_; }

 private:
  Known& known(const std::string& commit);
  void load();

  std::filesystem::path file_;
  std::size_t commits_max_ = kCommitsMax;
  bool loaded_ = false;
  bool changed_ = false;
  std::size_t computed_ = 0;
  std::unordered_map<std::string, Known> known_;
  std::vector<std::string> order_;  ///< Oldest first.
};

/// A number that is equal where the same paths change between the same modes; 0: nothing changes.
std::uint64_t shape_of(const std::vector<Change>& changes);

}  // namespace kedge::adapters::git
