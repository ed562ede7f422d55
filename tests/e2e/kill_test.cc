// SPDX-License-Identifier: Apache-2.0
// The server is killed at every moment of the story that could make a difference, each time in a story of its
// own, and started again on the same state: the story must come out the same. Moments are told by the
// server's requests: a write that has not reached the forge, a write that took effect and was not answered,
// and what lies between effects, told by the looks and fetches with which they begin.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

/// Which requests of the server are moments; people use the API's other address.
struct Moments {
  const char* name;
  const char* method;
  const char* path;
  const char* action;  ///< Of the forge, with the request: the server dies while it is held.
};

constexpr const char* kWrites = "^(/repos/|/slack/|/discord/|.*/git-receive-pack$)";
constexpr const char* kLooks = "^/(?!api/v3/)";
constexpr Moments kMoments[] = {
    {"BeforeAWriteArrived", "POST|PATCH|PUT|DELETE", kWrites, "hold_before"},
    {"AfterAWriteTookEffect", "POST|PATCH|PUT|DELETE", kWrites, "hold_after"},
    {"BetweenEffects", "GET", kLooks, "hold_before"},
};

constexpr int kBrokenMax = 8;  ///< Stories that could not even be played.

int stride() {
  const char* given = std::getenv("KEDGE_E2E_STRIDE");
  return given == nullptr ? 1 : std::max(1, std::atoi(given));
}

/// Waits until the rule holds a request; empty where all work ends before.
std::string wait_for_hold(World& world, const std::string& rule, std::future<cli::DemoStory>& story) {
  while (true) {
    const bool over = story.wait_for(0s) == std::future_status::ready && world.is_settled();
    const Json hits =
        world.control("GET", "/faults/hits?timeout_ms=" + std::string(over ? "0" : "300") + "&rule=" + rule);
    if (!hits.empty() && hits[0]["holding"] == true)
      return hits[0]["method"].get<std::string>() + " " + hits[0]["path"].get<std::string>();
    if (over) return "";
  }
}

/// One story with a death at the `nth` moment; what was under way, empty where the story has fewer moments.
std::string play_with_death(const Moments& moments, int nth) {
  World world;
  world.start_server();
  const Json made = world.control(
      "POST", "/faults",
      {{"method", moments.method}, {"path", moments.path}, {"nth", nth}, {"action", moments.action}});
  const std::string rule = std::to_string(made["id"].get<std::int64_t>());
  auto story = std::async(std::launch::async, [&] { return world.play(); });
  const std::string held = wait_for_hold(world, rule, story);
  if (!held.empty()) {
    world.kill_server();
    world.control("POST", "/faults/" + rule + "/release", {{"how", "close"}});
    world.control("DELETE", "/faults/" + rule);
    // What the forge was about to tell fails first: it is for the new server to ask for it.
    world.control("GET", "/idle?timeout_ms=30000");
    world.start_server();
  }
  const cli::DemoStory played = story.get();
  if (held.empty()) return held;
  world.settle();
  expect_whole_story(world, played);
  return held;
}

class KilledServer : public testing::TestWithParam<Moments> {};

TEST_P(KilledServer, LeavesTheStoryAsItIs) {
  const Moments& moments = GetParam();
  std::atomic<int> next = 1;
  std::atomic<int> tried = 0;
  std::atomic<int> broken = 0;
  std::atomic<bool> over = false;
  const auto play_on = [&] {
    while (!over) {
      const int nth = next.fetch_add(stride());
      SCOPED_TRACE(std::string(moments.name) + ", moment " + std::to_string(nth));
      try {
        const std::string held = play_with_death(moments, nth);
        if (held.empty())
          over = true;
        else
          ++tried;
        std::cout << nth << ": " + (held.empty() ? "the story has fewer" : held) + "\n";
      } catch (const std::exception& problem) {
        ADD_FAILURE() << problem.what();
        over = over || ++broken > kBrokenMax;
      }
    }
  };
  {
    std::vector<std::jthread> hands;
    for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 2U, 8U); ++i)
      hands.emplace_back(play_on);
  }
  std::cout << tried << " moments\n";
  EXPECT_GE(tried * stride(), 20);
}

INSTANTIATE_TEST_SUITE_P(Moments, KilledServer, testing::ValuesIn(kMoments),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace kedge::test
