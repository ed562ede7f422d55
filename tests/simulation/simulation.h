// SPDX-License-Identifier: Apache-2.0
// One seed: a repository, its people and its faults against the real engine and store on a virtual clock. A
// run ends with the first broken promise, told in words, or with none.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/dice.h"
#include "tests/support/house.h"

namespace kedge::testing {

/// Which faults exist under this seed, in percent of the calls.
struct Weather {
  int outside = 0;     ///< Calls to GitHub, git and chat.
  int store = 0;       ///< Transactions.
  int deliveries = 0;  ///< Late, doubled, lost at first.
  int jumps = 0;       ///< The wall clock, of all steps.
};

class People {
 public:
  People(FakeWorld& world, Dice& dice);
  /// Somebody does something.
  void act();
  /// CI ends a run, if one is under way.
  void end_a_run();

 private:
  void talk();
  void handle_pull();
  void handle_issue();
  std::int64_t some_thread();

  FakeWorld& world_;
  Dice& dice_;
  std::vector<std::string> pushed_;
};

/// What must always hold; empty: it does. Reads on where the last call stopped.
class Invariants {
 public:
  explicit Invariants(House& house);
  std::string broken();
  /// What holds once everything came to rest.
  std::string broken_at_rest();

 private:
  std::string replay_differs();
  std::string doubled();
  std::string unjustified() const;
  std::string updates_out_of_order();
  std::optional<incident::Effect> effect_of(const std::string& marker);

  House& house_;
  incident::State replayed_;
  std::array<std::size_t, 5> seen_{};
  std::map<std::string, incident::Effect> effects_;
};

class Simulation {
 public:
  Simulation(std::uint64_t seed, const std::string& database);
  /// Empty: nothing broke. Otherwise what broke, with the seed and the last lines of the log.
  std::string run(int steps);
  /// What happened, in one line: a run in which nothing happens proves nothing.
  std::string tally();

 private:
  void draw_faults();
  void step();
  void deliver_some();
  Mishap mishap(std::string_view call);
  std::string calm();
  std::string report(const std::string& what) const;

  std::uint64_t seed_;
  Dice dice_;
  Weather weather_;
  bool stormy_ = true;
  House house_;
  People people_;
  Invariants invariants_;
  struct Underway {
    Parcel parcel;
    TimePoint due{};
  };
  std::vector<Underway> underway_;
  int taken_ = 0;
  int crashes_ = 0;
};

}  // namespace kedge::testing
