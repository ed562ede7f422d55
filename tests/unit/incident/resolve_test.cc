// SPDX-License-Identifier: Apache-2.0
// How an incident ends, and how it comes back: `/resolve`, `/cancel`, red again.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::run_of;
using testing::Story;
using namespace std::chrono_literals;

TEST(Resolve, RefusedWhileRollbackPending) {
  Story story;
  story.rollback_open();
  story.says("alice", Role::maintain, "/resolve it is fine");
  EXPECT_NE(story.incident().phase, Phase::resolved);
  ASSERT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_refused)[0].text.find("r1"), std::string::npos);
}

TEST(Resolve, NeedsAReasonWhereNoRollbackSucceeded) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve");
  EXPECT_NE(story.incident().phase, Phase::resolved);
  story.says("alice", Role::maintain, "/resolve fixed forward in #60");
  EXPECT_EQ(story.incident().phase, Phase::resolved);
  EXPECT_EQ(story.incident().resolution, "fixed forward in #60");
}

TEST(Resolve, ClosesTheIssueAndEndsTheClock) {
  Story story;
  story.rollback_merged();
  story.green(301, "main", std::string(40, 'f'));
  story.says("alice", Role::maintain, "/resolve");
  EXPECT_EQ(story.incident().phase, Phase::resolved);
  ASSERT_EQ(story.wanted<SetIssueOpen>().size(), 1U);
  EXPECT_FALSE(story.wanted<SetIssueOpen>()[0].open);
  EXPECT_TRUE(
      std::ranges::none_of(story.timers, [](const Timer& t) { return t.kind == TimerKind::update_due; }));
  story.pass(25h);
  EXPECT_EQ(story.incident().phase, Phase::closed);
}

TEST(Resolve, ClosedByHandIsResolveByThatPerson) {
  Story story;
  story.rollback_merged();
  story.green(301, "main", std::string(40, 'f'));
  story.give(IssueClosedBy{.issue = 42, .actor = "alice"});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_EQ(story.incident().phase, Phase::resolved);
  EXPECT_EQ(story.incident().ended_by, "alice");
}

TEST(Resolve, ClosedByHandIsReopenedWithTheReasonWhereRefused) {
  Story story;
  story.rollback_open();
  story.give(IssueClosedBy{.issue = 42, .actor = "alice"});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  ASSERT_EQ(story.wanted<SetIssueOpen>().size(), 1U);
  EXPECT_TRUE(story.wanted<SetIssueOpen>()[0].open);
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
}

TEST(Reopen, RedAgainInsideTheWindow) {
  Story story;
  story.rollback_merged();
  story.green(301, "main", std::string(40, 'f'));
  story.says("alice", Role::maintain, "/resolve");
  story.pass(1h);
  story.red(302, "main", std::string(40, '2'));
  EXPECT_EQ(story.incident().phase, Phase::investigating);
  EXPECT_EQ(story.state.incidents.size(), 1U);
  ASSERT_EQ(story.wanted<FindSuspects>().size(), 1U) << "the old suspect is not to blame for the new failure";
  EXPECT_EQ(story.wanted<FindSuspects>()[0].last_green_sha, std::string(40, 'f'));
}

TEST(Reopen, AfterTheWindowItIsANewLinkedIncident) {
  Story story;
  story.declared();
  const IncidentId first = story.incident().id;
  story.says("alice", Role::maintain, "/resolve flaky runner replaced");
  story.pass(30h);
  story.red(302, "main", std::string(40, '2'));
  ASSERT_EQ(story.state.incidents.size(), 2U);
  for (const auto& [id, incident] : story.state.incidents) {
    if (id == first.value) continue;
    EXPECT_EQ(incident.linked_to, first);
  }
}

TEST(Reopen, LateNewsOfTheOldFailureDoesNotReopen) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed");
  RunFact late = run_of(303, Conclusion::failure, "main", std::string(40, '2'));
  late.started_at = story.now - 1h;
  story.give(WorkflowCompleted{.run = late});
  EXPECT_EQ(story.incident().phase, Phase::resolved);
}

TEST(Cancel, EndsEverythingAtOnce) {
  Story story;
  story.rollback_open();
  story.says("alice", Role::maintain, "/cancel false alarm");
  EXPECT_EQ(story.state.incidents.begin()->second.phase, Phase::canceled);
  EXPECT_EQ(story.state.incidents.begin()->second.rollbacks[0].state, RollbackState::aborted);
  EXPECT_TRUE(
      std::ranges::none_of(story.timers, [](const Timer& t) { return t.kind == TimerKind::update_due; }));
}

TEST(Cancel, NeedsMaintainOrTheCommander) {
  Story story;
  story.declared();
  story.says("bob", Role::write, "/cancel");
  EXPECT_TRUE(is_open(story.incident().phase));
}

}  // namespace
}  // namespace kedge::incident
