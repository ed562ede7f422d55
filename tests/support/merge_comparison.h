// SPDX-License-Identifier: Apache-2.0
// Our merge of three trees beside git's: the same trees and attributes for both, in a scratch repository that
// only borrows the objects of the real one. Shared by the test on generated histories and the program that
// compares on real ones.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/adapters/git/merge_engine.h"
#include "tests/support/git_merges.h"

namespace kedge::test {

/// Tree ids; empty means the empty tree.
struct TreesToMerge {
  std::string base;
  std::string ours;
  std::string theirs;
};

enum class Agreement {
  clean,             ///< Both clean, with the same tree.
  conflict,          ///< Both conflict, on the same paths.
  other_paths,       ///< Both conflict, on different paths.
  other_tree,        ///< Both clean, with different trees.
  wrongly_clean,     ///< Ours is clean where git conflicts: the dangerous one.
  wrongly_conflict,  ///< Ours conflicts where git is clean.
  ours_stopped,      ///< Ours gave an error: an object is missing, or a limit is reached.
  /// git gave no answer that could be right: an object is missing; it died, as it does where a directory
  /// rename takes a renamed file back; it lost that file, which is in all three trees; it wrote markers into
  /// a file that it calls clean; its tree has a file and a directory of one name, as where a directory rename
  /// moves a file below another; or its list has a side without a file, as where a directory rename moves our
  /// file that took the name of a directory of the base onto one of theirs.
  git_failed
};
inline constexpr std::size_t kAgreements = 8;
std::string_view to_string(Agreement agreement);

struct ComparedMerge {
  Agreement agreement = Agreement::git_failed;
  std::optional<GitMerge> git;
  bool is_clean = false;           ///< Ours.
  std::string tree;                ///< Ours, where clean.
  std::vector<std::string> paths;  ///< Ours in conflict, sorted.
  std::vector<std::string> whole;  ///< Those with a file of the base and of both sides.
  std::string error;               ///< Of ours.
};

class MergeComparison {
 public:
  /// `objects`: the object directory to borrow from; `scratch`: an empty directory of our own.
  MergeComparison(const std::filesystem::path& objects, const std::filesystem::path& scratch);
  ~MergeComparison();

  /// In the order of the merges.
  std::vector<ComparedMerge> compare(const std::vector<TreesToMerge>& merges);
  GitShell& shell() { return shell_; }

 private:
  /// Path and blob of every .gitattributes in a tree.
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  const Attributes& attributes_in(const std::string& tree);
  std::vector<std::optional<GitMerge>> ask_git(const std::vector<TreesToMerge>& merges,
                                               const std::vector<CommitPair>& pairs);
  std::filesystem::path write_work_tree(const Attributes& attributes);
  bool git_slipped(const ComparedMerge& compared);
  bool puts_below_file(const GitMerge& merge);
  bool misses_conflicts(const ComparedMerge& compared);
  /// The file's bytes; nothing where there is none.
  std::optional<std::string> file_in(const std::string& tree, const std::string& path);
  ComparedMerge merge_ours(const TreesToMerge& merge, const std::string& ours_commit);

  std::filesystem::path scratch_;
  GitShell shell_;
  std::unique_ptr<adapters::git::Repo> repo_;
  std::map<std::string, Attributes> attributes_;  ///< By tree, also of parts of trees.
  std::size_t work_trees_ = 0;
};

}  // namespace kedge::test
