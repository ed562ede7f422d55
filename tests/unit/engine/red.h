// SPDX-License-Identifier: Apache-2.0
// What the engine's tests begin with.
#pragma once

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/house.h"

namespace kedge::testing {

/// A house whose repository is known, with CI red on main.
struct Red {
  House house;
  explicit Red(std::optional<std::string> runbook = std::nullopt) {
    house.world.runbook = std::move(runbook);
    house.world.install();
    EXPECT_TRUE(house.settle());
    house.world.push({"main"}, true);
  }
  void end_runs() {
    for (const FakeRun& run : std::exchange(house.world.runs, {})) {
      house.world.end_run(run, run.red ? "failure" : "success");
    }
  }
  incident::Incident incident() { return house.state().incidents.begin()->second; }
};

inline std::size_t parked(House& house) {
  return house.store().parked_effects()->size();
}

}  // namespace kedge::testing
