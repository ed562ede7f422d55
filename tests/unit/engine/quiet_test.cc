// SPDX-License-Identifier: Apache-2.0
// Living texts: rewritten once for what changes within moments, and always with the last state.
#include "tests/unit/engine/red.h"

namespace kedge::testing {
namespace {

using namespace std::chrono_literals;

/// Red on main, told everywhere, and at rest.
struct Told : Red {
  Told() {
    end_runs();
    EXPECT_TRUE(house.pass(1min));
  }
  int writes() { return house.world.calls["write_state"]; }
  int edits() { return house.world.calls["chat_edit:ops"]; }
  std::string section() { return house.world.issues.at(1).state_section; }
  std::string living() { return house.world.posts.front().text; }
};

TEST(Quiet, WhatChangesWithinMomentsIsOneRewrite) {
  Told told;
  const int writes = told.writes();
  const int edits = told.edits();
  for (const char* who : {"alice", "bob", "carol", "tess"}) {
    told.house.world.say(who, 1, "/ack");
    ASSERT_TRUE(told.house.pass(1s));
  }
  EXPECT_EQ(told.writes(), writes) << "it waits for more";
  ASSERT_TRUE(told.house.pass(2s));
  EXPECT_EQ(told.writes(), writes + 1);
  EXPECT_EQ(told.edits(), edits + 1);
  for (const char* who : {"alice", "bob", "carol", "tess"}) {
    EXPECT_NE(told.section().find(who), std::string::npos) << who;
    EXPECT_NE(told.living().find(who), std::string::npos) << who;
  }
}

TEST(Quiet, NewsWithoutEndIsWrittenAllTheSame) {
  Told told;
  const int writes = told.writes();
  for (int i = 0; i < 60; ++i) {
    told.house.world.push({"main"}, false);
    told.end_runs();
    ASSERT_TRUE(told.house.pass(1s));
  }
  EXPECT_GE(told.writes(), writes + 10);
  EXPECT_LE(told.writes(), writes + 12);
}

TEST(Quiet, PlanIsShownAtOnce) {
  Red red;
  bool slow = true;
  red.house.world.mishap = [&](std::string_view call) {
    return call == "find_suspects" && std::exchange(slow, false) ? Mishap::refused : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(500ms));
  ASSERT_EQ(red.house.world.issues.at(1).state_section.find("reverts cleanly"), std::string::npos);
  ASSERT_TRUE(red.house.pass(2s));
  EXPECT_NE(red.house.world.issues.at(1).state_section.find("reverts cleanly"), std::string::npos);
}

TEST(Quiet, EndIsShownAtOnce) {
  Told told;
  told.house.world.say("alice", 1, "/resolve it was the runner");
  ASSERT_TRUE(told.house.pass(1s));
  EXPECT_NE(told.section().find("resolved"), std::string::npos);
  EXPECT_NE(told.living().find("resolved"), std::string::npos);
}

TEST(Quiet, WaitingRewriteHoldsUpNoComment) {
  Told told;
  told.house.world.say("tess", 1, "/ack");
  ASSERT_TRUE(told.house.pass(100ms));
  const std::size_t before = told.house.world.comments.size();
  told.house.world.say("bob", 1, "/status");
  ASSERT_TRUE(told.house.pass(100ms));
  EXPECT_EQ(told.house.world.comments.size(), before + 2) << "the command and its answer";
}

}  // namespace
}  // namespace kedge::testing
