// SPDX-License-Identifier: Apache-2.0
// One opened repository, read through plain data. Object ids are 40 hex digits. Not for two threads at once:
// libgit2's handle is not; open it again instead, that costs less than a millisecond.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bot/adapters/git/git2.h"
#include "bot/adapters/git/ref_table.h"

namespace kedge::adapters::git {

/// Clocks of the people who commit disagree by less; seconds.
inline constexpr std::int64_t kClockSkew = std::int64_t{24} * 60 * 60;

struct CommitFacts {
  std::string sha;
  std::string tree;
  std::vector<std::string> parents;
  std::string subject;  ///< Valid UTF-8.
  std::string message;  ///< Valid UTF-8.
  std::string author;
  std::string author_email;
  std::string committer_email;
  std::int64_t author_time = 0;  ///< Seconds since the epoch.
  std::int64_t commit_time = 0;
};

class Repo {
 public:
  /// Opens the repository at `dir` or above it, work tree or bare.
  /// Errors: not_found (no repository), invalid (shallow, another hash, no commit yet, somebody
  /// else's), each with what to do.
  static Result<Repo> open(const std::filesystem::path& dir);
  /// The same for exactly this bare directory, which may be without commits.
  static Result<Repo> open_mirror(const std::filesystem::path& dir);

  [[nodiscard]] git_repository* raw() const { return handle_.get(); }
  [[nodiscard]] git_odb* odb() const { return odb_.get(); }

  /// In libgit2's form. Errors: corrupt (it is not there or cannot be read).
  [[nodiscard]] Result<CommitHandle> raw_commit(const git_oid& oid) const;
  /// Errors: as raw_commit.
  [[nodiscard]] Result<CommitFacts> commit(const std::string& sha) const;
  /// Committer's date, seconds since 1970; remembered, since it never changes. Errors: corrupt.
  [[nodiscard]] Result<std::int64_t> commit_time(const git_oid& oid) const;
  [[nodiscard]] bool has_commit(const std::string& sha) const;
  [[nodiscard]] bool has_object(const std::string& sha) const;
  /// The work tree's root; empty: it is bare.
  [[nodiscard]] std::filesystem::path work_tree() const;
  /// The directory of the repository itself, `…/.git` or the bare one.
  [[nodiscard]] std::filesystem::path git_dir() const;
  [[nodiscard]] bool has_remote(const std::string& name) const;
  /// The branch whose name keeps a branch `name` from being made, such as `rollback` for
  /// `rollback/main`; empty: none does.
  [[nodiscard]] std::string branch_in_the_way(const std::string& name) const;
  /// True if the repository was cloned with a filter, so that objects may be missing without any damage.
  [[nodiscard]] bool is_partial() const;
  /// True if `tip` is `sha` or has it in its history.
  [[nodiscard]] Result<bool> contains(const std::string& tip, const std::string& sha) const;
  /// Where two histories parted last; nothing where they share no commit. Of several the first.
  [[nodiscard]] Result<std::optional<std::string>> merge_base(const std::string& one,
                                                              const std::string& other) const;
  /// The commit that the full ref name leads to, tags peeled.
  [[nodiscard]] std::optional<std::string> commit_at(const std::string& ref) const;
  /// Full names of the refs that begin with `prefix`, sorted.
  [[nodiscard]] std::vector<std::string> refs(std::string_view prefix) const;

  /// See PackedRefs::read.
  [[nodiscard]] const std::vector<RefAt>& packed_refs(const std::vector<std::string_view>& prefixes) const {
    return packed_refs_.read(*this, prefixes);
  }

  /// From here on nothing this handle writes reaches the disk: a plan leaves no trace.
  Result<void> keep_writes_in_memory();

 private:
  explicit Repo(RepositoryHandle handle, OdbHandle odb) : handle_(std::move(handle)), odb_(std::move(odb)) {}
  static Result<Repo> wrap(RepositoryHandle handle);

  RepositoryHandle handle_;
  OdbHandle odb_;
  mutable std::unordered_map<git_oid, std::int64_t, OidHash, OidEqual> commit_times_;
  mutable PackedRefs packed_refs_;
};

/// Sets a ref whatever it was. Errors: unavailable.
Result<void> set_ref(const Repo& repo, const std::string& name, const std::string& sha);
Result<void> remove_ref(const Repo& repo, const std::string& name);

}  // namespace kedge::adapters::git
