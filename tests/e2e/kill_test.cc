// SPDX-License-Identifier: Apache-2.0
// The server is killed at every moment of the story that could make a difference, and started again on the
// same state: the story must come out the same. One story is watched first: each request of the server in it
// is a moment before the forge has it, which is also what lies between two effects, and each write is another
// one, when it took effect and was not answered. A few moments, far from each other, share a story.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <map>
#include <regex>
#include <thread>

#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

/// People use the API's other address.
constexpr const char* kOfTheServer = "^/(?!api/v3/)";
constexpr std::size_t kDeathsPerStory = 8;

/// The `nth` request of its kind. Requests of one kind come in the same order in every story, requests of
/// different kinds do not.
struct Moment {
  std::string method;
  std::string path;  ///< A regular expression.
  int nth = 0;
  std::string action;  ///< Of the forge: the server dies while it holds the request.

  std::string text() const { return action + " " + method + " " + path + " " + std::to_string(nth); }
};

std::size_t stride() {
  const char* given = std::getenv("KEDGE_E2E_STRIDE");
  return given == nullptr ? 1 : static_cast<std::size_t>(std::max(1, std::atoi(given)));
}

/// The path without what another story has otherwise: commits, ids, dates.
std::string pattern_of(const std::string& path) {
  static const std::regex kSpecial(R"([.?*+^$()\[\]{}|\\])");
  static const std::regex kIds(R"([0-9a-f]{10,}|\d{5,})");
  static const std::regex kDates(R"(\d{4}-\d\d-\d\dT[^&]*)");
  std::string pattern = std::regex_replace(path, kSpecial, R"(\$&)");
  pattern = std::regex_replace(pattern, kDates, "[^&]*");
  return "^" + std::regex_replace(pattern, kIds, "[0-9a-f]+") + "$";
}

bool is_write(const std::string& method, const std::string& path) {
  return method != "GET" && !path.ends_with("/git-upload-pack") && !path.ends_with("/access_tokens");
}

/// Watches one story in which nothing goes wrong.
std::vector<Moment> moments_of_the_story() {
  World world;
  world.start_server();
  world.control("POST", "/faults", {{"path", kOfTheServer}, {"action", "delay"}, {"delay_ms", 0}});
  expect_whole_story(world, world.play());
  world.settle();
  std::vector<Moment> moments;
  std::map<std::string, int> seen;
  for (const Json& hit : world.control("GET", "/faults/hits")) {
    const std::string method = hit["method"];
    const std::string path = pattern_of(hit["path"]);
    const int nth = ++seen[method + path];
    moments.push_back({.method = method, .path = path, .nth = nth, .action = "hold_before"});
    if (is_write(method, hit["path"]))
      moments.push_back({.method = method, .path = path, .nth = nth, .action = "hold_after"});
  }
  return moments;
}

/// A chat product lets nobody look, so a post that is cut off twice is given up: such a death stays alone.
bool stays_alone(const Moment& moment) {
  return moment.path.find("wait=true") != std::string::npos ||
         moment.path.find("chat\\.postMessage") != std::string::npos;
}

/// Every `stride`-th moment, those of one story far from each other.
std::vector<std::vector<Moment>> stories_of(const std::vector<Moment>& moments, std::size_t stride) {
  std::vector<std::vector<Moment>> stories;
  std::vector<Moment> shared;
  for (std::size_t i = 0; i < moments.size(); i += stride) {
    if (stays_alone(moments[i]))
      stories.push_back({moments[i]});
    else
      shared.push_back(moments[i]);
  }
  const std::size_t many = (shared.size() + kDeathsPerStory - 1) / kDeathsPerStory;
  for (std::size_t first = 0; first < many; ++first) {
    stories.emplace_back();
    for (std::size_t i = first; i < shared.size(); i += many) stories.back().push_back(shared[i]);
  }
  return stories;
}

/// One story with a death at each of the moments; returns how many of them came.
int play_with_deaths(const std::vector<Moment>& moments) {
  World world;
  world.start_server();
  std::map<std::int64_t, const Moment*> waiting;
  for (const Moment& moment : moments) {
    const Json made = world.control(
        "POST", "/faults",
        {{"method", moment.method}, {"path", moment.path}, {"nth", moment.nth}, {"action", moment.action}});
    waiting[made["id"].get<std::int64_t>()] = &moment;
  }
  auto story = std::async(std::launch::async, [&] { return world.play(); });
  std::string told;
  int deaths = 0;
  for (bool over = false; !over || !waiting.empty();) {
    over = story.wait_for(0s) == std::future_status::ready && world.is_settled();
    const std::string next = std::to_string(moments.size() - waiting.size() + 1);
    std::vector<std::int64_t> held;
    for (const Json& hit : world.control(
             "GET", "/faults/hits?count=" + next + "&timeout_ms=" + std::string(over ? "0" : "300"))) {
      const std::int64_t rule = hit["rule"];
      if (hit["holding"] == true && waiting.contains(rule)) held.push_back(rule);
    }
    if (held.empty() && over) break;
    if (held.empty()) continue;
    world.kill_server();
    for (const std::int64_t rule : held) {
      told += "\n  " + waiting.at(rule)->text();
      const std::string path = "/faults/" + std::to_string(rule);
      world.control("POST", path + "/release", {{"how", "close"}});
      world.control("DELETE", path);
      waiting.erase(rule);
      ++deaths;
    }
    // What the forge was about to tell fails first: it is for the new server to ask for it.
    world.control("GET", "/idle?timeout_ms=30000");
    world.start_server();
  }
  SCOPED_TRACE("killed at" + told);
  const cli::DemoStory played = story.get();
  world.settle();
  expect_whole_story(world, played);
  return deaths;
}

TEST(KilledServer, LeavesTheStoryAsItIsAtEveryMoment) {
  const std::vector<std::vector<Moment>> stories = stories_of(moments_of_the_story(), stride());
  std::size_t moments = 0;
  for (const auto& story : stories) moments += story.size();
  std::cout << moments << " moments in " << stories.size() << " stories" << std::endl;
  std::atomic<std::size_t> next = 0;
  std::atomic<int> deaths = 0;
  const auto play_on = [&] {
    for (std::size_t own = next++; own < stories.size(); own = next++) {
      try {
        const int came = play_with_deaths(stories[own]);
        deaths += came;
        std::cout << "story " + std::to_string(own) + ": " + std::to_string(came) + "\n" << std::flush;
      } catch (const std::exception& problem) {
        ADD_FAILURE() << "story " << own << ": " << problem.what();
      }
    }
  };
  {
    std::vector<std::jthread> hands;
    for (unsigned i = 0; i < std::clamp(2 * std::thread::hardware_concurrency(), 2U, 8U); ++i)
      hands.emplace_back(play_on);
  }
  std::cout << deaths << " came" << std::endl;
  // The living texts are rewritten more or less often, as work happens to come together.
  EXPECT_GE(static_cast<std::size_t>(deaths) * 10, moments * 8);
}

}  // namespace
}  // namespace kedge::test
