// SPDX-License-Identifier: Apache-2.0
// What a channel is told besides words, and a channel that knows repeats for what they are.
#include "tests/unit/engine/red.h"

namespace kedge::testing {
namespace {

using namespace std::chrono_literals;

TEST(Pager, IsToldTheSeverityAndTheEnd) {
  Red red("pager");
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  ASSERT_FALSE(red.house.world.posts.empty());
  EXPECT_EQ(red.house.world.posts.front().rank, 1);
  EXPECT_FALSE(red.house.world.posts.front().over);
  red.house.world.say("alice", red.incident().issue, "/resolve The flag was switched off.");
  ASSERT_TRUE(red.house.pass(1min));
  ASSERT_EQ(red.incident().phase, incident::Phase::resolved);
  EXPECT_TRUE(red.house.world.posts.back().over);
}

TEST(Pager, IsToldAgainUntilItAnswersSinceItKnowsARepeat) {
  Red red("pager");
  int calls = 0;
  red.house.world.mishap = [&](std::string_view call) {
    return call == "chat_post:pager" && ++calls <= 4 ? Mishap::lost_after : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(5min));
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(parked(red.house), 0U);
  EXPECT_EQ(red.incident().channels.at("pager").last_update, 1);
  for (const FakePost& post : red.house.world.posts) {
    EXPECT_EQ(post.marker, red.house.world.posts.front().marker);
    EXPECT_EQ(post.text.find("(resent)"), std::string::npos);
  }
}

}  // namespace
}  // namespace kedge::testing
