// SPDX-License-Identifier: Apache-2.0
// Plans of ranges and of lists against git applying the same reverts one after the other, on histories drawn
// from seeds: the carriers that were found, the outcome and its tree, and every closure that is offered.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "bot/adapters/git/local_clone.h"
#include "bot/base/random.h"
#include "bot/base/text.h"
#include "tests/support/random_history.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::CarrierHow;
using rollback::Outcome;
using rollback::Plan;
using test::GitShell;

constexpr int kPlansOfOneHistory = 40;

struct Compared {
  int plans = 0;
  int branches = 0;
  int clean = 0;
  int conflicts = 0;
  int shortened = 0;  ///< Conflicts of targets of which something is reverted already.
  int closures = 0;
};

/// The history and what the planner is asked about it.
class Comparison {
 public:
  explicit Comparison(std::uint64_t seed)
      : history_(test::make_random_history(scratch_.path() / "work", seed, 100)), random_(seed) {
    const Result<LocalClone> clone = LocalClone::open(scratch_.path() / "work");
    EXPECT_TRUE(clone);
    clone_.emplace(*clone);
    for (const std::string& line : split_lines(git().git({"log", "--format=%b", "main", "develop"}))) {
      constexpr std::string_view kReverts = "This reverts commit ";
      if (line.starts_with(kReverts)) reverted_.push_back(line.substr(kReverts.size(), 40));
    }
  }

  Compared run() {
    for (int i = 0; i < kPlansOfOneHistory; ++i) compare(i % 2 == 0 ? draw_list() : draw_range());
    EXPECT_TRUE(git().is_sound());
    return count_;
  }

 private:
  GitShell& git() { return history_.shell; }
  const std::string& any_commit() { return history_.commits[random_.below(history_.commits.size())]; }

  std::vector<std::string> draw_list() {
    std::vector<std::string> list;
    if (!reverted_.empty() && random_.chance(60)) list.push_back(reverted_[random_.below(reverted_.size())]);
    const std::uint64_t size = 2 + random_.below(3);
    while (list.size() < size) list.push_back(any_commit());
    return list;
  }

  std::vector<std::string> draw_range() {
    const std::string end = any_commit();
    const std::uint64_t length = 2 + random_.below(4);
    const std::string begin = end + "~" + std::to_string(length);
    if (git().try_git({"rev-parse", "--verify", "--quiet", begin}).status != 0) return {end};
    return {git().sha(begin) + ".." + end};
  }

  /// The tree after git reverted these in turn; nothing where it stops at a conflict.
  std::optional<std::string> git_reverts(const std::string& tip, const std::vector<std::string>& commits) {
    git().git({"checkout", "--quiet", "--force", "--detach", tip});
    for (const std::string& sha : commits) {
      if (git().try_git({"revert", "--no-commit", "-m", "1", sha}).status == 0 ||
          git().try_git({"revert", "--no-commit", sha}).status == 0) {
        continue;
      }
      git().git({"reset", "--quiet", "--hard"});
      git().git({"clean", "--quiet", "-dff"});
      return std::nullopt;
    }
    return git().git({"write-tree"});
  }

  std::string patch_id(const std::string& sha) {
    const std::string patch = git().git({"diff-tree", "-p", "--no-renames", sha}) + "\n";
    const std::string id = git().git({"patch-id", "--stable"}, patch);
    return id.substr(0, id.find(' '));
  }

  /// The branch has a target commit that is not to be reverted: it is already.
  bool is_shortened(const Plan& plan, const BranchPlan& branch) {
    const auto is_left_out = [&](const std::string& sha) {
      return git().try_git({"merge-base", "--is-ancestor", sha, branch.tip}).status == 0 &&
             std::ranges::count(branch.carriers, sha) == 0;
    };
    return std::ranges::any_of(plan.targets, [&](const rollback::Target& target) {
      return std::ranges::any_of(target.commits, is_left_out);
    });
  }

  void check_carriers(const Plan& plan, const BranchPlan& branch) {
    std::vector<std::string> wanted;
    for (const rollback::Target& target : plan.targets)
      wanted.insert(wanted.end(), target.commits.begin(), target.commits.end());
    for (const std::string& sha : branch.carriers) {
      EXPECT_EQ(git().try_git({"merge-base", "--is-ancestor", sha, branch.tip}).status, 0) << sha;
    }
    if (!branch.carrier) return;
    const std::string& sha = branch.carrier->sha;
    const auto is_same = [&](const std::string& one) { return one == sha; };
    const auto has_same_patch = [&](const std::string& one) { return patch_id(one) == patch_id(sha); };
    if (branch.carrier->how == CarrierHow::same) {
      EXPECT_TRUE(std::ranges::any_of(wanted, is_same));
    } else if (branch.carrier->how == CarrierHow::patch_id) {
      EXPECT_TRUE(std::ranges::any_of(wanted, has_same_patch));
    }
  }

  BranchPlan plan_again(std::vector<std::string> targets, const std::vector<std::string>& more,
                        const std::string& base) {
    targets.insert(targets.end(), more.begin(), more.end());
    const Result<Plan> plan = clone_->plan({.targets = targets, .branches = {base}});
    EXPECT_TRUE(plan) << plan.error().message;
    return plan ? plan->branches.front() : BranchPlan();
  }

  /// What is offered is what the plan of all of it does, what git does, and not more than is needed.
  void check_closure(const std::vector<std::string>& targets, const BranchPlan& branch) {
    ++count_.closures;
    const BranchPlan together = plan_again(targets, branch.closure, branch.base);
    EXPECT_EQ(together.outcome, Outcome::clean);
    EXPECT_EQ(together.tree, branch.closure_tree);
    EXPECT_EQ(git_reverts(branch.tip, together.carriers), branch.closure_tree);
    for (std::size_t left_out = 0; left_out < branch.closure.size(); ++left_out) {
      std::vector<std::string> fewer = branch.closure;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(left_out));
      EXPECT_EQ(plan_again(targets, fewer, branch.base).outcome, Outcome::conflict)
          << branch.closure[left_out] << " can be left out";
    }
  }

  void compare(const std::vector<std::string>& targets) {
    const Result<Plan> plan = clone_->plan({.targets = targets, .branches = {"main", "develop"}});
    ASSERT_TRUE(plan) << join(targets, " ") << ": " << plan.error().message;
    ++count_.plans;
    for (const BranchPlan& branch : plan->branches) {
      SCOPED_TRACE(join(targets, " ") + " on " + branch.base);
      check_carriers(*plan, branch);
      if (branch.outcome == Outcome::not_contained) continue;
      ++count_.branches;
      const std::optional<std::string> tree = git_reverts(branch.tip, branch.carriers);
      EXPECT_EQ(tree.has_value(), branch.outcome != Outcome::conflict);
      if (tree) {
        EXPECT_EQ(*tree, branch.tree.value_or(git().tree(branch.tip)));
      }
      (tree ? count_.clean : count_.conflicts) += 1;
      if (!tree && is_shortened(*plan, branch)) ++count_.shortened;
      if (!branch.closure.empty()) check_closure(targets, branch);
    }
  }

  test::ScratchDir scratch_;
  test::RandomHistory history_;
  SplitMix64 random_;
  std::vector<std::string> reverted_;
  std::optional<LocalClone> clone_;
  Compared count_;
};

class GeneratedPlansOf : public ::testing::TestWithParam<int> {};

TEST_P(GeneratedPlansOf, AreWhatGitDoesOneAfterTheOther) {
  const Compared count = Comparison(static_cast<std::uint64_t>(GetParam())).run();
  std::printf("seed %d: %d plans, %d branches, %d clean, %d conflicts (%d of them shortened), %d closures\n",
              GetParam(), count.plans, count.branches, count.clean, count.conflicts, count.shortened,
              count.closures);
  EXPECT_GT(count.clean, 10);
  EXPECT_GT(count.conflicts, 10);
  EXPECT_GT(count.shortened, 0);
  EXPECT_GT(count.closures, 3);
}
INSTANTIATE_TEST_SUITE_P(Seed, GeneratedPlansOf, ::testing::Values(11, 12, 14));

}  // namespace
}  // namespace kedge::adapters::git
