// SPDX-License-Identifier: Apache-2.0
// With a plain token Kedge acts under a person's login. That person's own acts count all the same.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::Story;

constexpr const char* kOwner = "alice";

Story with_token() {
  Story story;
  story.app = false;
  story.self_login = kOwner;
  return story;
}

TEST(PlainToken, LabelOfItsOwnerOpensAnIncident) {
  Story story = with_token();
  story.give(IssueLabeled{.issue = 9, .title = "Logins fail", .url = "u", .labels = {"P0"}, .actor = kOwner});
  story.answer<ReadPermission>(PermissionRead{Role::admin});
  EXPECT_EQ(story.incident().issue, 9);
}

TEST(PlainToken, IssueThatKedgeOpenedIsNoLabelOfItsOwner) {
  Story story = with_token();
  story.red(100);
  // GitHub tells of the issue before the answer to opening it is recorded.
  story.give(IssueLabeled{
      .issue = 42, .title = "CI is red", .labels = {"P0"}, .actor = kOwner, .bears_marker = true});
  EXPECT_TRUE(story.wanted<ReadPermission>().empty());
  EXPECT_EQ(story.state.incidents.size(), 1U);
}

TEST(PlainToken, MarkerOfAnotherLoginIsNoEcho) {
  Story story = with_token();
  story.give(IssueLabeled{
      .issue = 9, .title = "Copied", .url = "u", .labels = {"P0"}, .actor = "bob", .bears_marker = true});
  EXPECT_EQ(story.wanted<ReadPermission>().size(), 1U);
}

TEST(PlainToken, CloseByItsOwnerIsResolve) {
  Story story = with_token();
  story.declared();
  story.give(IssueClosedBy{.issue = 42, .actor = kOwner});
  EXPECT_EQ(story.wanted<ReadPermission>().size(), 1U);
}

TEST(PlainToken, ReopeningByItsOwnerReopens) {
  Story story = with_token();
  story.declared();
  story.says("bob", Role::write, "/resolve fixed by hand");
  // What Kedge did itself at the end is told too, and changes nothing.
  story.give(IssueClosedBy{.issue = 42, .actor = kOwner});
  EXPECT_TRUE(story.last.events.empty());
  story.give(IssueReopenedBy{.issue = 42, .actor = kOwner});
  EXPECT_EQ(story.incident().phase, Phase::investigating);
}

TEST(PlainToken, ReviewByItsOwnerIsRead) {
  Story story = with_token();
  story.rollback_verified();
  story.give(ReviewSubmitted{
      .pull_request = 50, .state = "approved", .login = kOwner, .commit_sha = std::string(40, 'd')});
  EXPECT_EQ(story.wanted<ReadPermission>().size(), 1U);
}

TEST(App, ItsOwnLabelAndCloseAreEchoes) {
  Story story;
  story.give(IssueLabeled{.issue = 9, .title = "t", .labels = {"P0"}, .actor = "kedge[bot]"});
  EXPECT_TRUE(story.wanted<ReadPermission>().empty());
  story.declared();
  story.give(IssueClosedBy{.issue = 42, .actor = "kedge[bot]"});
  EXPECT_TRUE(story.wanted<ReadPermission>().empty());
}

}  // namespace
}  // namespace kedge::incident
