// SPDX-License-Identifier: Apache-2.0
// What comes after the end: a late issue, a timer of an earlier resolution.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::Story;
using namespace std::chrono_literals;

void opened(Story& story) {
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "https://github.test/acme/api/issues/42"});
}

TEST(End, IssueThatOpensAfterItIsClosed) {
  Story story;
  story.red(100);
  story.says("alice", Role::maintain, "/cancel only a test", 7);
  ASSERT_EQ(story.recorded<IncidentCanceled>().size(), 1U);
  EXPECT_TRUE(story.wanted<SetIssueOpen>().empty());
  opened(story);
  ASSERT_EQ(story.wanted<SetIssueOpen>().size(), 1U);
  EXPECT_EQ(story.wanted<SetIssueOpen>()[0].issue, 42);
  EXPECT_FALSE(story.wanted<SetIssueOpen>()[0].open);
  EXPECT_EQ(story.wanted<SetIssueOpen>()[0].state_reason, "not_planned");
}

TEST(End, IssueThatOpensAfterTheResolutionIsClosedAsCompleted) {
  Story story;
  story.red(100);
  story.says("alice", Role::maintain, "/resolve fixed by hand", 7);
  ASSERT_EQ(story.recorded<IncidentResolved>().size(), 1U);
  opened(story);
  ASSERT_EQ(story.wanted<SetIssueOpen>().size(), 1U);
  EXPECT_EQ(story.wanted<SetIssueOpen>()[0].state_reason, "completed");
  EXPECT_EQ(story.incident().issue, 42);
}

TEST(End, WindowOfAnEarlierResolutionClosesNothing) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  const TimePoint first_window_ends = story.now + 24h;
  story.pass(20h);
  story.give(IssueReopenedBy{.issue = 42, .actor = "bob"});
  story.says("alice", Role::maintain, "/resolve this time for good");
  const IncidentId id = story.incident().id;
  story.now = first_window_ends;
  // A timer that was read as due just before the incident was reopened.
  story.give(TimerFired{.kind = TimerKind::reopen_window_ends, .incident = id, .due_at = first_window_ends});
  EXPECT_EQ(story.incident().phase, Phase::resolved);
  story.pass(21h);
  EXPECT_EQ(story.incident().phase, Phase::closed) << "its own window ended";
}

TEST(End, LoginsInLimitsAreReadWithoutRegardToCase) {
  Story story;
  story.policy.mode = Mode::prepare;
  story.policy.limits.never = {"Renovate[bot]"};
  story.red(100);
  story.answer<FindSuspects>(
      SuspectsFound{.suspects = {{.sha = testing::kSuspect, .subject = "Bump", .author = "renovate[bot]"}}});
  story.answer<PlanRollback>(PlanMade{testing::clean_plan(testing::kSuspect, {"main"})});
  EXPECT_TRUE(story.incident().rollbacks.empty());
}

}  // namespace
}  // namespace kedge::incident
