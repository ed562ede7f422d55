// SPDX-License-Identifier: Apache-2.0
// What is given up stays in sight until it is done, and an issue that could not be opened is tried again.
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::Story;
using namespace std::chrono_literals;

const Failed kDisabled{.code = "invalid", .message = "cannot open an issue: issues are disabled"};

/// The oldest pending effect of this kind, as it went out.
template <typename Body>
Effect pending(const Story& story) {
  return *std::ranges::find_if(story.pending,
                               [](const Effect& one) { return std::holds_alternative<Body>(one.body); });
}

TEST(Parked, IsKeptOnTheIncidentAndTheStateIsWrittenAnew) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  const Effect close = pending<SetIssueOpen>(story);
  story.pending.clear();
  story.give(
      EffectFinished{.effect = close, .outcome = Failed{.code = "denied", .message = "no permission"}});
  ASSERT_EQ(story.incident().parked.size(), 1U);
  EXPECT_EQ(story.incident().parked[0],
            (ParkedEffect{.effect_id = close.id.value, .kind = "set_issue_open", .reason = "no permission"}));
  EXPECT_EQ(story.wanted<WriteState>().size(), 1U);
}

TEST(Parked, IsGoneOnceItWasDoneAfterAll) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  const Effect close = pending<SetIssueOpen>(story);
  story.give(
      EffectFinished{.effect = close, .outcome = Failed{.code = "denied", .message = "no permission"}});
  story.give(EffectFinished{.effect = close, .outcome = Done{}});
  EXPECT_TRUE(story.incident().parked.empty());
  EXPECT_EQ(story.recorded<EffectRecovered>().size(), 1U);
}

TEST(Parked, WritingOfTheStateWantsNoWritingOfTheState) {
  Story story;
  story.declared();
  const Effect write = pending<WriteState>(story);
  story.pending.clear();
  story.give(
      EffectFinished{.effect = write, .outcome = Failed{.code = "denied", .message = "no permission"}});
  EXPECT_TRUE(story.wanted<WriteState>().empty());
}

TEST(Parked, OpeningOfTheIssueIsTriedAgainWithEachUpdateUnderItsOldId) {
  Story story;
  story.red(100);
  const Effect open = pending<OpenIssue>(story);
  story.answer<OpenIssue>(kDisabled);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/1.0"});
  EXPECT_TRUE(story.last.retries.empty());
  story.pass(31min);
  EXPECT_EQ(story.last.retries, std::vector<EffectId>{open.id});
  EXPECT_TRUE(story.wanted<OpenIssue>().empty()) << "another effect could not find what this one did";

  story.give(EffectFinished{.effect = open, .outcome = kDisabled});
  EXPECT_EQ(story.recorded<IssueUnavailable>().size(), 1U) << "the same reason is said once";
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  story.pass(31min);
  EXPECT_EQ(story.last.retries, std::vector<EffectId>{open.id});
  story.give(EffectFinished{.effect = open, .outcome = IssueOpened{.number = 42, .url = "u"}});
  EXPECT_EQ(story.incident().issue, 42);
  EXPECT_TRUE(story.incident().parked.empty());
}

TEST(Parked, ClockGoesOnWhereNothingCanCarryTheUpdate) {
  Story story;
  story.policy.channels.clear();
  story.red(100);
  const Effect open = pending<OpenIssue>(story);
  story.answer<OpenIssue>(kDisabled);
  for (int slot = 0; slot < 3; ++slot) {
    story.last.retries.clear();
    story.pass(31min);
    EXPECT_EQ(story.last.retries, std::vector<EffectId>{open.id}) << slot;
    story.give(EffectFinished{.effect = open, .outcome = kDisabled});
  }
  story.give(EffectFinished{.effect = open, .outcome = IssueOpened{.number = 42, .url = "u"}});
  story.answer<WriteState>(Done{});
  EXPECT_EQ(story.incident().slots.size(), 2U) << "one is sent, the next is due";
}

TEST(Parked, IssueOfAnEndedIncidentIsNotTriedAgain) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(kDisabled);
  story.says("alice", Role::maintain, "/cancel only a test", 7);
  EXPECT_TRUE(story.last.retries.empty());
}

TEST(Parked, SecondIssueIsNotLostToTheFailureOfTheFirst) {
  Story story;
  story.red(100);
  const Effect open = pending<OpenIssue>(story);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  story.give(EffectFinished{.effect = open, .outcome = kDisabled});
  EXPECT_EQ(story.incident().issue, 42);
}

}  // namespace
}  // namespace kedge::incident
