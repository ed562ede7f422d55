// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;

void expect_one_issue(World& world) {
  const Json issues = world.as("alice", "GET", "/issues?labels=incident&state=all&per_page=100");
  EXPECT_EQ(issues.size(), 1U) << issues.dump(1).substr(0, 4000);
}

void expect_one_way_back_per_base(World& world, const cli::DemoStory& story) {
  std::map<std::string, int> pulls;
  for (const Json& pull : world.as("alice", "GET", "/pulls?state=all&per_page=100")) {
    const std::string head = pull["head"]["ref"];
    if (head.starts_with("rollback/")) ++pulls[pull["base"]["ref"].get<std::string>() + " from " + head];
  }
  std::map<std::string, int> wanted;
  for (const std::string base : {"main", "develop"})
    wanted[base + " from rollback/" + base + "-" + story.bad_commit().substr(0, 12)] = 1;
  EXPECT_EQ(pulls, wanted);
  std::map<std::string, int> branches;
  for (const Json& branch : world.as("alice", "GET", "/branches?per_page=100")) {
    const std::string name = branch["name"];
    if (name.starts_with("rollback/")) ++branches[name.substr(9, name.rfind('-') - 9)];
  }
  EXPECT_EQ(branches, (std::map<std::string, int>{{"develop", 1}, {"main", 1}}));
}

/// A marker names an effect: twice the same is the same thing said twice.
void expect_no_marker_twice(World& world, const cli::DemoStory& story) {
  static const std::regex kMarker("<!-- kedge:[a-z_]+ id=[^ ]+ -->");
  std::multiset<std::string> markers;
  std::vector<std::int64_t> places{story.issue()};
  for (const auto& [base, number] : story.pulls()) places.push_back(number);
  for (const std::int64_t place : places) {
    const std::string path = "/issues/" + std::to_string(place) + "/comments?per_page=100";
    for (const Json& comment : world.as("alice", "GET", path)) {
      const std::string body = comment["body"];
      for (std::sregex_iterator it(body.begin(), body.end(), kMarker), end; it != end; ++it)
        markers.insert(it->str());
    }
  }
  EXPECT_FALSE(markers.empty());
  for (const std::string& marker : markers) EXPECT_EQ(markers.count(marker), 1U) << marker;
}

/// Updates as a reader of the channel sees them: each number once, or again with the word for it.
void expect_updates_without_gap(World& world, const std::string& service) {
  static const std::regex kUpdate(R"(Update (\d+)\*{1,2}( \(resent\))?)");
  std::map<int, int> plain;
  std::map<int, int> resent;
  std::string told;
  for (const Json& message : world.control("GET", "/chat")) {
    if (message["service"] != service) continue;
    const std::string text = message["text"];
    told += "--- " + text.substr(0, 120) + "\n";
    // The living message began as an update: its earlier texts count, each update once.
    std::set<std::pair<int, bool>> updates;
    std::vector<std::string> versions = message["earlier"];
    versions.push_back(text);
    for (const std::string& version : versions) {
      std::smatch found;
      if (std::regex_search(version, found, kUpdate)) updates.emplace(std::stoi(found[1]), found[2].matched);
    }
    for (const auto& [number, again] : updates) ++(again ? resent : plain)[number];
  }
  int last = 0;
  for (const auto& counts : {plain, resent})
    for (const auto& [number, times] : counts) last = std::max(last, number);
  EXPECT_GT(last, 1) << service << "\n" << told;
  for (int number = 1; number <= last; ++number) {
    EXPECT_LE(plain[number], 1) << service << ", update " << number << "\n" << told;
    EXPECT_LE(resent[number], 1) << service << ", update " << number << "\n" << told;
    EXPECT_GE(plain[number] + resent[number], 1) << service << ", update " << number << " is lost\n" << told;
  }
}

}  // namespace

void expect_whole_story(World& world, const cli::DemoStory& story) {
  expect_one_issue(world);
  expect_one_way_back_per_base(world, story);
  expect_no_marker_twice(world, story);
  for (const std::string service : {"slack", "discord"}) expect_updates_without_gap(world, service);
}

}  // namespace kedge::test
