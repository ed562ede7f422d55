// SPDX-License-Identifier: Apache-2.0
// What the loop does when the world fails: it tries again, doubts, gives up aloud, and loses nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/engine/red.h"

namespace kedge::testing {
namespace {

using namespace std::chrono_literals;
namespace in = incident;

TEST(Engine, HoldsTheFirstWordUntilTheRunbookWasRead) {
  House house;
  house.world.mishap = [](std::string_view call) {
    return call == "read_file" ? Mishap::refused : Mishap::none;
  };
  house.world.push({"main"}, true);
  house.world.end_run(std::exchange(house.world.runs, {}).front(), "failure");
  ASSERT_TRUE(house.settle());
  EXPECT_GT(house.depth().inbox_held, 0);
  EXPECT_TRUE(house.state().incidents.empty());

  house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(house.pass(1min));
  EXPECT_EQ(house.depth().inbox_held, 0);
  EXPECT_EQ(house.state().incidents.size(), 1U);
}

TEST(Engine, GoesByThePresetWhereTheRunbookCannotBeRead) {
  House house;
  house.world.mishap = [](std::string_view call) {
    return call == "read_file" ? Mishap::denied : Mishap::none;
  };
  house.world.push({"main"}, true);
  house.world.end_run(std::exchange(house.world.runs, {}).front(), "failure");
  ASSERT_TRUE(house.pass(1min));
  EXPECT_EQ(house.depth().inbox_held, 0);
  EXPECT_EQ(house.state().incidents.size(), 1U);
  EXPECT_EQ(parked(house), 1U);
}

TEST(Engine, IsIdleUntilItKnowsItsOwnName) {
  Red red;
  red.house.turns().set_self_login("");
  red.house.deliver_all();
  EXPECT_EQ(red.house.engine().take_deliveries(), engine::Step::idle);
  EXPECT_GT(red.house.depth().inbox_queued, 0);
}

TEST(Engine, OpensOneIssueAfterATimeOutThatHidSuccess) {
  Red red;
  int calls = 0;
  red.house.world.mishap = [&](std::string_view call) {
    return call == "open_issue" && ++calls == 1 ? Mishap::lost_after : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(red.house.world.issues.size(), 1U);
  EXPECT_EQ(red.incident().issue, 1);
}

TEST(Engine, WaitsAsLongAsTheRateLimitSays) {
  Red red;
  int calls = 0;
  red.house.world.mishap = [&](std::string_view call) {
    return call == "open_issue" && ++calls == 1 ? Mishap::limited : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(39s));
  EXPECT_TRUE(red.house.world.issues.empty());
  ASSERT_TRUE(red.house.pass(2s));
  EXPECT_EQ(red.house.world.issues.size(), 1U);
}

TEST(Engine, ParksWhatIsDeniedAndSaysWhy) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    return call == "open_issue" ? Mishap::denied : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  ASSERT_EQ(parked(red.house), 1U);
  EXPECT_NE(red.house.store().parked_effects()->front().last_error.find("permission is missing"),
            std::string::npos);
  EXPECT_NE(red.incident().issue_failure, "");
  EXPECT_FALSE(red.house.world.posts.empty());
}

TEST(Engine, PostsAnUpdateTwiceAtMostAndSaysThatItIsTheSame) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    return call == "chat_post:ops" ? Mishap::lost_after : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(10min));
  ASSERT_EQ(red.house.world.posts.size(), 2U);
  EXPECT_EQ(red.house.world.posts[0].text.find("(resent)"), std::string::npos);
  EXPECT_NE(red.house.world.posts[1].text.find("(resent)"), std::string::npos);
}

TEST(Engine, TakesUpWhatACrashCutOff) {
  Red red;
  bool crashed = false;
  red.house.world.mishap = [&](std::string_view call) {
    return call == "open_issue" && !std::exchange(crashed, call == "open_issue" || crashed) ? Mishap::crash
                                                                                            : Mishap::none;
  };
  red.end_runs();
  EXPECT_THROW(red.house.settle(), Crash);
  red.house.restart();
  ASSERT_TRUE(red.house.pass(1min));
  EXPECT_EQ(red.house.world.issues.size(), 1U);
  EXPECT_EQ(red.incident().issue, 1);
}

TEST(Engine, KeepsAnOutcomeThatTheStoreCouldNotTakeAndDoesNothingTwice) {
  Red red;
  int opened = 0;
  bool is_next = false;
  red.house.world.mishap = [&](std::string_view call) {
    if (call == "open_issue") {
      ++opened;
      is_next = true;
    }
    return Mishap::none;
  };
  red.house.flaky().hitch = [&](std::string_view call) {
    return call == "commit" && std::exchange(is_next, false) ? Hitch::busy : Hitch::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.settle());
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(red.incident().issue, 1) << "without waiting for the lease to end";
}

TEST(Engine, DecidesNothingAboutADeliveryOfNoRepositoryAlsoWhereThatStreamHasRecords) {
  House house;
  ASSERT_TRUE(house.store().commit({.at = house.clock.now(), .records = {{R"({"t":"x"})", ""}}}));
  ASSERT_TRUE(house.deliver({{.guid = "g", .event = "ping", .body = R"({"zen":"x"})"}}));
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.depth().inbox_queued, 0);
  EXPECT_EQ(house.depth().inbox_parked, 0);
}

TEST(Engine, ParksADeliveryThatFailsEveryTime) {
  Red red;
  red.end_runs();
  red.house.deliver_all();
  red.house.flaky().hitch = [](std::string_view call) {
    return call == "commit" ? Hitch::busy : Hitch::none;
  };
  ASSERT_TRUE(red.house.pass(10min));
  EXPECT_EQ(red.house.depth().inbox_queued, 0);
  EXPECT_EQ(red.house.depth().inbox_parked, 2);
}

TEST(Engine, AsksNothingTwiceOfADeliveryThatCameTwice) {
  Red red;
  red.end_runs();
  const std::vector<Parcel> parcels = red.house.world.outgoing;
  ASSERT_TRUE(red.house.pass(1min));
  const std::int64_t seq = red.house.state().seq;
  red.house.deliver(parcels);
  ASSERT_TRUE(red.house.settle());
  EXPECT_EQ(red.house.state().seq, seq);
}

}  // namespace
}  // namespace kedge::testing
