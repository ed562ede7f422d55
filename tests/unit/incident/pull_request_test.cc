// SPDX-License-Identifier: Apache-2.0
// What people, CI and chance do to rollback pull requests: news before answers, heads that move, reviews that
// are withdrawn, and bases that share a commit.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::clean_plan;
using testing::kSuspect;
using testing::Story;
using namespace std::chrono_literals;

const std::string kMainHead(40, 'd');
const std::string kDevelopHead(40, 'e');
const std::string kNewHead(40, '3');

/// The newest word on a head: `in_progress`, `success` or `failure`; empty: none.
std::string check_on(const Story& story, const std::string& head) {
  std::string word;
  for (const ReportCheck& check : story.wanted<ReportCheck>()) {
    if (check.head_sha == head) word = check.conclusion.empty() ? check.status : check.conclusion;
  }
  return word;
}

void review(Story& story, const std::string& login, const std::string& head) {
  story.give(ReviewSubmitted{.pull_request = 50, .state = "approved", .login = login, .commit_sha = head});
  story.answer<ReadPermission>(PermissionRead{Role::write});
}

/// Both branches of the rollback have the same commit, as where `develop` is where `main` is.
void equal_tips(Story& story) {
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.answer<PublishBranch>(
      BranchPublished{.branch = "rollback/develop-cccccccccccc", .commit = kMainHead});
  story.answer<OpenPullRequest>(PullOpened{.number = 50, .url = "u"});
  story.answer<OpenPullRequest>(PullOpened{.number = 51, .url = "v"});
}

TEST(EqualTips, EachBranchHasRunsOfItsOwn) {
  Story story;
  equal_tips(story);
  story.green(201, "rollback/main-cccccccccccc", kMainHead);
  EXPECT_TRUE(story.incident().rollbacks[0].branches[1].runs.empty());
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying);
  story.green(202, "rollback/develop-cccccccccccc", kMainHead);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::awaiting_approval);
}

TEST(EqualTips, TheSharedCheckIsGreenWhenAllBranchesAreApproved) {
  Story story;
  equal_tips(story);
  story.says("alice", Role::write, "/approve", 50, true);
  EXPECT_EQ(check_on(story, kMainHead), "in_progress");
  story.says("alice", Role::write, "/approve", 51, true);
  EXPECT_EQ(check_on(story, kMainHead), "success");
}

TEST(SecondTry, AfterClosedPullRequestsIsARollbackOfItsOwn) {
  Story story;
  story.rollback_open();
  story.give(PullRequestChanged{.number = 50, .action = "closed", .actor = "alice"});
  story.give(PullRequestChanged{.number = 51, .action = "closed", .actor = "alice"});
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.answer<OpenPullRequest>(PullOpened{.number = 60, .url = "u", .head_sha = kMainHead});
  story.green(201, "rollback/main-cccccccccccc", kMainHead);
  EXPECT_EQ(story.incident().rollbacks.at(1).state, RollbackState::awaiting_approval);
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::aborted);
}

TEST(News, OfAMergeThatCameBeforeOurOwnAnswerCounts) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.give(PullRequestChanged{.number = 50,
                                .action = "closed",
                                .merged = true,
                                .head_sha = kMainHead,
                                .head_ref = "rollback/main-cccccccccccc",
                                .base_ref = "main",
                                .merge_commit = std::string(40, 'f'),
                                .actor = "alice",
                                .url = "u"});
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].pull_request, 50);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::monitoring);
  story.answer<OpenPullRequest>(PullOpened{
      .number = 50, .url = "u", .head_sha = kMainHead, .merged = true, .merge_commit = std::string(40, 'f')});
  EXPECT_EQ(story.recorded<PullRequestMerged>().size(), 1U);
}

TEST(News, OfAForkWithOurBranchNameIsNotOurs) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.give(PullRequestChanged{.number = 66,
                                .action = "opened",
                                .head_sha = kMainHead,
                                .head_ref = "rollback/main-cccccccccccc",
                                .base_ref = "main",
                                .actor = "mallory",
                                .from_fork = true});
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].pull_request, 0);
}

TEST(News, ThatNeverCameIsInTheAnswer) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.answer<OpenPullRequest>(PullOpened{
      .number = 50, .url = "u", .head_sha = kMainHead, .merged = true, .merge_commit = std::string(40, 'f')});
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].pull_state, PullState::merged);
  EXPECT_EQ(story.incident().phase, Phase::monitoring);
}

TEST(News, OfAMergedBaseIsSettledWhenTheOtherIsRefusedLater) {
  Story story;
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kMainHead});
  story.answer<OpenPullRequest>(PullOpened{.number = 50, .url = "u", .head_sha = kMainHead});
  story.give(PullRequestChanged{.number = 50,
                                .action = "closed",
                                .merged = true,
                                .merge_commit = std::string(40, 'f'),
                                .actor = "alice"});
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::proposed);
  story.answer<PublishBranch>(Failed{.code = "denied", .message = "protected_branch: no"});
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::monitoring);
}

TEST(Head, ApprovalOfTheOldHeadDoesNotCountForTheNewOne) {
  Story story;
  story.rollback_approved();
  EXPECT_EQ(check_on(story, kMainHead), "success");
  story.give(PullRequestChanged{.number = 50, .action = "synchronize", .head_sha = kNewHead, .actor = "dan"});
  EXPECT_EQ(check_on(story, kNewHead), "in_progress");
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying);
  review(story, "alice", kMainHead);
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty());
  review(story, "alice", kNewHead);
  EXPECT_EQ(check_on(story, kNewHead), "success");
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::verifying) << "its CI has not spoken yet";
  story.green(210, "rollback/main-cccccccccccc", kNewHead);
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::merging);
}

TEST(Head, WhoPushedItCannotApproveIt) {
  Story story;
  story.rollback_verified();
  story.give(PullRequestChanged{.number = 50, .action = "synchronize", .head_sha = kNewHead, .actor = "dan"});
  story.says("dan", Role::maintain, "/approve", 50, true);
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty());
  EXPECT_EQ(story.comments(Topic::command_refused).size(), 1U);
  review(story, "dan", kNewHead);
  EXPECT_EQ(check_on(story, kNewHead), "in_progress");
}

TEST(Approval, OfADismissedReviewIsWithdrawn) {
  Story story;
  story.rollback_verified();
  review(story, "alice", kMainHead);
  EXPECT_EQ(check_on(story, kMainHead), "success");
  story.give(
      ReviewSubmitted{.pull_request = 50, .state = "dismissed", .login = "alice", .commit_sha = kMainHead});
  EXPECT_EQ(check_on(story, kMainHead), "in_progress");
  EXPECT_TRUE(story.incident().rollbacks[0].branches[0].approvals.empty());
}

TEST(Approval, ByWhoAsksForChangesNowIsWithdrawnAndNobodyElses) {
  Story story;
  story.policy.severities[0].approvals = 2;
  story.rollback_approved();
  review(story, "eve", kMainHead);
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "changes_requested", .login = "eve", .commit_sha = kMainHead});
  ASSERT_EQ(story.incident().rollbacks[0].branches[0].approvals.size(), 1U);
  EXPECT_EQ(story.incident().rollbacks[0].branches[0].approvals[0].login, "alice");
}

TEST(Approval, ThatNobodyAsksForIsGreenFromTheStart) {
  Story story;
  story.policy.severities[0].approvals = 0;
  story.rollback_open();
  EXPECT_EQ(check_on(story, kMainHead), "success");
  EXPECT_EQ(check_on(story, kDevelopHead), "success");
}

TEST(Check, IsRedWhenTheRollbackIsGivenUp) {
  Story story;
  story.rollback_approved();
  story.says("alice", Role::maintain, "/cancel a drill");
  EXPECT_EQ(check_on(story, kMainHead), "failure");
  EXPECT_EQ(check_on(story, kDevelopHead), "failure");
}

TEST(MergeResult, RedWhileAnotherBaseIsOpenIsJudgedWhenThatIsMerged) {
  Story story;
  story.rollback_approved();
  const auto merged = [&](std::int64_t number, char digit) {
    story.give(PullRequestChanged{.number = number,
                                  .action = "closed",
                                  .merged = true,
                                  .merge_commit = std::string(40, digit),
                                  .actor = "alice"});
  };
  merged(50, 'f');
  story.red(301, "main", std::string(40, 'f'));
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::merging);
  merged(51, '9');
  EXPECT_EQ(story.incident().rollbacks[0].state, RollbackState::failed);
  EXPECT_EQ(story.incident().phase, Phase::mitigating);
}

TEST(MergeResult, RedRunFromBeforeTheMergeIsOldNews) {
  Story story;
  story.rollback_approved();
  const TimePoint before = story.now;
  story.pass(2min);
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
  RunFact late = testing::run_of(290, Conclusion::failure, "main", std::string(40, '7'));
  late.started_at = before;
  story.give(WorkflowCompleted{.run = late});
  EXPECT_EQ(story.incident().phase, Phase::monitoring);
}

}  // namespace
}  // namespace kedge::incident
