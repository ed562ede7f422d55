// SPDX-License-Identifier: Apache-2.0
// The plan against `git revert` itself, on histories drawn from seeds: every commit, on both branches.
#include <gtest/gtest.h>

#include <cstdio>

#include "bot/adapters/git/local_clone.h"
#include "bot/base/text.h"
#include "tests/support/random_history.h"

namespace kedge::adapters::git {
namespace {

using rollback::Outcome;
using test::GitShell;

struct Verdict {
  bool clean = false;
  std::string tree;
};

/// What git does in a work tree of its own with the carrier that the plan found.
Verdict git_reverts(GitShell& tree, const std::string& tip, const std::string& carrier, bool merge) {
  tree.git({"checkout", "--quiet", "--force", "--detach", tip});
  std::vector<std::string> command = {"revert", "--no-commit"};
  if (merge) command.insert(command.end(), {"-m", "1"});
  command.push_back(carrier);
  if (tree.try_git(command).status == 0) return {.clean = true, .tree = tree.git({"write-tree"})};
  tree.git({"reset", "--quiet", "--hard"});
  tree.git({"clean", "--quiet", "-dff"});
  return {};
}

struct Count {
  int compared = 0;
  int agreed = 0;
  int both_clean = 0;
  int both_conflict = 0;
  int wrongly_clean = 0;
  int wrongly_conflict = 0;
  int not_contained = 0;
};

void compare(GitShell& tree, const rollback::BranchPlan& branch, bool merge, Count& count) {
  if (branch.outcome == Outcome::not_contained) {
    ++count.not_contained;
    return;
  }
  const Verdict git = git_reverts(tree, branch.tip, branch.carriers.front(), merge);
  const bool clean = branch.outcome != Outcome::conflict;
  ++count.compared;
  count.both_clean += clean && git.clean ? 1 : 0;
  count.both_conflict += !clean && !git.clean ? 1 : 0;
  count.wrongly_clean += clean && !git.clean ? 1 : 0;
  count.wrongly_conflict += !clean && git.clean ? 1 : 0;
  count.agreed += clean == git.clean ? 1 : 0;
  if (!clean || !git.clean) return;
  // The claim that counts: where both say clean, the trees are the same.
  const std::string tip_tree = tree.tree(branch.tip);
  EXPECT_EQ(branch.tree.value_or(tip_tree), git.tree) << branch.carriers.front() << " on " << branch.base;
}

Count compare_history(std::uint64_t seed) {
  const test::ScratchDir scratch;
  test::RandomHistory history = test::make_random_history(scratch.path() / "work", seed, 110);
  const Result<LocalClone> clone = LocalClone::open(scratch.path() / "work");
  EXPECT_TRUE(clone);
  Count count;
  for (const std::string& sha : history.commits) {
    const Result<rollback::Plan> plan = clone->plan({.targets = {sha}, .branches = {"main", "develop"}});
    EXPECT_TRUE(plan) << plan.error().message;
    if (!plan) continue;
    for (const rollback::BranchPlan& branch : plan->branches) {
      const bool merge = plan->mainline > 0 && branch.carriers == std::vector<std::string>{sha};
      compare(history.shell, branch, merge, count);
    }
  }
  EXPECT_TRUE(history.shell.is_sound());
  return count;
}

class AgreementOf : public ::testing::TestWithParam<int> {};

TEST_P(AgreementOf, TreesAreGitsOwnWhereverBothAreClean) {
  const Count count = compare_history(static_cast<std::uint64_t>(GetParam()));
  std::printf(
      "seed %d: agreement with git revert %d of %d (both clean with equal trees %d, both conflict %d, "
      "wrongly "
      "clean %d, wrongly conflict %d); not compared: %d not contained\n",
      GetParam(), count.agreed, count.compared, count.both_clean, count.both_conflict, count.wrongly_clean,
      count.wrongly_conflict, count.not_contained);
  EXPECT_GT(count.both_clean, 20);
  EXPECT_GT(count.both_conflict, 10);
  EXPECT_GE(count.agreed * 100, count.compared * 95);
}
INSTANTIATE_TEST_SUITE_P(Seed, AgreementOf, ::testing::Values(1, 2, 3));

TEST(Agreement, WrittenBranchesAreSoundAndTheSameTwice) {
  const test::ScratchDir scratch;
  test::RandomHistory history = test::make_random_history(scratch.path() / "work", 7, 40);
  const Result<LocalClone> clone = LocalClone::open(scratch.path() / "work");
  ASSERT_TRUE(clone);
  const Identity identity{.name = "Bob", .email = "bob@example.com"};
  int written_count = 0;
  for (const std::string& sha : history.commits) {
    const Result<rollback::Plan> plan = clone->plan({.targets = {sha}, .branches = {"main", "develop"}});
    ASSERT_TRUE(plan) << plan.error().message;
    for (const rollback::BranchPlan& branch : plan->branches) {
      if (branch.outcome != Outcome::clean) continue;
      const LocalClone::Writing writing{.branch = branch,
                                        .plan = *plan,
                                        .reason = "",
                                        .identity = identity,
                                        .date = from_unix_ms(1'700'300'000'000)};
      const auto first = clone->write(writing);
      ASSERT_TRUE(first) << first.error().message;
      history.shell.git({"update-ref", "-d", "refs/heads/" + branch.branch});
      const auto second = clone->write(writing);
      ASSERT_TRUE(second) << second.error().message;
      EXPECT_EQ(first->commit, second->commit);
      EXPECT_FALSE(second->unchanged);
      EXPECT_EQ(history.shell.tree(branch.branch), *branch.tree);
      ++written_count;
    }
  }
  EXPECT_TRUE(history.shell.is_sound());
  std::printf("written twice with the same SHA: %d branches\n", written_count);
  EXPECT_GT(written_count, 10);
}

}  // namespace
}  // namespace kedge::adapters::git
