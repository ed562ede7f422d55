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

TEST(End, ReopeningAfterTheWindowBeginsAnIncidentThatFollowsTheOldOne) {
  Story story;
  story.declared();
  const IncidentId first = story.incident().id;
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  story.pass(25h);
  story.give(IssueReopenedBy{.issue = 42, .actor = "bob"});
  EXPECT_EQ(story.state.incidents.size(), 1U) << "his permission is being read";
  const TimePoint reopened = story.now;
  story.pass(1min);
  story.answer<ReadPermission>(PermissionRead{Role::write});
  ASSERT_EQ(story.state.incidents.size(), 2U);
  EXPECT_EQ(story.state.incidents.at(first.value).phase, Phase::closed);
  const Incident& next = *open_incidents(story.state).front();
  EXPECT_EQ(next.linked_to, first);
  EXPECT_EQ(next.declared_by, "bob");
  EXPECT_EQ(next.detected_at, reopened);
  EXPECT_EQ(next.issue, 0) << "one issue tells of one incident";
  ASSERT_EQ(next.signals.size(), 1U) << "CI was never green since";
  EXPECT_EQ(story.wanted<FindSuspects>().size(), 1U);
  ASSERT_EQ(story.comments(Topic::followed).size(), 1U);
  EXPECT_EQ(story.comments(Topic::followed)[0].issue, 42);
  ASSERT_FALSE(story.wanted<SetIssueOpen>().empty());
  EXPECT_EQ(story.wanted<SetIssueOpen>().back().issue, 42);
  EXPECT_FALSE(story.wanted<SetIssueOpen>().back().open);
}

TEST(End, WindowThatPassedWhileNothingRanIsOver) {
  Story story;
  story.declared();
  const IncidentId first = story.incident().id;
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  story.now += 25h;  // The timer is due and was not fired.
  story.red(302, "main", std::string(40, '2'));
  ASSERT_EQ(story.state.incidents.size(), 2U);
  EXPECT_EQ(open_incidents(story.state).front()->linked_to, first);
}

TEST(End, ReopeningWithoutWriteAccessIsUndone) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/cancel only a test");
  story.give(IssueReopenedBy{.issue = 42, .actor = "tess"});
  story.answer<ReadPermission>(PermissionRead{Role::triage});
  EXPECT_EQ(story.state.incidents.size(), 1U);
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_FALSE(story.wanted<SetIssueOpen>().back().open);
}

TEST(End, ReopenedIssuesOfOneCauseMeanOneIncident) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  story.pass(25h);
  story.red(302, "main", std::string(40, '2'));
  const IncidentId next = open_incidents(story.state).front()->id;
  story.give(IssueReopenedBy{.issue = 42, .actor = "bob"});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  ASSERT_EQ(open_incidents(story.state).size(), 1U);
  ASSERT_EQ(story.comments(Topic::followed).size(), 1U) << "it says where it goes on";
  EXPECT_EQ(open_incidents(story.state).front()->id, next);
}

TEST(End, CandidateBecomesTheIncidentThatIsAskedFor) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  story.pass(25h);
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  story.red(302, "main", std::string(40, '2'));
  story.give(IssueReopenedBy{.issue = 42, .actor = "bob"});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  story.pass(1h);
  EXPECT_EQ(open_incidents(story.state).size(), 1U);
  EXPECT_EQ(story.state.incidents.size(), 2U);
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
