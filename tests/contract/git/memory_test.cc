// SPDX-License-Identifier: Apache-2.0
// A plan leaves nothing behind in memory. What the program under bench/ shows over ten thousand plans, this
// shows over few, byte by byte.
#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

constexpr int kWarmUp = 20;
constexpr int kPlans = 100;
constexpr std::size_t kSlack = 64UL * 1024;

TEST_F(Mirrors, PlansLeaveNoMemoryBehind) {
  const auto plan_often = [&](int times) {
    for (int i = 0; i < times; ++i) ASSERT_TRUE(plan(bad_));
  };
  plan_often(kWarmUp);
  host_->clear_log();
  const std::size_t before = ::mallinfo2().uordblks;
  plan_often(kPlans);
  host_->clear_log();
  const std::size_t after = ::mallinfo2().uordblks;
  EXPECT_LT(after, before + kSlack) << (after - before) / kPlans << " bytes a plan";
}

}  // namespace
}  // namespace kedge::adapters::git
