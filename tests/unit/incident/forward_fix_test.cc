// SPDX-License-Identifier: Apache-2.0
// `/forward-fix`, from the command to the end of its draft.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::clean_plan;
using ::testing::HasSubstr;
using testing::kSuspect;
using testing::Story;

const std::string kFix = std::string(40, '7');

rollback::Plan plan_with_conflicts(const std::vector<std::string>& on) {
  rollback::Plan plan = clean_plan(kSuspect, {"main", "develop"});
  for (rollback::BranchPlan& branch : plan.branches) {
    if (std::ranges::find(on, branch.base) == on.end()) continue;
    branch.outcome = rollback::Outcome::conflict;
    branch.tree.reset();
    branch.conflicts = {{.path = "src/session.cc"}};
  }
  return plan;
}

/// `/rollback` conflicts on these branches and on no other one.
void rollback_conflicts(Story& story, const std::vector<std::string>& on) {
  story.declared();
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect);
  story.answer<PlanRollback>(PlanMade{plan_with_conflicts(on)});
}

void push_and_open(Story& story, std::int64_t number) {
  story.answer<PushForwardFix>(BranchPublished{.commit = kFix});
  story.answer<OpenForwardFix>(PullOpened{.number = number, .url = "https://github.test/acme/api/pull/60"});
}

std::string refusal(const Story& story) {
  const auto comments = story.comments(Topic::command_refused);
  return comments.empty() ? "" : comments.back().text;
}

std::size_t reactions(const Story& story, const std::string& content) {
  return static_cast<std::size_t>(std::ranges::count(story.wanted<React>(), content, &React::content));
}

TEST(ForwardFix, OpensOneDraftForEachBranchInConflict) {
  Story story;
  rollback_conflicts(story, {"main", "develop"});
  story.says("bob", Role::write, "/forward-fix the cache went too deep");
  const std::string id = story.incident().id.value;
  const std::vector<PushForwardFix> pushes = story.wanted<PushForwardFix>();
  ASSERT_EQ(pushes.size(), 2U);
  EXPECT_EQ(pushes[0].branch, "hotfix/" + id + "-cccccccccccc");
  EXPECT_EQ(pushes[1].branch, "hotfix/" + id + "-cccccccccccc-develop");
  push_and_open(story, 60);
  EXPECT_EQ(reactions(story, "rocket"), 0U) << "the second one is not there yet";
  push_and_open(story, 61);
  EXPECT_EQ(reactions(story, "rocket"), 1U);
  EXPECT_EQ(story.comments(Topic::forward_fix).size(), 1U);
  const Incident& incident = story.incident();
  EXPECT_EQ(incident.rollbacks.at(0).state, RollbackState::forward_fix);
  EXPECT_EQ(incident.phase, Phase::mitigating);
  ASSERT_EQ(incident.fixes.size(), 2U);
  EXPECT_EQ(incident.fixes[0].pull_request, 60);
  EXPECT_EQ(incident.fixes[0].reason, "the cache went too deep");
  EXPECT_EQ(incident.fixes[1].branch().base, "develop");
}

TEST(ForwardFix, LeavesTheRollbackOfTheOtherBranchAlone) {
  Story story;
  rollback_conflicts(story, {"develop"});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = kFix});
  story.answer<OpenPullRequest>(PullOpened{.number = 50});
  story.says("bob", Role::write, "/forward-fix");
  ASSERT_EQ(story.wanted<PushForwardFix>().size(), 1U);
  EXPECT_EQ(story.wanted<PushForwardFix>()[0].branch,
            "hotfix/" + story.incident().id.value + "-cccccccccccc");
  push_and_open(story, 60);
  EXPECT_EQ(story.incident().rollbacks.at(0).state, RollbackState::verifying);
}

TEST(ForwardFix, BeginsWithTheProposalWhereNobodyAskedForARollback) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42});
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = kSuspect}}});
  story.answer<PlanRollback>(PlanMade{plan_with_conflicts({"main"})});
  story.says("bob", Role::write, "/forward-fix");
  EXPECT_EQ(story.wanted<PushForwardFix>().size(), 1U);
}

TEST(ForwardFix, IsRefusedWhereNothingConflicts) {
  Story story;
  story.rollback_open();
  story.says("bob", Role::write, "/forward-fix");
  EXPECT_THAT(refusal(story), HasSubstr("no rollback of this incident conflicts"));
  EXPECT_TRUE(story.wanted<PushForwardFix>().empty());
}

TEST(ForwardFix, AskedForAgainNamesTheOneThatStands) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  story.says("carol", Role::write, "/forward-fix");
  EXPECT_THAT(refusal(story), HasSubstr("is being prepared"));
  push_and_open(story, 60);
  story.says("carol", Role::write, "/forward-fix");
  EXPECT_THAT(refusal(story), HasSubstr("#60"));
  EXPECT_TRUE(story.wanted<PushForwardFix>().empty());
}

TEST(ForwardFix, OfAnotherBranchIsNotTheOneThatStands) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.answer<PublishBranch>(BranchPublished{.branch = "rollback/develop-cccccccccccc", .commit = kFix});
  story.answer<OpenPullRequest>(PullOpened{.number = 51});
  story.says("bob", Role::write, "/forward-fix");
  push_and_open(story, 60);
  story.give(PullRequestChanged{.number = 51, .action = "closed", .actor = "carol"});
  story.says("bob", Role::write, std::string("/rollback ") + kSuspect + " once more");
  story.answer<PlanRollback>(PlanMade{plan_with_conflicts({"develop"})});
  story.says("bob", Role::write, "/forward-fix");
  ASSERT_EQ(story.wanted<PushForwardFix>().size(), 1U) << refusal(story);
  EXPECT_EQ(story.wanted<PushForwardFix>()[0].branch,
            "hotfix/" + story.incident().id.value + "-cccccccccccc-develop");
}

TEST(ForwardFix, AfterItsMergeAnotherOneHasABranchOfItsOwn) {
  Story story;
  rollback_conflicts(story, {"main", "develop"});
  story.says("bob", Role::write, "/forward-fix");
  push_and_open(story, 60);
  push_and_open(story, 61);
  const std::string first = story.incident().fixes.at(0).branch().branch;
  story.give(PullRequestChanged{
      .number = 60, .action = "closed", .merged = true, .head_ref = first, .base_ref = "main"});
  story.says("bob", Role::write, "/forward-fix");
  ASSERT_EQ(story.wanted<PushForwardFix>().size(), 1U) << refusal(story);
  EXPECT_EQ(story.wanted<PushForwardFix>()[0].branch, first + "-main");
}

TEST(ForwardFix, ThatFailedIsToldAndMayBeAskedForAgain) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  story.answer<PushForwardFix>(
      Failed{.code = "denied", .message = "protected_branch: hotfix/** is protected"});
  EXPECT_EQ(story.incident().fixes.at(0).refusal, "protected_branch: hotfix/** is protected");
  EXPECT_EQ(reactions(story, "confused"), 1U);
  EXPECT_EQ(story.comments(Topic::forward_fix).size(), 1U);
  story.says("bob", Role::write, "/forward-fix");
  push_and_open(story, 60);
  ASSERT_EQ(story.incident().fixes.size(), 1U);
  EXPECT_EQ(story.incident().fixes[0].pull_request, 60);
}

TEST(ForwardFix, IsPushedAnewWhereTheBaseMovedBetweenTwoLooks) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  story.answer<PushForwardFix>(
      Failed{.code = "conflict", .message = "base_moved: main is at another commit"});
  EXPECT_EQ(story.wanted<PushForwardFix>().size(), 1U);
  EXPECT_EQ(story.incident().fixes.at(0).refusal, "");
}

TEST(ForwardFix, NewsOfItsPullRequestMayBeFasterThanOurOwnAnswer) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  story.answer<PushForwardFix>(BranchPublished{.commit = kFix});
  const std::string branch = story.incident().fixes.at(0).branch().branch;
  story.give(PullRequestChanged{
      .number = 60, .action = "opened", .head_sha = kFix, .head_ref = branch, .base_ref = "main"});
  EXPECT_EQ(story.incident().fixes[0].pull_request, 60);
  story.answer<OpenForwardFix>(PullOpened{.number = 60});
  EXPECT_EQ(story.comments(Topic::forward_fix).size(), 1U);
}

TEST(ForwardFix, APullRequestOfAForkWithItsNameIsNotIt) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  story.answer<PushForwardFix>(BranchPublished{.commit = kFix});
  story.give(PullRequestChanged{.number = 66,
                                .action = "opened",
                                .head_sha = kFix,
                                .head_ref = story.incident().fixes.at(0).branch().branch,
                                .base_ref = "main",
                                .from_fork = true});
  EXPECT_EQ(story.incident().fixes[0].pull_request, 0);
}

TEST(ForwardFix, ItsEndIsToldOnce) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  push_and_open(story, 60);
  const PullRequestChanged merged{.number = 60,
                                  .action = "closed",
                                  .merged = true,
                                  .head_ref = story.incident().fixes.at(0).branch().branch,
                                  .base_ref = "main",
                                  .actor = "carol"};
  story.give(merged);
  story.give(merged);
  EXPECT_EQ(story.incident().fixes[0].pull_state, PullState::merged);
  EXPECT_EQ(story.recorded<ForwardFixEnded>().size(), 1U);
}

TEST(ForwardFix, ACommandOnItsPullRequestMeansTheIncident) {
  Story story;
  rollback_conflicts(story, {"main"});
  story.says("bob", Role::write, "/forward-fix");
  push_and_open(story, 60);
  story.says("carol", Role::triage, "/ack", 60, true);
  EXPECT_EQ(story.incident().acknowledged_by, std::vector<std::string>{"carol"});
}

TEST(ForwardFix, WaitsForTheIssueThatItsTextsName) {
  Story story;
  story.red(100);
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = kSuspect}}});
  story.answer<PlanRollback>(PlanMade{plan_with_conflicts({"main"})});
  story.says("bob", Role::write, "/forward-fix", 7);
  EXPECT_TRUE(story.wanted<PushForwardFix>().empty());
  story.answer<OpenIssue>(IssueOpened{.number = 42});
  EXPECT_EQ(story.wanted<PushForwardFix>().size(), 1U);
}

}  // namespace
}  // namespace kedge::incident
