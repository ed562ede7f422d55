// SPDX-License-Identifier: Apache-2.0
// The merge engine beside libgit2's own git_revert_commit, on histories drawn from seeds. libgit2 is known to
// call some reverts a conflict that git does cleanly, and a few clean that git does not: where the two
// differ, git decides, and the differences are counted.
#include <git2/revert.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "bot/adapters/git/revert.h"
#include "tests/support/random_history.h"

namespace kedge::adapters::git {
namespace {

/// The tree of a revert; nothing: it conflicts.
using RevertedTree = std::optional<std::string>;

RevertedTree reverted_by_libgit2(const Repo& repo, const CommitFacts& commit, const std::string& tip) {
  git_oid commit_id{};
  git_oid tip_id{};
  git_commit* raw_commit = nullptr;
  git_commit* raw_tip = nullptr;
  git_index* raw_index = nullptr;
  EXPECT_EQ(git_oid_fromstr(&commit_id, commit.sha.c_str()), 0);
  EXPECT_EQ(git_oid_fromstr(&tip_id, tip.c_str()), 0);
  EXPECT_EQ(git_commit_lookup(&raw_commit, repo.raw(), &commit_id), 0);
  EXPECT_EQ(git_commit_lookup(&raw_tip, repo.raw(), &tip_id), 0);
  const CommitHandle reverted(raw_commit);
  const CommitHandle onto(raw_tip);
  const unsigned int mainline = commit.parents.size() > 1 ? 1 : 0;
  EXPECT_EQ(git_revert_commit(&raw_index, repo.raw(), raw_commit, raw_tip, mainline, nullptr), 0);
  const std::unique_ptr<git_index, void (*)(git_index*)> index(raw_index, git_index_free);
  git_oid tree{};
  if (git_index_has_conflicts(raw_index) != 0) return std::nullopt;
  EXPECT_EQ(git_index_write_tree_to(&tree, raw_index, repo.raw()), 0);
  return to_sha(tree);
}

RevertedTree reverted_by_us(const Repo& repo, const CommitFacts& commit, const CommitFacts& tip) {
  const auto reverted = revert_onto(repo, {.onto_tree = tip.tree,
                                           .commits = {commit.sha},
                                           .mainline = 1,
                                           .paths = {},
                                           .attributes_commit = tip.sha});
  EXPECT_TRUE(reverted) << reverted.error().message;
  if (!reverted || !reverted->merged.conflicts.empty()) return std::nullopt;
  return reverted->merged.tree;
}

RevertedTree reverted_by_git(test::GitShell& git, const CommitFacts& commit, const std::string& tip) {
  git.git({"checkout", "--quiet", "--force", "--detach", tip});
  std::vector<std::string> command = {"revert", "--no-commit"};
  if (commit.parents.size() > 1) command.insert(command.end(), {"-m", "1"});
  command.push_back(commit.sha);
  if (git.try_git(command).status == 0) return git.git({"write-tree"});
  git.git({"reset", "--quiet", "--hard"});
  git.git({"clean", "--quiet", "-dff"});
  return std::nullopt;
}

class Libgit2AgreementOf : public ::testing::TestWithParam<int> {};

TEST_P(Libgit2AgreementOf, WhereTheyDifferGitSidesWithUs) {
  const test::ScratchDir scratch;
  const auto seed = static_cast<std::uint64_t>(GetParam());
  test::RandomHistory history = test::make_random_history(scratch.path() / "work", seed, 150);
  Result<Repo> repo = Repo::open(scratch.path() / "work");
  ASSERT_TRUE(repo);
  ASSERT_TRUE(repo->keep_writes_in_memory());
  int compared = 0;
  int same = 0;
  int clean = 0;
  for (const char* branch : {"main", "develop"}) {
    const auto tip = repo->commit(history.shell.sha(branch));
    ASSERT_TRUE(tip);
    for (const std::string& sha : history.commits) {
      const auto commit = repo->commit(sha);
      ASSERT_TRUE(commit);
      const RevertedTree ours = reverted_by_us(*repo, *commit, *tip);
      const RevertedTree theirs = reverted_by_libgit2(*repo, *commit, tip->sha);
      ++compared;
      clean += ours ? 1 : 0;
      same += ours == theirs ? 1 : 0;
      if (ours == theirs) continue;
      EXPECT_EQ(ours, reverted_by_git(history.shell, *commit, tip->sha)) << sha << " on " << branch;
    }
  }
  std::printf("seed %d: libgit2 agrees on %d of %d reverts; in the other %d git says what we say\n",
              GetParam(), same, compared, compared - same);
  EXPECT_GT(clean, 20);
  EXPECT_GT(compared - clean, 20);
  EXPECT_GE(same * 100, compared * 85) << "libgit2 differs in a few cases of a hundred, not more";
}
INSTANTIATE_TEST_SUITE_P(Seed, Libgit2AgreementOf, ::testing::Values(21, 22, 23));

}  // namespace
}  // namespace kedge::adapters::git
