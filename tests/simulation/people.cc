// SPDX-License-Identifier: Apache-2.0
// What people do, by chance, and CI.
#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/simulation.h"

namespace kedge::testing {
namespace {

const std::vector<std::string>& everybody() {
  static const std::vector<std::string> names{"alice", "alice", "bob",  "bob",
                                              "carol", "carol", "tess", "mallory"};
  return names;
}

}  // namespace

People::People(FakeWorld& world, Dice& dice) : world_(world), dice_(dice) {}

std::int64_t People::some_thread() {
  std::vector<std::int64_t> threads;
  for (const auto& [number, issue] : world_.issues) {
    if (!issue.deleted) threads.push_back(number);
  }
  for (const auto& [number, pull] : world_.pulls) threads.push_back(number);
  return threads.empty() ? 0 : dice_.of(threads);
}

void People::talk() {
  const std::int64_t thread = some_thread();
  if (thread == 0) return;
  const std::string sha = pushed_.empty() ? "1234567890" : dice_.of(pushed_).substr(0, 12);
  if (dice_.chance(50)) {
    world_.say(dice_.of(everybody()), thread, dice_.chance(60) ? "/rollback " + sha : "/approve");
    return;
  }
  const std::vector<std::string> lines{"/rollback nowhere",
                                       "/ack",
                                       "/update we look",
                                       "/resolve",
                                       "/resolve it is better",
                                       "/plan " + sha,
                                       "/plan " + sha,
                                       "/status",
                                       "/help",
                                       "/update",
                                       "/ack\n\n/status",
                                       "/nonsense",
                                       dice_.chance(40) ? "/cancel" : "Nothing to do with it"};
  world_.say(dice_.of(everybody()), thread, dice_.of(lines));
}

void People::handle_pull() {
  std::vector<std::int64_t> open;
  for (const auto& [number, pull] : world_.pulls) {
    if (pull.open) open.push_back(number);
  }
  if (open.empty()) return;
  const std::int64_t number = dice_.of(open);
  switch (dice_.below(6)) {
    case 0:
      return world_.close_pull("carol", number);
    case 1:
      if (dice_.chance(30)) world_.push_to_head("bob", number);
      return;
    case 2:
      return world_.review(dice_.of(everybody()), number);
    default:
      return world_.merge("alice", number);
  }
}

void People::handle_issue() {
  std::vector<std::int64_t> alive;
  for (const auto& [number, issue] : world_.issues) {
    if (!issue.deleted) alive.push_back(number);
  }
  if (alive.empty() || dice_.chance(15)) {
    world_.open_issue_by(dice_.of(everybody()), "Payments fail", dice_.chance(70) ? "P0" : "question");
    return;
  }
  const std::int64_t number = dice_.of(alive);
  const bool open = world_.issues.at(number).open;
  switch (dice_.below(8)) {
    case 0:
      return world_.delete_issue("alice", number);
    case 1:
      return world_.unlabel("bob", number, "P0");
    default:
      return world_.set_open_by(dice_.of(everybody()), number, !open);
  }
}

void People::act() {
  const std::size_t what = dice_.below(100);
  if (what < 35) return talk();
  if (what < 60) return handle_pull();
  if (what < 65) return handle_issue();
  if (what < 68) {
    const std::vector<std::string> texts{"", "prepare", "two channels", "not a runbook", "rerun"};
    world_.runbook = dice_.of(texts);
    world_.push({"main"}, false, true);
    return;
  }
  if (what < 71 && !pushed_.empty()) {
    const std::string sha = dice_.of(pushed_);
    const std::string branch = rollback::branch_name("main", sha);
    if (!world_.heads.contains(branch)) {
      world_.heads[branch] = {
          .sha = FakeWorld::sha_of(branch), .base = "main", .target = sha, .foreign = true};
    }
    return;
  }
  const std::vector<std::vector<std::string>> places{{"main"}, {"develop"}, {"main", "develop"}};
  const std::string sha = world_.push(dice_.of(places), dice_.chance(40));
  pushed_.push_back(sha);
  if (dice_.chance(15)) world_.conflicts.emplace(sha, dice_.chance(50) ? "main" : "develop");
}

void People::end_a_run() {
  if (world_.runs.empty()) return;
  const std::size_t index = dice_.below(world_.runs.size());
  const FakeRun run = world_.runs[index];
  world_.runs.erase(world_.runs.begin() + static_cast<std::ptrdiff_t>(index));
  const bool flaky = dice_.chance(5);
  std::string conclusion = run.red != flaky ? "failure" : "success";
  if (dice_.chance(4)) conclusion = "cancelled";
  world_.end_run(run, conclusion);
}

}  // namespace kedge::testing
