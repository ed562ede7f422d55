// SPDX-License-Identifier: Apache-2.0
// The engine over the real store and the fake world, on one thread. It can die at any moment and come back.
#pragma once

#include <memory>
#include <string>

#include "bot/engine/engine.h"
#include "tests/support/fake_world.h"
#include "tests/support/flaky_store.h"
#include "tests/support/virtual_clock.h"

namespace kedge::testing {

/// One word a runbook: empty, `prepare`, `observe`, `rerun`, `twice`, `two channels`,
/// `pager` (PagerDuty, red runs are P1); other texts are invalid.
engine::PolicyReading policy_of(const std::string& text);

class House {
 public:
  /// `database` as in open_store.
  explicit House(std::string database = "sqlite::memory:");
  ~House();

  VirtualClock clock;
  LastLines log;
  FakeWorld world{clock};
  std::vector<Parcel> told;  ///< All that deliver_all() has handed over.

  ports::Store& store() { return *flaky_; }
  FlakyStore& flaky() { return *flaky_; }
  engine::Turns& turns() { return *turns_; }
  engine::Engine& engine() { return *engine_; }
  engine::Limits limits;

  /// The process is gone; a new one opens what is stored. What stays in memory stays where the store does.
  void restart();
  /// Hands parcels to the inbox as the HTTP front does; false where the store took none.
  bool deliver(const std::vector<Parcel>& parcels);
  /// All that was told goes to the inbox.
  void deliver_all();
  /// Takes steps until nothing may run at this moment. False where it does not come to rest.
  bool settle();
  /// settle() again and again while the clock moves on by `duration`, to each moment that something waits
  /// for.
  bool pass(Duration duration);
  incident::State state();
  ports::QueueDepth depth();

 private:
  void start();

  std::string database_;
  std::unique_ptr<ports::Store> real_;
  std::unique_ptr<FlakyStore> flaky_;
  std::unique_ptr<engine::Turns> turns_;
  std::unique_ptr<engine::Performer> performer_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace kedge::testing
