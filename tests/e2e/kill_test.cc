// SPDX-License-Identifier: Apache-2.0
// The server is killed with each of its writes under way, once before the write took effect and once after,
// and started again on the same state: the story must come out the same.
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <iostream>

#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

/// Writes of the server alone: people use the API's other address.
constexpr const char* kWrites = "^(/api/v3/(?!graphql)|/slack/|/discord/|.*/git-receive-pack$)";

int stride() {
  if (std::getenv("KEDGE_TEST_LONG") != nullptr) return 1;
  const char* given = std::getenv("KEDGE_E2E_STRIDE");
  return given == nullptr ? 4 : std::max(1, std::atoi(given));
}

struct Told {
  bool hit = false;
  std::string request;
};

/// One story with the `boundary`-th write held; hit is false where the story has fewer.
Told play_with_kill(int boundary, const std::string& action) {
  World world;
  world.start_server();
  const Json rule = world.control(
      "POST", "/faults",
      {{"method", "POST|PATCH|PUT|DELETE"}, {"path", kWrites}, {"nth", boundary}, {"action", action}});
  const std::string id = std::to_string(rule["id"].get<std::int64_t>());
  auto story = std::async(std::launch::async, [&] { return world.play(); });
  Told told;
  while (!told.hit && story.wait_for(0s) != std::future_status::ready) {
    const Json hits = world.control("GET", "/faults/hits?timeout_ms=500&rule=" + id);
    told.hit = !hits.empty() && hits[0]["holding"] == true;
    if (told.hit)
      told.request = hits[0]["method"].get<std::string>() + " " + hits[0]["path"].get<std::string>();
  }
  if (told.hit) {
    world.kill_server();
    world.control("POST", "/faults/" + id + "/release", {{"how", "close"}});
    world.control("DELETE", "/faults/" + id);
    world.start_server();
  }
  const cli::DemoStory played = story.get();
  if (!told.hit) return told;
  world.settle();
  expect_whole_story(world, played);
  return told;
}

class KillAtEveryBoundary : public testing::TestWithParam<const char*> {};

TEST_P(KillAtEveryBoundary, TheStoryComesOutTheSame) {
  const std::string action = GetParam();
  int tried = 0;
  for (int boundary = 1; !HasFailure(); boundary += stride()) {
    SCOPED_TRACE(action + " at write " + std::to_string(boundary));
    const Told told = play_with_kill(boundary, action);
    if (!told.hit) break;
    ++tried;
    std::cout << action << " " << boundary << ": " << told.request << std::endl;
  }
  std::cout << tried << " boundaries tried, stride " << stride() << std::endl;
  EXPECT_GT(tried, 5);
}

INSTANTIATE_TEST_SUITE_P(Held, KillAtEveryBoundary, testing::Values("hold_before", "hold_after"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace kedge::test
