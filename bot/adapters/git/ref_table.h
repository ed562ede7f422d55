// SPDX-License-Identifier: Apache-2.0
// All branches and tags at once, for the table of who holds a change. libgit2 hands each ref out of a copy of
// its own table, which takes a repository with 800 tags as long as all the rest of a plan.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/adapters/git/git2.h"
#include "bot/base/error.h"

namespace kedge::adapters::git {

class Repo;

/// A ref that leads to a commit.
struct RefAt {
  std::string name;  ///< In full.
  git_oid commit{};
  std::int64_t time = 0;  ///< The commit's, seconds since 1970.
};

inline constexpr std::string_view kHeads = "refs/heads/";
inline constexpr std::string_view kRemoteHeads = "refs/remotes/origin/";
inline constexpr std::string_view kTags = "refs/tags/";

/// What `packed-refs` holds, read again only where it is another file than last time: git and libgit2 replace
/// it as a whole.
class PackedRefs {
 public:
  /// Those below the prefixes, which are the same each time.
  const std::vector<RefAt>& read(const Repo& repo, const std::vector<std::string_view>& prefixes);

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t time_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::filesystem::path& file);

  Stamp stamp_;
  std::vector<RefAt> refs_;
};

/// Calls `see` with each local branch, branch of origin and tag that leads to a commit, tags peeled; in no
/// order.
void for_each_ref(const Repo& repo, const std::function<void(const RefAt&)>& see);

}  // namespace kedge::adapters::git
