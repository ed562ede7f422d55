// SPDX-License-Identifier: Apache-2.0
// How long the loop tries: through any outage, not through a refusal, and not what takes the process down.
#include "tests/unit/engine/red.h"

namespace kedge::testing {
namespace {

using namespace std::chrono_literals;

TEST(Patience, WaitsOutAnOutageOfGitHubWithWhatItWrites) {
  Red red;
  bool down = true;
  red.house.world.mishap = [&](std::string_view call) {
    return down && call == "open_issue" ? Mishap::lost_before : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(8h));
  EXPECT_EQ(parked(red.house), 0U);
  EXPECT_EQ(red.incident().issue_failure, "");
  down = false;
  ASSERT_TRUE(red.house.pass(7min));
  EXPECT_EQ(red.incident().issue, 1);
}

TEST(Patience, EndsSoonerForWhatADecisionWaitsForAndForChat) {
  Red red;
  int reads = 0;
  int posts = 0;
  red.house.world.mishap = [&](std::string_view call) {
    if (call == "find_suspects") ++reads;
    if (call == "chat_post:ops") ++posts;
    return call == "find_suspects" || call == "chat_post:ops" ? Mishap::refused : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(29min));
  EXPECT_EQ(reads, red.house.limits.read_attempts_max);
  EXPECT_EQ(posts, red.house.limits.effect_attempts_max);
  EXPECT_EQ(parked(red.house), 2U);
}

TEST(Patience, EndsAtARefusalAndBeginsAnewWithThePermission) {
  for (const char* action : {"new_permissions_accepted", "unsuspend", "created"}) {
    Red red;
    bool allowed = false;
    red.house.world.mishap = [&](std::string_view call) {
      return !allowed && call == "open_issue" ? Mishap::denied : Mishap::none;
    };
    red.end_runs();
    ASSERT_TRUE(red.house.pass(1h));
    ASSERT_EQ(parked(red.house), 1U);
    EXPECT_TRUE(red.house.store().parked_effects()->front().last_error.starts_with("denied: "));
    allowed = true;
    red.house.world.install(action);
    ASSERT_TRUE(red.house.pass(1min)) << action;
    EXPECT_EQ(parked(red.house), 0U) << action;
    EXPECT_EQ(red.incident().issue, 1) << action;
  }
}

TEST(Patience, IsNotRenewedByAnotherInstallationOrForOtherReasons) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    if (call == "open_issue") return Mishap::denied;
    return call == "find_suspects" ? Mishap::refused : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(10min));
  ASSERT_EQ(parked(red.house), 2U);
  red.house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(red.house.deliver({{.guid = "other",
                                  .event = "installation",
                                  .body = R"({"action":"unsuspend","installation":{"id":99}})"}}));
  ASSERT_TRUE(red.house.pass(1min));
  EXPECT_EQ(parked(red.house), 2U);
  red.house.world.install("unsuspend");
  ASSERT_TRUE(red.house.pass(1min));
  ASSERT_EQ(parked(red.house), 1U);
  EXPECT_EQ(red.house.store().parked_effects()->front().item.kind, "find_suspects");
}

TEST(Patience, EndsForWhatTakesTheProcessDownEachTime) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    return call == "open_issue" ? Mishap::crash : Mishap::none;
  };
  red.end_runs();
  int crashes = 0;
  while (crashes <= 2 * red.house.limits.effect_crashes_max) {
    try {
      ASSERT_TRUE(red.house.pass(1min));
      break;
    } catch (const Crash&) {
      ++crashes;
      red.house.restart();
    }
  }
  EXPECT_EQ(crashes, red.house.limits.effect_crashes_max + 1);
  ASSERT_EQ(parked(red.house), 1U);
  EXPECT_EQ(red.house.store().parked_effects()->front().item.kind, "open_issue");
}

TEST(UrgentWorkers, LeaveTheRestToOthers) {
  House house;
  house.world.install();
  house.deliver_all();
  ASSERT_EQ(house.engine().take_deliveries(), engine::Step::worked);
  // The runbook is no part of a rollback.
  EXPECT_EQ(house.engine().perform_effect(static_cast<int>(incident::Priority::p1_rollback)),
            engine::Step::idle);
  EXPECT_EQ(house.engine().perform_effect(), engine::Step::worked);
}

}  // namespace
}  // namespace kedge::testing
