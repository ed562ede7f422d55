// SPDX-License-Identifier: Apache-2.0
// The timeline, as a tired person reads it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Story;

std::vector<std::string> texts(const Incident& incident) {
  std::vector<std::string> found;
  for (const TimelineEntry& entry : incident.timeline) found.push_back(entry.text);
  return found;
}

TEST(Timeline, TellsTheMainPathWithoutRepeatingItself) {
  Story story;
  story.rollback_merged();
  story.green(301, "main", std::string(40, 'f'));
  story.green(302, "develop", std::string(40, '9'));
  story.says("alice", Role::maintain, "/resolve");
  EXPECT_THAT(
      texts(story.incident()),
      ElementsAre("CI is red on main at aaaaaaaaaaaa", "Declared as P0", "Opened issue #42",
                  "Update 1 sent to ops", "First suspect: cccccccccccc “Add cache”",
                  "bob asked for rollback r1 of cccccccccccc: the cache breaks sessions",
                  "Now mitigating: a rollback is being prepared", "Pushed rollback/main-cccccccccccc",
                  "Pushed rollback/develop-cccccccccccc", "Opened pull request #50 into main",
                  "Opened pull request #51 into develop", "CI is green on the rollback of main",
                  "CI is green on the rollback of develop", "Rollback r1 waits for approval",
                  "alice approved the rollback of main", "alice approved the rollback of develop",
                  "Rollback r1 may be merged", "alice merged the rollback of main (#50)",
                  "alice merged the rollback of develop (#51)", "Now monitoring: the rollback is merged",
                  "CI is green again on main at ffffffffffff", "CI is green on main with the rollback",
                  "Rollback r1 is done", "Resolved by alice"));
}

TEST(Timeline, SaysWhatWasGivenUpInWords) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(Failed{.code = "invalid", .message = "issues are disabled"});
  EXPECT_THAT(texts(story.incident()), Contains("Gave up on opening the issue: issues are disabled"));
  story.answer<PostUpdate>(Failed{.code = "denied", .message = "the webhook is gone"});
  EXPECT_THAT(texts(story.incident()), Not(Contains(HasSubstr("post_update"))));
}

}  // namespace
}  // namespace kedge::incident
