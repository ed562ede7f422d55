// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::kSuspect;
using testing::run_of;
using testing::Story;
using namespace std::chrono_literals;

TEST(Declare, AReturnIsConfirmedLikeAFirstTime) {
  Story story;
  story.declared();
  story.policy.workflow_triggers.at(0).confirm = Confirm::rerun;
  story.green(150, "main", std::string(40, 'b'));
  story.says("alice", Role::maintain, "/resolve it was the network");
  const IncidentId first = story.incident().id;
  story.pass(10min);
  story.red(200, "main", std::string(40, 'd'));
  EXPECT_EQ(story.state.incidents.at(first.value).phase, Phase::resolved) << "it may be a flaky test";
  story.green(201, "main", std::string(40, 'd'));
  EXPECT_EQ(story.state.incidents.at(first.value).phase, Phase::resolved);
  story.red(300, "main", std::string(40, 'e'));
  story.red(301, "main", std::string(40, 'e'));
  EXPECT_EQ(story.state.incidents.at(first.value).phase, Phase::investigating);
  EXPECT_EQ(story.recorded<IncidentDeclared>().size(), 1U);
  EXPECT_EQ(story.recorded<IncidentReopened>().size(), 1U);
}

TEST(Declare, TwiceMeansTwoCommits) {
  Story story;
  story.policy.workflow_triggers.at(0).confirm = Confirm::twice;
  story.red(100, "main", std::string(40, 'a'));
  story.red(101, "main", std::string(40, 'a'));
  EXPECT_TRUE(story.recorded<IncidentDeclared>().empty()) << "the same commit was run again";
  story.red(102, "main", std::string(40, 'b'));
  EXPECT_EQ(story.recorded<IncidentDeclared>().size(), 1U);
}

TEST(Declare, RedRunOnAWatchedBranchOpensOneIncident) {
  Story story;
  story.red(100);
  EXPECT_EQ(story.incident().phase, Phase::investigating);
  EXPECT_EQ(story.incident().severity, "P0");
  EXPECT_EQ(story.incident().title, "CI is red on main: CI");
  EXPECT_EQ(story.wanted<OpenIssue>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<FindSuspects>().size(), 1U);
}

TEST(Declare, IncidentIdIsUrlAndRefSafe) {
  Story story;
  story.red(100);
  const std::string id = story.incident().id.value;
  EXPECT_EQ(id.size(), 13U);
  EXPECT_EQ(id[0], 'k');
  EXPECT_EQ(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
}

TEST(Declare, TwentyRedRunsOfOneCauseAreOneIncident) {
  Story story;
  for (int i = 0; i < 20; ++i) story.red(100 + i, "main", std::string(40, static_cast<char>('a' + i % 6)));
  EXPECT_EQ(story.state.incidents.size(), 1U);
  EXPECT_EQ(story.incident().signal_count, 20);
  EXPECT_EQ(story.wanted<OpenIssue>().size(), 1U);
}

TEST(Declare, TheSameDeliveryTwiceAddsNothing) {
  Story story;
  story.red(100);
  const auto before = story.state;
  story.red(100);
  EXPECT_TRUE(story.last.events.empty());
  EXPECT_TRUE(story.last.effects.empty());
  EXPECT_EQ(story.state, before);
}

TEST(Declare, ForkBranchCalledMainIsIgnored) {
  Story story;
  story.give(WorkflowCompleted{.run = run_of(100, Conclusion::failure), .from_fork = true});
  EXPECT_TRUE(story.state.incidents.empty());
}

TEST(Declare, PullRequestRunFromABranchCalledDevelopSaysNothingAboutDevelop) {
  Story story;
  RunFact run = run_of(100, Conclusion::failure, "develop");
  run.event = "pull_request";
  story.give(WorkflowCompleted{.run = run});
  EXPECT_TRUE(story.state.incidents.empty());
}

struct DeclareRow {
  const char* name;
  Conclusion conclusion;
  bool declares;
};

class DeclareConclusion : public ::testing::TestWithParam<DeclareRow> {};

TEST_P(DeclareConclusion, OnlyRedDeclares) {
  Story story;
  story.give(WorkflowCompleted{.run = run_of(100, GetParam().conclusion)});
  EXPECT_EQ(!story.state.incidents.empty(), GetParam().declares);
}

INSTANTIATE_TEST_SUITE_P(All, DeclareConclusion,
                         ::testing::Values(DeclareRow{"failure", Conclusion::failure, true},
                                           DeclareRow{"timed_out", Conclusion::timed_out, true},
                                           DeclareRow{"startup_failure", Conclusion::startup_failure, true},
                                           DeclareRow{"cancelled", Conclusion::cancelled, false},
                                           DeclareRow{"skipped", Conclusion::skipped, false},
                                           DeclareRow{"neutral", Conclusion::neutral, false},
                                           DeclareRow{"action_required", Conclusion::action_required, false},
                                           DeclareRow{"stale", Conclusion::stale, false},
                                           DeclareRow{"success", Conclusion::success, false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Declare, RedRunThatANewerGreenOvertookDeclaresNothing) {
  Story story;
  story.green(101);
  story.red(100);
  EXPECT_TRUE(story.state.incidents.empty());
}

TEST(Declare, WorkflowIsMatchedByNameOrFile) {
  for (const char* wanted : {"CI", "ci.yml", "ci"}) {
    Story story;
    story.policy.workflow_triggers.front().workflows = {wanted};
    story.red(100);
    EXPECT_EQ(story.state.incidents.size(), 1U) << wanted;
  }
  Story other;
  other.policy.workflow_triggers.front().workflows = {"Release"};
  other.red(100);
  EXPECT_TRUE(other.state.incidents.empty());
}

TEST(Confirm, RerunIsAskedForBeforeAnybodyIsTold) {
  Story story;
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  story.red(100);
  ASSERT_EQ(story.wanted<RerunFailedJobs>().size(), 1U);
  EXPECT_TRUE(story.wanted<OpenIssue>().empty());
  EXPECT_TRUE(story.wanted<PostUpdate>().empty());
}

TEST(Confirm, GreenRerunDismissesTheCandidate) {
  Story story;
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  story.red(100);
  RunFact again = run_of(100, Conclusion::success);
  again.attempt = 2;
  story.give(WorkflowCompleted{.run = again});
  story.pass(1h);
  EXPECT_TRUE(story.wanted<OpenIssue>().empty());
  EXPECT_EQ(story.state.incidents.begin()->second.phase, Phase::canceled);
}

TEST(Confirm, RedRerunDeclaresWithTheFirstDetection) {
  Story story;
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  const TimePoint detected = story.now;
  story.red(100);
  story.pass(2min);
  RunFact again = run_of(100, Conclusion::failure);
  again.attempt = 2;
  story.give(WorkflowCompleted{.run = again});
  EXPECT_EQ(story.incident().phase, Phase::investigating);
  EXPECT_EQ(story.incident().detected_at, detected);
  EXPECT_EQ(story.incident().slots.front().due_at, detected + 15min);
}

TEST(Confirm, NoAnswerWithinHalfOfTheFirstUpdateDeclares) {
  Story story;
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  story.red(100);
  story.pass(7min);
  EXPECT_TRUE(story.wanted<OpenIssue>().empty());
  story.pass(1min);
  EXPECT_EQ(story.wanted<OpenIssue>().size(), 1U);
}

TEST(Confirm, RefusedRerunDeclares) {
  Story story;
  story.policy.workflow_triggers.front().confirm = Confirm::rerun;
  story.red(100);
  story.answer<RerunFailedJobs>(
      Failed{.code = "denied", .message = "cannot rerun: actions: write is missing"});
  EXPECT_EQ(story.wanted<OpenIssue>().size(), 1U);
}

TEST(Declare, SameSuspectRedOnASecondBranchJoinsTheOpenIncident) {
  Story story;
  story.declared();
  story.red(101, "develop", std::string(40, 'b'));
  ASSERT_EQ(story.wanted<FindSuspects>().size(), 1U);
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = std::string(40, 'b')}, {.sha = kSuspect}}});
  EXPECT_EQ(story.incident().signal_count, 2);
  EXPECT_TRUE(story.wanted<OpenIssue>().empty());
}

TEST(Declare, SecondBranchWaitsWhileTheFirstIncidentStillSearches) {
  Story story;
  story.red(100);
  story.red(101, "develop", std::string(40, 'b'));
  ASSERT_EQ(story.wanted<FindSuspects>().size(), 2U);
  const Effect first = *std::ranges::find_if(
      story.pending, [](const Effect& one) { return std::holds_alternative<FindSuspects>(one.body); });
  std::erase_if(story.pending, [&](const Effect& one) { return one.id == first.id; });
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = std::string(40, 'b')}, {.sha = kSuspect}}});
  EXPECT_EQ(story.incident().signal_count, 1) << "develop's news came first";
  story.give(EffectFinished{.effect = first, .outcome = SuspectsFound{.suspects = {{.sha = kSuspect}}}});
  EXPECT_EQ(story.incident().signal_count, 2);
}

TEST(Declare, SecondBranchJoinsWhicheverNewsCameFirst) {
  Story story;
  story.red(101, "develop", std::string(40, 'b'));
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = std::string(40, 'b')}, {.sha = kSuspect}}});
  story.red(100);
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = kSuspect}}});
  EXPECT_EQ(story.incident().signal_count, 2);
}

TEST(Declare, WhatCameToBothRedBranchesIsProposedThenTheMergeThatCarriedItNot) {
  Story story;
  const std::string merge(40, 'b');
  story.red(101, "develop", merge);
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = merge}, {.sha = kSuspect}}});
  const Effect first = *std::ranges::find_if(
      story.pending, [](const Effect& one) { return std::holds_alternative<PlanRollback>(one.body); });
  std::erase_if(story.pending, [&](const Effect& one) { return one.id == first.id; });
  story.red(100);
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = kSuspect}}});
  ASSERT_EQ(story.incident().suspects.size(), 2U);
  EXPECT_EQ(story.incident().suspects.front().sha, kSuspect);
  ASSERT_EQ(story.wanted<PlanRollback>().size(), 1U);
  EXPECT_EQ(story.wanted<PlanRollback>().front().targets, std::vector<std::string>{kSuspect});
  story.give(EffectFinished{.effect = first, .outcome = PlanMade{}});
  EXPECT_FALSE(story.incident().proposal) << "the plan of the merge came late";
}

TEST(Declare, OtherSuspectOnASecondBranchIsItsOwnIncident) {
  Story story;
  story.declared();
  story.red(101, "develop", std::string(40, 'b'));
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = std::string(40, 'b')}}});
  EXPECT_EQ(open_incidents(story.state).size(), 2U);
}

TEST(Label, ByAWriterAdoptsTheIssue) {
  Story story;
  story.give(
      IssueLabeled{.issue = 9, .title = "Logins fail", .url = "u", .labels = {"critical"}, .actor = "bob"});
  EXPECT_TRUE(story.state.incidents.empty());
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_EQ(story.incident().issue, 9);
  EXPECT_TRUE(story.incident().issue_adopted);
  EXPECT_TRUE(story.wanted<OpenIssue>().empty());
  ASSERT_EQ(story.wanted<LabelIssue>().size(), 1U);
}

TEST(Label, ByAStrangerOpensNothing) {
  Story story;
  story.give(IssueLabeled{.issue = 9, .title = "Logins fail", .labels = {"P0"}, .actor = "mallory"});
  story.answer<ReadPermission>(PermissionRead{Role::read});
  EXPECT_TRUE(story.state.incidents.empty());
  EXPECT_EQ(story.recorded<SignalRefused>().size(), 1U);
}

TEST(Label, OpenedAndLabeledTogetherAreOneIncident) {
  Story story;
  story.give(IssueLabeled{.issue = 9, .title = "Logins fail", .labels = {"P0"}, .actor = "bob"});
  story.give(IssueLabeled{.issue = 9, .title = "Logins fail", .labels = {"P0"}, .actor = "bob"});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  story.give(IssueLabeled{.issue = 9, .title = "Logins fail", .labels = {"P0"}, .actor = "bob"});
  EXPECT_EQ(story.state.incidents.size(), 1U);
  EXPECT_TRUE(story.wanted<ReadPermission>().empty());
}

TEST(Observe, NothingIsWritten) {
  Story story;
  story.policy.mode = Mode::observe;
  story.red(100);
  for (const Effect& effect : story.pending) EXPECT_FALSE(writes(effect.body)) << kind_of(effect.body);
  EXPECT_EQ(story.incident().phase, Phase::investigating);
}

TEST(Issue, DeletedIsOpenedAnew) {
  Story story;
  story.declared();
  story.give(IssueGone{.issue = 42, .how = "deleted"});
  ASSERT_EQ(story.wanted<OpenIssue>().size(), 1U);
  story.answer<OpenIssue>(IssueOpened{.number = 43, .url = "u"});
  EXPECT_EQ(story.incident().issue, 43);
}

TEST(Issue, UnavailableIsSaidAndTheIncidentGoesOn) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(Failed{.code = "invalid", .message = "cannot open an issue: issues are disabled"});
  EXPECT_EQ(story.incident().issue, 0);
  EXPECT_NE(story.incident().issue_failure.find("disabled"), std::string::npos);
  EXPECT_TRUE(is_open(story.incident().phase));
}

}  // namespace
}  // namespace kedge::incident
