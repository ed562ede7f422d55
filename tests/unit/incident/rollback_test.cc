// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::clean_plan;
using testing::kSuspect;
using testing::run_of;
using testing::Story;
using namespace std::chrono_literals;

bool reacted(const Story& story, const std::string& content) {
  return std::ranges::any_of(story.wanted<React>(), [&](const React& one) { return one.content == content; });
}

TEST(Rollback, CommandLeadsToOnePullRequestForEachBranch) {
  Story story;
  story.rollback_open();
  const Rollback& rollback = story.incident().rollbacks.at(0);
  EXPECT_EQ(rollback.state, RollbackState::verifying);
  EXPECT_EQ(rollback.branches.at(0).pull_request, 50);
  EXPECT_EQ(rollback.branches.at(1).pull_request, 51);
  EXPECT_EQ(rollback.requested_by, "bob");
  EXPECT_EQ(rollback.reason, "the cache breaks sessions");
  EXPECT_EQ(story.incident().phase, Phase::mitigating);
  EXPECT_TRUE(reacted(story, "eyes"));
  EXPECT_TRUE(reacted(story, "rocket"));
  EXPECT_EQ(story.comments(Topic::rollback_result).size(), 1U);
}

TEST(Rollback, StrangerGetsTheReactionOnly) {
  Story story;
  story.declared();
  story.says("mallory", Role::read, std::string("/rollback ") + kSuspect);
  EXPECT_TRUE(story.incident().rollbacks.empty());
  EXPECT_TRUE(reacted(story, "confused"));
  EXPECT_TRUE(story.comments(Topic::command_refused).empty());
}

TEST(Rollback, TriagerIsToldWhoMay) {
  Story story;
  story.declared();
  story.says("carol", Role::triage, std::string("/rollback ") + kSuspect);
  ASSERT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_refused)[0].text.find("write"), std::string::npos);
}

TEST(Rollback, UnreadablePermissionIsNo) {
  Story story;
  story.declared();
  story.give(CommentPosted{
      .issue = 42, .comment_id = 5, .author = "bob", .body = std::string("/rollback ") + kSuspect});
  story.answer<ReadPermission>(
      Failed{.code = "unavailable", .message = "cannot read the permission: time-out"});
  EXPECT_TRUE(story.incident().rollbacks.empty());
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
}

TEST(Rollback, UnknownTargetIsRefusedWithTheCandidates) {
  Story story;
  story.declared();
  story.says("bob", Role::write, "/rollback v1.2.4");
  story.answer<PlanRollback>(
      Failed{.code = "not_found", .message = "cannot find v1.2.4: did you mean v1.2.3?"});
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::refused);
  ASSERT_EQ(story.comments(Topic::command_failed).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_failed)[0].text.find("v1.2.3"), std::string::npos);
  EXPECT_TRUE(reacted(story, "confused"));
}

TEST(Rollback, AVersionToRestoreAndAParentAreAskedFor) {
  Story story;
  story.declared();
  story.says("bob", Role::write, "/plan --to v1.4.0 -- src");
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect + " --mainline 2 wrong side");
  const std::vector<PlanRollback> asked = story.wanted<PlanRollback>();
  const auto by = [&](const std::string& purpose) {
    return std::ranges::find(asked, purpose, &PlanRollback::purpose);
  };
  ASSERT_NE(by("command"), asked.end());
  EXPECT_EQ(by("command")->to, "v1.4.0");
  EXPECT_TRUE(by("command")->targets.empty());
  EXPECT_EQ(by("command")->paths, std::vector<std::string>{"src"});
  ASSERT_NE(by("rollback"), asked.end());
  EXPECT_EQ(by("rollback")->mainline, 2);
  EXPECT_EQ(story.incident().rollbacks.at(0).reason, "wrong side");
}

TEST(Rollback, AnotherRepositorysPullRequestIsRefused) {
  Story story;
  story.declared();
  story.says("bob", Role::write, "/rollback https://github.com/other/api/pull/57");
  EXPECT_TRUE(story.incident().rollbacks.empty());
  ASSERT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_refused)[0].text.find("a pull request of other/api"),
            std::string::npos);
}

TEST(Rollback, ConflictOnOneBranchKeepsTheOther) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  rollback::Plan plan = clean_plan(kSuspect, {"main", "develop"});
  plan.branches[1].outcome = rollback::Outcome::conflict;
  plan.branches[1].conflicts = {{.path = "src/cache.cc"}};
  story.answer<PlanRollback>(PlanMade{plan});
  ASSERT_EQ(story.wanted<PublishBranch>().size(), 1U);
  EXPECT_EQ(story.wanted<PublishBranch>()[0].base, "main");
  story.answer<PublishBranch>(
      BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = std::string(40, 'd')});
  story.answer<OpenPullRequest>(PullOpened{.number = 50, .url = "u"});
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::verifying);
  EXPECT_TRUE(reacted(story, "confused"));
}

TEST(Rollback, ConflictOnEveryBranchEndsConflicted) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  rollback::Plan plan = clean_plan(kSuspect, {"main"});
  plan.branches[0].outcome = rollback::Outcome::conflict;
  story.answer<PlanRollback>(PlanMade{plan});
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::conflicted);
  EXPECT_EQ(story.comments(Topic::rollback_conflict).size(), 1U);
}

TEST(Rollback, MovedBaseIsPlannedAgainAndKeepsTheOtherBranch) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  story.answer<PublishBranch>(
      BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = std::string(40, 'd')});
  story.answer<PublishBranch>(Failed{.code = "conflict", .message = "base_moved: develop has a new tip"});
  ASSERT_EQ(story.wanted<PlanRollback>().size(), 1U);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  ASSERT_EQ(story.wanted<PublishBranch>().size(), 1U);
  EXPECT_EQ(story.wanted<PublishBranch>()[0].base, "develop");
}

TEST(Rollback, RefusedPushIsSaidInGitHubsWords) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(
      Failed{.code = "denied", .message = "workflow_permission: refusing to allow a GitHub App"});
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::failed);
  ASSERT_EQ(story.comments(Topic::command_failed).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_failed)[0].text.find("refusing to allow"), std::string::npos);
}

TEST(Rollback, SameTargetTwiceIsUnderWay) {
  Story story;
  story.rollback_open();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  EXPECT_EQ(story.incident().rollbacks.size(), 1U);
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
}

TEST(Rollback, OtherTargetSupersedes) {
  Story story;
  story.rollback_open();
  story.says("bob", Role::write, "/rollback " + std::string(40, 'b'));
  ASSERT_EQ(story.incident().rollbacks.size(), 2U);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::superseded);
  EXPECT_EQ(story.incident().rollbacks[1].state, RollbackState::proposed);
}

TEST(Verify, ApprovalIsAskedForOnceWhenTheHeadIsGreen) {
  Story story;
  story.rollback_open();
  story.green(201, "rollback/main-cccccccccccc", std::string(40, 'd'));
  EXPECT_EQ(story.comments(Topic::verification).size(), 1U);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying);
  story.green(202, "rollback/develop-cccccccccccc", std::string(40, 'e'));
  EXPECT_EQ(story.comments(Topic::verification).size(), 2U);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::awaiting_approval);
  story.green(202, "rollback/develop-cccccccccccc", std::string(40, 'e'));
  EXPECT_EQ(story.comments(Topic::verification).size(), 2U);
}

TEST(Verify, CiFasterThanThePullRequestIsNotLost) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(
      BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = std::string(40, 'd')});
  story.green(201, "rollback/main-cccccccccccc", std::string(40, 'd'));
  EXPECT_TRUE(story.comments(Topic::verification).empty());
  story.answer<OpenPullRequest>(PullOpened{.number = 50, .url = "u"});
  EXPECT_EQ(story.comments(Topic::verification).size(), 1U);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::awaiting_approval);
}

TEST(Verify, RedFasterThanThePullRequestIsSaidAtOnce) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(
      BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = std::string(40, 'd')});
  story.red(201, "rollback/main-cccccccccccc", std::string(40, 'd'));
  EXPECT_TRUE(story.comments(Topic::verification).empty()) << "there is nowhere to say it";
  story.answer<OpenPullRequest>(PullOpened{.number = 50, .url = "u"});
  ASSERT_EQ(story.comments(Topic::verification).size(), 1U);
  EXPECT_EQ(story.comments(Topic::verification)[0].issue, 50);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying);
}

TEST(Approve, NotByWhoAsked) {
  Story story;
  story.rollback_verified();
  story.says("bob", Role::admin, "/approve");
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty());
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
}

TEST(Approve, OnThePullRequestCountsForItsBranchOnly) {
  Story story;
  story.rollback_verified();
  story.says("alice", Role::maintain, "/approve", 50, true);
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].approvals.size(), 1U);
  EXPECT_TRUE(story.incident().rollbacks[0].branches[1].approvals.empty());
  EXPECT_EQ(story.comments(Topic::approved).size(), 1U);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::awaiting_approval);
}

TEST(Approve, ReviewCountsUnderTheSameRules) {
  Story story;
  story.rollback_verified();
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "approved", .login = "bob", .commit_sha = std::string(40, 'd')});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty()) << "bob asked for the rollback";
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "approved", .login = "dan", .commit_sha = std::string(40, '1')});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty()) << "a review of another head";
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "approved", .login = "eve", .commit_sha = std::string(40, 'd')});
  story.answer<ReadPermission>(PermissionRead{Role::read});
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty()) << "no write access";
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "approved", .login = "alice", .commit_sha = std::string(40, 'd')});
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].approvals.size(), 1U);
}

TEST(Approve, NewHeadVoidsEarlierApprovals) {
  Story story;
  story.rollback_approved();
  story.give(PullRequestChanged{.number = 50, .action = "synchronize", .head_sha = std::string(40, '3')});
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty());
  EXPECT_EQ(story.recorded<ApprovalVoided>().size(), 1U);
}

TEST(Merge, BothMergedIsMonitoringUntilTheResultIsGreen) {
  Story story;
  story.rollback_merged();
  EXPECT_EQ(story.incident().phase, Phase::monitoring);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::monitoring);
  story.green(301, "main", std::string(40, 'f'));
  // develop never ran this workflow by itself, so it has nothing to prove.
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::succeeded);
  EXPECT_EQ(story.comments(Topic::recovered).size(), 1U);
}

TEST(Merge, GreenRunThatCameBeforeTheNewsOfTheMergeCounts) {
  Story story;
  story.rollback_approved();
  story.green(301, "main", std::string(40, 'f'));
  story.give(PullRequestChanged{.number = 50,
                                .action = "closed",
                                .merged = true,
                                .merge_commit = std::string(40, 'f'),
                                .actor = "alice"});
  story.give(PullRequestChanged{.number = 51,
                                .action = "closed",
                                .merged = true,
                                .merge_commit = std::string(40, '9'),
                                .actor = "alice"});
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::succeeded);
}

TEST(Merge, RedResultFailsTheRollback) {
  Story story;
  story.rollback_merged();
  story.red(301, "main", std::string(40, 'f'));
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::failed);
  EXPECT_EQ(story.incident().phase, Phase::mitigating);
}

TEST(Merge, ClosedUnmergedAborts) {
  Story story;
  story.rollback_open();
  story.give(PullRequestChanged{.number = 50, .action = "closed", .actor = "alice"});
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying);
  story.give(PullRequestChanged{.number = 51, .action = "closed", .actor = "alice"});
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::aborted);
}

TEST(Prepare, OpensTheRollbackAtDeclaration) {
  Story story;
  story.policy.mode = Mode::prepare;
  story.declared();
  ASSERT_EQ(story.incident().rollbacks.size(), 1U);
  EXPECT_TRUE(story.incident().rollbacks[0].requested_by.empty());
}

/// Red, its suspect found and its rollback planned, before the issue is there.
void prepared_before_the_issue(Story& story) {
  story.policy.mode = Mode::prepare;
  story.red(100);
  story.answer<FindSuspects>(
      SuspectsFound{.suspects = {{.sha = kSuspect, .subject = "Add cache", .author = "bob"}}});
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
}

TEST(Prepare, WaitsForTheIssueThatItsTextsName) {
  Story story;
  prepared_before_the_issue(story);
  EXPECT_TRUE(story.wanted<PublishBranch>().empty());
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "https://github.test/acme/api/issues/42"});
  EXPECT_EQ(story.wanted<PublishBranch>().size(), 2U);
}

TEST(Prepare, GoesOnWithoutAnIssueThatCannotBe) {
  Story story;
  prepared_before_the_issue(story);
  story.answer<OpenIssue>(Failed{.code = "invalid", .message = "cannot open an issue: issues are disabled"});
  EXPECT_EQ(story.wanted<PublishBranch>().size(), 2U);
}

TEST(Prepare, LeavesProtectedAuthorsAlone) {
  Story story;
  story.policy.mode = Mode::prepare;
  story.policy.limits.never = {"bob"};
  story.declared();
  EXPECT_TRUE(story.incident().rollbacks.empty());
  EXPECT_NE(story.incident().proposal_note.find("bob"), std::string::npos);
}

TEST(Adopt, RollbackOnAnOrdinaryIssueDeclares) {
  Story story;
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect + " logins fail", 9);
  EXPECT_EQ(story.incident().issue, 9);
  EXPECT_EQ(story.incident().severity, "P3");
  EXPECT_EQ(story.incident().rollbacks.size(), 1U);
}

TEST(Command, OnSeveralOpenIncidentsListsThem) {
  Story story;
  story.declared();
  story.red(101, "develop", std::string(40, 'b'));
  story.answer<FindSuspects>(SuspectsFound{});
  story.says("bob", Role::write, "/ack", 77);
  ASSERT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_refused)[0].text.find("several"), std::string::npos);
}

TEST(Command, EchoOfItsOwnTextIsIgnoredButItsLoginAloneIsNot) {
  Story story;
  story.declared();
  story.give(CommentPosted{
      .issue = 42, .comment_id = 5, .author = "kedge[bot]", .body = "/ack\n<!-- kedge:comment id=7/1/0 -->"});
  EXPECT_TRUE(story.last.events.empty());
  story.give(CommentPosted{.issue = 42, .comment_id = 6, .author = "kedge[bot]", .body = "/ack"});
  EXPECT_FALSE(story.last.events.empty());
}

}  // namespace
}  // namespace kedge::incident
