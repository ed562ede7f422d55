// SPDX-License-Identifier: Apache-2.0
// One bare repository on disk, through the git program. Commits and merges are git's own, so that what the
// forge says about history is what git says. Nothing is cached: git is the truth.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/time.h"

namespace kedge::sandbox::forge {

struct Signature {
  std::string name;
  std::string email;
  std::string at;  ///< ISO 8601 with zone, as git gives it.
};

struct Commit {
  std::string sha;
  std::string tree;
  std::vector<std::string> parents;
  Signature author;
  Signature committer;
  std::string message;
  std::string subject() const { return message.substr(0, message.find('\n')); }
};

struct FileChange {
  std::string path;
  std::string previous;
  std::string status;  ///< added, removed, modified, renamed
  int additions = 0;
  int deletions = 0;
};

struct TreeEntry {
  std::string mode, type, sha, path;
  std::int64_t size = 0;
};

/// What a person commits: a text, or nothing where the file goes.
using Files = std::map<std::string, std::optional<std::string>>;

struct CommitRequest {
  std::string branch;               ///< Made from `from` where it does not exist.
  std::string from;                 ///< A commit; empty: the branch's tip, or no parent.
  std::vector<std::string> merged;  ///< Further parents.
  Files files;
  std::string message;
  std::string name, email;
  TimePoint at{};
};

inline const std::string kNoCommit(40, '0');

class Git {
 public:
  Git() = default;
  explicit Git(std::string directory) : directory_(std::move(directory)) {}
  const std::string& directory() const { return directory_; }

  bool init(const std::string& default_branch) const;
  /// Every ref (`refs/heads/main` …) with its object.
  std::map<std::string, std::string> refs() const;
  /// The commit behind a name (branch, tag, SHA, also abbreviated); nothing where there is none.
  std::optional<std::string> resolve(const std::string& name) const;
  std::optional<Commit> commit(const std::string& sha) const;
  /// Newest first. `range` is a commit or `a..b`.
  std::vector<Commit> log(const std::string& range, const std::string& path, int limit) const;
  std::optional<std::string> merge_base(const std::string& a, const std::string& b) const;
  bool is_ancestor(const std::string& older, const std::string& newer) const;
  /// Branches whose tip is in the history of `sha`.
  std::set<std::string> merged_branches(const std::string& sha) const;
  int count(const std::string& range) const;
  std::vector<FileChange> changes(const std::string& from, const std::string& to) const;
  std::string patch(const std::string& from, const std::string& to) const;
  /// The bytes of a file, or nothing.
  std::optional<std::string> file(const std::string& sha, const std::string& path) const;
  std::vector<TreeEntry> tree(const std::string& sha, const std::string& path, bool recursive) const;
  /// Tracked text files under `folder` that hold `word`.
  std::vector<std::string> grep(const std::string& sha, const std::string& word,
                                const std::string& folder) const;
  /// Writes a commit; its SHA, or nothing where git refused.
  std::optional<std::string> write(const CommitRequest& request) const;
  /// The tree of the merge, or nothing for a conflict.
  std::optional<std::string> merge_tree(const std::string& ours, const std::string& theirs) const;
  std::optional<std::string> commit_tree(const std::string& tree, const std::vector<std::string>& parents,
                                         const std::string& message, const Signature& author,
                                         TimePoint at) const;
  /// Moves, makes or (empty `to`) deletes a ref if it still is at `expected` (empty: whatever it is).
  bool update_ref(const std::string& ref, const std::string& to, const std::string& expected) const;
  /// Stores the objects of a pack without moving a ref.
  bool unpack(const std::string& pack) const;

 private:
  std::optional<std::string> output(std::vector<std::string> arguments, const std::string& input = {},
                                    std::vector<std::pair<std::string, std::string>> environment = {}) const;
  std::string directory_;
  mutable std::map<std::string, Commit> commits_;
};

}  // namespace kedge::sandbox::forge
