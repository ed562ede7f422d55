// SPDX-License-Identifier: Apache-2.0
// A permission that could not be read is no permission, but not "no" either: it is said, and nothing is lost.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::Story;
using namespace std::chrono_literals;

IssueLabeled critical(const std::string& actor) {
  return {.issue = 9, .title = "Logins fail", .url = "u", .labels = {"critical"}, .actor = actor};
}

const Failed kDenied{.code = "denied", .message = "cannot read the permission: members: read is missing"};

TEST(Label, WhosePermissionCannotBeReadIsRefusedAloud) {
  Story story;
  story.give(critical("bob"));
  story.answer<ReadPermission>(kDenied);
  EXPECT_TRUE(story.state.incidents.empty());
  ASSERT_EQ(story.recorded<SignalRefused>().size(), 1U);
  EXPECT_NE(story.recorded<SignalRefused>()[0].reason.find("could not be read"), std::string::npos);
  ASSERT_EQ(story.wanted<PostComment>().size(), 1U);
  EXPECT_EQ(story.wanted<PostComment>()[0].issue, 9);
  EXPECT_NE(story.wanted<PostComment>()[0].text.find("members: read"), std::string::npos);
}

TEST(Label, OfASecondPersonCountsWhileTheFirstIsBeingRead) {
  Story story;
  story.give(critical("mallory"));
  story.give(critical("bob"));
  ASSERT_EQ(story.wanted<ReadPermission>().size(), 2U);
  story.answer<ReadPermission>(PermissionRead{Role::none});
  EXPECT_TRUE(story.state.incidents.empty());
  story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_EQ(story.incident().issue, 9);
  EXPECT_EQ(story.incident().declared_by, "bob");
}

TEST(Label, OfTwoWritersIsOneIncident) {
  Story story;
  story.give(critical("alice"));
  story.give(critical("bob"));
  while (!story.wanted<ReadPermission>().empty()) story.answer<ReadPermission>(PermissionRead{Role::write});
  EXPECT_EQ(story.state.incidents.size(), 1U);
  EXPECT_EQ(story.incident().declared_by, "alice");
  EXPECT_TRUE(story.state.pending_signals.empty());
}

TEST(CloseByHand, IsUndoneWithTheReasonWhereThePermissionCannotBeRead) {
  Story story;
  story.declared();
  story.give(IssueClosedBy{.issue = 42, .actor = "bob"});
  story.answer<ReadPermission>(kDenied);
  ASSERT_EQ(story.wanted<SetIssueOpen>().size(), 1U);
  EXPECT_TRUE(story.wanted<SetIssueOpen>()[0].open);
  ASSERT_EQ(story.comments(Topic::command_refused).size(), 1U);
  EXPECT_NE(story.comments(Topic::command_refused)[0].text.find("could not be read"), std::string::npos);
  EXPECT_TRUE(story.state.commands.empty());
}

}  // namespace
}  // namespace kedge::incident
