// SPDX-License-Identifier: Apache-2.0
// What the loop does when the world fails: it tries again, doubts, gives up aloud, and loses nothing.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

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
  ASSERT_EQ(house.state().incidents.size(), 1U);
  EXPECT_EQ(house.world.calls["read_file"], 2) << "each incident asks for it again";
  EXPECT_EQ(parked(house), 1U);
  EXPECT_NE(house.world.issues.begin()->second.state_section.find("kedge.yml is not in force"),
            std::string::npos);
}

TEST(Engine, ReadsTheRunbookUntilGitHubAnswers) {
  House house;
  int reads = 0;
  house.world.mishap = [&](std::string_view call) {
    if (call == "read_file") ++reads;
    return call == "read_file" ? Mishap::lost_before : Mishap::none;
  };
  house.world.runbook = "observe";
  house.world.push({"main"}, true);
  house.world.end_run(std::exchange(house.world.runs, {}).front(), "failure");
  ASSERT_TRUE(house.pass(5h));
  EXPECT_GT(reads, house.limits.read_attempts_max);
  EXPECT_LT(reads, 100) << "two deliveries wait for one reading";
  EXPECT_TRUE(house.state().incidents.empty()) << "no data is never a pass";
  EXPECT_EQ(parked(house), 0U);

  house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(house.pass(10min));
  ASSERT_EQ(house.state().incidents.size(), 1U);
  EXPECT_EQ(house.state().incidents.begin()->second.policy.mode, in::Mode::observe);
  EXPECT_TRUE(house.world.issues.empty());
}

TEST(Engine, ReadsThePermissionOfALabelUntilGitHubAnswers) {
  House house;
  house.world.install();
  ASSERT_TRUE(house.settle());
  house.world.mishap = [](std::string_view call) {
    return call == "permission" ? Mishap::lost_before : Mishap::none;
  };
  const std::int64_t issue = house.world.open_issue_by("bob", "Logins fail", "P0");
  ASSERT_TRUE(house.pass(2h));
  EXPECT_TRUE(house.state().incidents.empty());
  EXPECT_EQ(house.state().pending_signals.size(), 1U);

  house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(house.pass(10min));
  ASSERT_EQ(house.state().incidents.size(), 1U);
  EXPECT_EQ(house.state().incidents.begin()->second.issue, issue);
}

TEST(Engine, TellsWhoTypedACommandSoonThatThePermissionCouldNotBeRead) {
  Red red;
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  red.house.world.mishap = [](std::string_view call) {
    return call == "permission" ? Mishap::lost_before : Mishap::none;
  };
  red.house.world.say("bob", red.incident().issue, "/ack");
  ASSERT_TRUE(red.house.pass(3min));
  EXPECT_TRUE(red.house.state().commands.empty());
  EXPECT_NE(red.house.world.comments.back().body.find("could not be read"), std::string::npos);
}

TEST(Engine, ParksAPatientReadThatKillsTheProcessEachTime) {
  House house;
  house.world.mishap = [](std::string_view call) {
    return call == "read_file" ? Mishap::crash : Mishap::none;
  };
  house.world.push({"main"}, true);
  int crashes = 0;
  for (; crashes < 100; ++crashes) {
    try {
      ASSERT_TRUE(house.pass(1h));
      break;
    } catch (const Crash&) {
      house.restart();
    }
  }
  EXPECT_LT(crashes, 100);
  EXPECT_EQ(parked(house), 1U);
}

TEST(Engine, ABugInOneEffectIsThatEffectsFailureAlone) {
  House house;
  house.world.mishap = [](std::string_view call) {
    if (call == "plan") throw std::out_of_range("map::at");
    return Mishap::none;
  };
  house.world.push({"main"}, true);
  house.world.end_run(std::exchange(house.world.runs, {}).front(), "failure");
  ASSERT_TRUE(house.pass(1min));
  const in::State state = house.state();
  ASSERT_EQ(state.incidents.size(), 1U);
  const in::Incident& incident = state.incidents.begin()->second;
  EXPECT_NE(incident.proposal_note.find("a bug of Kedge stopped this (map::at)"), std::string::npos)
      << incident.proposal_note;
  EXPECT_EQ(house.world.issues.size(), 1U) << "the rest goes on";
}

TEST(Engine, TimerThatWasSetAnewSinceItWasReadNeitherFiresNorGoes) {
  Red red;
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  const TimePoint later = red.house.clock.now() + 10h;
  const auto read = red.house.store().due_timers(later, 10);
  ASSERT_TRUE(read && read->size() == 1U);
  red.house.clock.move(10min);
  red.house.world.say("bob", red.incident().issue, "/update we found it");
  ASSERT_TRUE(red.house.pass(1min));
  const std::int64_t seq = red.house.state().seq;
  const ports::TimerRow& stale = read->front();
  ASSERT_TRUE(red.house.turns().take(
      {.repository = {.id = stale.repository},
       .received_at = red.house.clock.now(),
       .body = in::TimerFired{.incident = IncidentId(stale.incident), .due_at = stale.due_at}},
      {.timer = stale}));
  EXPECT_EQ(red.house.state().seq, seq);
  const auto now = red.house.store().due_timers(later, 10);
  ASSERT_TRUE(now && now->size() == 1U);
  EXPECT_GT(now->front().due_at, stale.due_at);
}

TEST(Engine, UnreadableStreamKeepsNoTimerFromOthers) {
  Red red;
  red.end_runs();
  ASSERT_TRUE(red.house.pass(1min));
  const std::size_t posts = red.house.world.posts.size();
  ports::Turn crowd{
      .repository = RepositoryId(8), .at = red.house.clock.now(), .records = {{.payload = "no event"}}};
  for (int i = 0; i < 20; ++i) {
    crowd.timers.push_back({.repository = RepositoryId(8),
                            .incident = fmt::format("k{}", i),
                            .kind = "update_due",
                            .due_at = red.house.clock.now()});
  }
  ASSERT_TRUE(red.house.store().commit(crowd));
  red.house.clock.move(31min);
  ASSERT_TRUE(red.house.settle());
  EXPECT_EQ(red.house.world.posts.size(), posts + 1) << "the next update is due";
}

TEST(Engine, DeadChannelLeavesOneParkedEffect) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    return call.starts_with("chat_") ? Mishap::denied : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(5h));
  EXPECT_EQ(parked(red.house), 1U);
  const auto timeline = red.incident().timeline;
  EXPECT_EQ(std::ranges::count_if(timeline,
                                  [](const in::TimelineEntry& one) {
                                    return one.text.find("permission is missing") != std::string::npos;
                                  }),
            1);
  red.house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(red.house.pass(31min));
  EXPECT_EQ(parked(red.house), 0U) << "the channel is back, and its newest update says it all";
}

TEST(Engine, OpensTheIssueOnceIssuesAreEnabledAgain) {
  Red red;
  red.house.world.mishap = [](std::string_view call) {
    return call == "open_issue" ? Mishap::denied : Mishap::none;
  };
  red.end_runs();
  ASSERT_TRUE(red.house.pass(90min));
  EXPECT_TRUE(red.house.world.issues.empty());
  EXPECT_EQ(parked(red.house), 1U);
  red.house.world.mishap = [](std::string_view) { return Mishap::none; };
  ASSERT_TRUE(red.house.pass(31min));
  ASSERT_EQ(red.house.world.issues.size(), 1U);
  EXPECT_EQ(red.incident().issue, 1);
  EXPECT_TRUE(red.incident().parked.empty());
  EXPECT_EQ(parked(red.house), 0U);
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
