// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/story.h"

namespace kedge::incident {
namespace {

using testing::Story;
using namespace std::chrono_literals;

const Failed kWebhookGone{.code = "not_found", .message = "cannot post to ops: the webhook is gone"};

/// Whether the issue is to carry this update.
bool carries(const Story& story, int number) {
  return std::ranges::any_of(story.wanted<WriteState>(),
                             [=](const WriteState& one) { return one.update_number == number; });
}

TEST(Update, FirstIsSentAtOnceWithItsDeadlineFromDetection) {
  Story story;
  const TimePoint detected = story.now;
  story.red(100);
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 1);
  EXPECT_EQ(story.incident().slots.at(0).due_at, detected + 15min);
}

TEST(Update, NextIsDueAfterTheLastOnePosted) {
  Story story;
  story.declared();
  const TimePoint posted = *story.incident().slots.at(0).sent_at;
  EXPECT_EQ(story.incident().next_update_due, posted + 30min);
  story.pass(29min);
  EXPECT_TRUE(story.wanted<PostUpdate>().empty());
  story.pass(1min);
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 2);
}

TEST(Update, ByHandPostsAtOnceAndResetsTheClock) {
  Story story;
  story.declared();
  story.pass(20min);
  story.says("bob", Role::write, "/update we found it");
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 2);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  EXPECT_EQ(story.incident().slots.at(1).text, "we found it");
  EXPECT_EQ(story.incident().next_update_due, story.now + 30min);
  story.pass(29min);
  EXPECT_TRUE(story.wanted<PostUpdate>().empty());
}

TEST(Update, AfterAnOutageOneCatchesUpAndTheRestAreMissed) {
  Story story;
  story.declared();
  story.now += 30min + 65min;  // The server was down when the second update was due, and twice more.
  story.fire_due();
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 2);
  ASSERT_EQ(story.recorded<UpdatesMissed>().size(), 1U);
  EXPECT_EQ(story.recorded<UpdatesMissed>()[0].due_at.size(), 2U);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  EXPECT_EQ(story.incident().slots.back().number, 3) << "numbers go on without a jump";
}

TEST(Update, ThatIsPostedAtOnceIsInTimeAndTheLastOneOwesNoOther) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed forward");
  story.pass(10s);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  EXPECT_EQ(story.incident().slots.back().state, SlotState::sent);
  EXPECT_FALSE(story.incident().next_update_due);
}

TEST(Update, LateIsRecordedAsLate) {
  Story story;
  story.red(100);
  story.pass(17min);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/1.0"});
  EXPECT_EQ(story.incident().slots.at(0).state, SlotState::late);
}

TEST(Update, SlotIsSentWhenTheFirstChannelAcceptsIt) {
  Story story;
  story.policy.channels.push_back({.name = "dev", .kind = ChannelKind::discord});
  story.red(100);
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 2U);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/1.0"});
  EXPECT_TRUE(story.incident().slots.at(0).sent_at.has_value());
  const auto before = story.incident().slots;
  story.answer<PostUpdate>(ChatDelivered{.message = "99"});
  EXPECT_EQ(story.incident().slots, before);
  EXPECT_EQ(story.incident().channels.at("dev").last_update, 1);
}

TEST(Update, DeadChannelIsReportedOnceAndTheIssueCarriesTheUpdate) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  story.answer<PostUpdate>(kWebhookGone);
  EXPECT_EQ(story.comments(Topic::channel_failed).size(), 1U);
  EXPECT_TRUE(carries(story, 1));
  while (!story.incident().slots.at(0).sent_at) story.answer<WriteState>(Done{});
  story.pass(31min);
  story.answer<PostUpdate>(kWebhookGone);
  EXPECT_EQ(story.comments(Topic::channel_failed).size(), 1U) << "one outage, one report";
  EXPECT_EQ(story.recorded<ChannelFailed>().size(), 1U);
}

TEST(Update, DeadChannelIsTriedAgainWithTheNextSlotAndTheIssueDoesNotWaitForIt) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  story.answer<PostUpdate>(kWebhookGone);
  while (!story.incident().slots.at(0).sent_at) story.answer<WriteState>(Done{});
  story.pass(31min);
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 2);
  EXPECT_TRUE(carries(story, 2));
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  EXPECT_EQ(story.incident().channels.at("ops").failure, "");
  EXPECT_TRUE(story.incident().slots.at(1).sent_at.has_value());
}

TEST(Update, SecondOutageOfAChannelIsReportedAgain) {
  Story story;
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  story.answer<PostUpdate>(kWebhookGone);
  while (!story.incident().slots.at(0).sent_at) story.answer<WriteState>(Done{});
  story.pass(31min);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  story.pass(31min);
  story.answer<PostUpdate>(kWebhookGone);
  EXPECT_EQ(story.comments(Topic::channel_failed).size(), 2U);
}

TEST(Update, FailedEditOfTheLivingMessageLeavesItsChannelOn) {
  for (const char* code : {"conflict", "not_found", "denied", "unavailable"}) {
    Story story;
    story.declared();
    story.green(101);
    ASSERT_FALSE(story.wanted<EditLiving>().empty());
    story.answer<EditLiving>(Failed{.code = code, .message = "cannot edit the message"});
    EXPECT_TRUE(story.recorded<ChannelFailed>().empty()) << code;
    story.pass(31min);
    EXPECT_EQ(story.wanted<PostUpdate>().size(), 1U) << code;
  }
}

TEST(Update, WordsOfAPersonGiveWayToNothing) {
  Story story;
  story.declared();
  story.pass(20min);
  story.says("bob", Role::write, "/update we found it");
  story.says("bob", Role::write, "/update and now it is fixed");
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 2U);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/3.0"});
  EXPECT_EQ(story.incident().slots.at(1).text, "we found it");
  EXPECT_EQ(story.incident().slots.at(2).text, "and now it is fixed");
}

TEST(Update, WithoutChannelsTheIssueKeepsTheClock) {
  Story story;
  story.policy.channels.clear();
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  EXPECT_TRUE(carries(story, 1));
}

TEST(Update, SeverityWithoutCadenceSchedulesNothing) {
  Story story;
  story.policy.workflow_triggers.front().severity = "P3";
  story.red(100);
  story.answer<OpenIssue>(IssueOpened{.number = 42, .url = "u"});
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/1.0"});
  EXPECT_TRUE(
      std::ranges::none_of(story.timers, [](const Timer& t) { return t.kind == TimerKind::update_due; }));
}

TEST(Update, EndOfTheIncidentIsToldAndNothingIsDueAfterwards) {
  Story story;
  story.declared();
  story.says("alice", Role::maintain, "/resolve fixed by hand");
  ASSERT_EQ(story.wanted<PostUpdate>().size(), 1U);
  EXPECT_EQ(story.wanted<PostUpdate>()[0].number, 2);
  story.answer<PostUpdate>(ChatDelivered{.message = "C1/2.0"});
  EXPECT_FALSE(story.incident().next_update_due && *story.incident().next_update_due > story.now);
  story.pass(10h);
  EXPECT_TRUE(story.wanted<PostUpdate>().empty());
}

}  // namespace
}  // namespace kedge::incident
