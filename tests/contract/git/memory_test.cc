// SPDX-License-Identifier: Apache-2.0
// A plan leaves nothing behind in memory, clean or in conflict. What the program under bench/ shows over ten
// thousand plans, this shows over few, byte by byte; where the address sanitizer has the heap, its leak
// check at the end counts instead.
#include <gtest/gtest.h>
#include <malloc.h>

#include "bot/adapters/git/local_bases.h"
#include "bot/adapters/git/planner.h"
#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnHeap = false;
#else
constexpr bool kOwnHeap = true;
#endif

/// Caches of libgit2 and of the heap grow over so many plans.
constexpr int kWarmUp = 300;
constexpr int kPlans = 300;
/// Measured: 14 to 33, caches that still grow. A forgotten string or object id of one plan costs more.
constexpr std::ptrdiff_t kSlackAPlan = 64;

std::ptrdiff_t in_use() {
  const struct mallinfo2 heap = ::mallinfo2();
  return static_cast<std::ptrdiff_t>(heap.uordblks + heap.hblkhd);
}

class PlanMemory : public ::testing::Test {
 protected:
  PlanMemory() : clone_(test::make_clone(scratch_.path() / "work")) {
    clone_.commit("First", {{"a.txt", "1\n2\n3\n"}, {"b.txt", "b\n"}});
    clean_ = clone_.commit("Clean (#7)", {{"b.txt", "bb\n"}});
    conflict_ = clone_.commit("Break it (#8)", {{"a.txt", "1\nbroken\n3\n"}});
    clone_.git({"branch", "develop"});
    clone_.commit("Build on it", {{"a.txt", "1\nbroken and more\n3\n"}});
  }

  /// As the command line plans: opens, plans two branches, forgets.
  void plan(const std::string& target, rollback::Outcome expected) {
    Repo repo = Repo::open(clone_.directory()).value();
    ASSERT_TRUE(repo.keep_writes_in_memory());
    const PlanGround ground = local_ground(repo, {"main", "develop"}).value();
    const auto made = make_plan(repo, ground, {.targets = {target}, .branches = {"main", "develop"}});
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->branches.front().outcome, expected);
  }

  /// Bytes in use after many plans, beyond those after a few.
  std::ptrdiff_t left_behind(const std::string& target, rollback::Outcome expected) {
    for (int i = 0; i < kWarmUp; ++i) plan(target, expected);
    const std::ptrdiff_t before = in_use();
    for (int i = 0; i < kPlans; ++i) plan(target, expected);
    return in_use() - before;
  }

  void expect_nothing_left(const std::string& target, rollback::Outcome expected) {
    const std::ptrdiff_t left = left_behind(target, expected);
    if (!kOwnHeap) return;
    EXPECT_LT(left, std::ptrdiff_t{kPlans} * kSlackAPlan) << left / kPlans << " bytes a plan";
  }

  test::ScratchDir scratch_;
  test::GitShell clone_;
  std::string clean_;
  std::string conflict_;
};

TEST_F(PlanMemory, CleanPlansLeaveNothingBehind) {
  expect_nothing_left(clean_, rollback::Outcome::clean);
}

TEST_F(PlanMemory, PlansInConflictLeaveNothingBehind) {
  expect_nothing_left(conflict_, rollback::Outcome::conflict);
}

}  // namespace
}  // namespace kedge::adapters::git
