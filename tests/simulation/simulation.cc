// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/simulation.h"

#include <fmt/format.h>

#include <algorithm>

namespace kedge::testing {

using namespace std::chrono_literals;

Simulation::Simulation(std::uint64_t seed, const std::string& database)
    : seed_(seed), dice_(seed), house_(database), people_(house_.world, dice_), invariants_(house_) {
  draw_faults();
  const std::vector<std::string> runbooks{"", "", "prepare", "rerun", "twice", "two channels", "observe"};
  const std::string& runbook = dice_.of(runbooks);
  if (!runbook.empty()) house_.world.runbook = runbook;
  house_.world.mishap = [this](std::string_view call) { return mishap(call); };
  house_.flaky().hitch = [this](std::string_view) {
    if (!stormy_ || !dice_.chance(weather_.store)) return Hitch::none;
    const std::vector<Hitch> kinds{Hitch::busy, Hitch::crash_before, Hitch::crash_after};
    return dice_.of(kinds);
  };
}

void Simulation::draw_faults() {
  const std::vector<int> levels{0, 0, 5, 20};
  weather_ = {.outside = dice_.of(levels),
              .store = dice_.of(levels) / 4,
              .deliveries = dice_.of(levels) * 2,
              .jumps = dice_.chance(30) ? 1 : 0};
}

Mishap Simulation::mishap(std::string_view) {
  if (!stormy_ || !dice_.chance(weather_.outside)) return Mishap::none;
  const std::vector<Mishap> kinds{Mishap::refused,    Mishap::lost_before, Mishap::lost_after,
                                  Mishap::lost_after, Mishap::limited,     Mishap::crash,
                                  Mishap::denied};
  return dice_.of(kinds);
}

void Simulation::deliver_some() {
  for (Parcel& parcel : std::exchange(house_.world.outgoing, {})) {
    const TimePoint now = house_.clock.now();
    const bool fault = stormy_ && dice_.chance(weather_.deliveries);
    if (fault && dice_.chance(50)) underway_.push_back({parcel, now + dice_.upto(20min)});  // And again.
    // Lost at first means: it comes when somebody asks GitHub to send it again.
    const Duration late =
        fault ? dice_.upto(dice_.chance(20) ? Duration(3h) : Duration(10min)) : dice_.upto(2s);
    underway_.push_back({std::move(parcel), now + late});
  }
  for (std::size_t i = 0; i < underway_.size();) {
    if (underway_[i].due > house_.clock.now() || !house_.deliver({underway_[i].parcel})) {
      ++i;
      continue;
    }
    underway_.erase(underway_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Simulation::step() {
  switch (dice_.below(10)) {
    case 0:
      return people_.act();
    case 1:
      return people_.end_a_run();
    case 2:
      house_.clock.move(dice_.upto(dice_.chance(10) ? Duration(20min) : Duration(1min)));
      return;
    case 3:
    case 4:
      return deliver_some();
    case 5:
    case 6:
      static_cast<void>(house_.engine().take_deliveries());
      return;
    case 7:
      static_cast<void>(house_.engine().fire_timers());
      return;
    default:
      for (int i = 0; i < 5; ++i) static_cast<void>(house_.engine().perform_effect());
      return;
  }
}

std::string Simulation::run(int steps) {
  house_.world.install();
  for (; taken_ < steps; ++taken_) {
    if (dice_.chance(weather_.jumps) && dice_.chance(20)) {
      house_.clock.move(dice_.chance(50) ? dice_.upto(1h) : -dice_.upto(1h));
    }
    if (weather_.store > 0 && dice_.below(200) == 0) house_.restart();
    try {
      step();
    } catch (const Crash&) {
      ++crashes_;
      house_.restart();
    }
    if (const std::string broken = invariants_.broken(); !broken.empty()) return report(broken);
  }
  const std::string broken = calm();
  return broken.empty() ? "" : report(broken);
}

/// The faults stop and people wait: within bounded time every queue is empty or parked with a reason.
std::string Simulation::calm() {
  stormy_ = false;
  while (!house_.world.runs.empty()) people_.end_a_run();
  constexpr int kHoursMax = 6;
  for (int hour = 0; hour < kHoursMax; ++hour) {
    deliver_some();
    if (!house_.pass(1h)) return "the engine does not come to rest";
    while (!house_.world.runs.empty()) people_.end_a_run();
    if (const std::string broken = invariants_.broken(); !broken.empty()) return broken;
  }
  house_.deliver_all();
  // An update may have gone out in the last moment, and what is rewritten behind it waits for a little.
  for (int i = 0; i < 3 && house_.store().next_due().value_or(std::nullopt) <= house_.clock.now() + 10s;
       ++i) {
    if (!house_.pass(10s)) return "the engine does not come to rest at the end";
  }
  const std::string broken = invariants_.broken();
  return broken.empty() ? invariants_.broken_at_rest() : broken;
}

std::string Simulation::tally() {
  const incident::State state = house_.state();
  std::size_t rollbacks = 0;
  std::size_t succeeded = 0;
  for (const auto& [id, incident] : state.incidents) {
    rollbacks += incident.rollbacks.size();
    for (const incident::Rollback& one : incident.rollbacks) {
      if (one.state == incident::RollbackState::succeeded) ++succeeded;
    }
  }
  return fmt::format(
      "{} records, {} incidents, {} rollbacks ({} succeeded), {} pull requests, {} comments, {} posts, "
      "{} crashes",
      state.seq, state.incidents.size(), rollbacks, succeeded, house_.world.pulls.size(),
      house_.world.comments.size(), house_.world.posts.size(), crashes_);
}

std::string Simulation::report(const std::string& what) const {
  std::string text = fmt::format("seed {:#x}, step {}: {}\n  the last lines:", seed_, taken_, what);
  for (const std::string& line : house_.log.lines()) text += "\n  " + line;
  return text;
}

}  // namespace kedge::testing
