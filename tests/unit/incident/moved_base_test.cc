// SPDX-License-Identifier: Apache-2.0
// What a push to a base does to what was planned on its older tip.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::clean_plan;
using testing::kSuspect;
using testing::Story;

void propose(Story& story) {
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42});
  story.answer<FindSuspects>(SuspectsFound{.suspects = {{.sha = kSuspect}}});
  story.answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
}

TEST(MovedBase, TheProposalIsPlannedAgain) {
  Story story;
  propose(story);
  story.give(Pushed{.branch = "main", .after = std::string(40, '9')});
  const std::vector<PlanRollback> asked = story.wanted<PlanRollback>();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].purpose, "propose");
  EXPECT_EQ(asked[0].targets, std::vector<std::string>{kSuspect});
}

TEST(MovedBase, OtherBranchesChangeNothing) {
  Story story;
  propose(story);
  story.give(Pushed{.branch = "feature", .after = std::string(40, '9')});
  EXPECT_TRUE(story.wanted<PlanRollback>().empty());
}

TEST(MovedBase, AProposalOfAnIncidentThatIsOverIsLeft) {
  Story story;
  propose(story);
  story.says("alice", Role::maintain, "/cancel a test");
  story.give(Pushed{.branch = "main", .after = std::string(40, '9')});
  EXPECT_TRUE(story.wanted<PlanRollback>().empty());
}

}  // namespace
}  // namespace kedge::incident
