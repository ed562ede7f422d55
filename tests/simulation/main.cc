// SPDX-License-Identifier: Apache-2.0
// `kedge_sim --seed=0x5eed --steps=20000`: one seed, as a program. `--seeds=N` takes N seeds from it on.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/simulation/simulation.h"

int main(int count, char** words) {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  int steps = 2000;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const auto value = [&](std::string_view name) -> const char* {
      return word.starts_with(name) ? words[i] + name.size() : nullptr;
    };
    if (const char* text = value("--seed=")) {
      seed = std::strtoull(text, nullptr, 0);
    } else if (const char* many = value("--seeds=")) {
      seeds = std::strtoull(many, nullptr, 0);
    } else if (const char* number = value("--steps=")) {
      steps = static_cast<int>(std::strtol(number, nullptr, 0));
    } else {
      fmt::print(stderr, "kedge_sim [--seed=N] [--seeds=N] [--steps=N]\n");
      return 2;
    }
  }
  int broken = 0;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    kedge::testing::Simulation simulation(seed + i, "sqlite::memory:");
    const std::string found = simulation.run(steps);
    if (seeds == 1) fmt::print("{}\n", simulation.tally());
    if (found.empty()) continue;
    ++broken;
    fmt::print("{}\n", found);
    std::fflush(stdout);
  }
  fmt::print("{} seeds of {} steps, {} broken\n", seeds, steps, broken);
  return broken == 0 ? 0 : 1;
}
