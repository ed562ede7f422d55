// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace kedge::testing {
namespace {

/// Some seeds each, so that several can run at once.
class Seeds : public ::testing::TestWithParam<int> {};

TEST_P(Seeds, BreakNoInvariant) {
  const bool longer = std::getenv("KEDGE_TEST_LONG") != nullptr;
  const bool shorter =
      std::getenv("KEDGE_TEST_SHORT") != nullptr;  // A sanitizer makes them ten times slower.
  const int many = longer ? 200 : shorter ? 3 : 10;
  for (int i = 0; i < many; ++i) {
    const auto seed = static_cast<std::uint64_t>(GetParam() * 1000 + i);
    EXPECT_EQ(Simulation(seed, "sqlite::memory:").run(longer ? 5000 : 300), "");
  }
}

INSTANTIATE_TEST_SUITE_P(Simulation, Seeds, ::testing::Range(1, 7));

TEST(SeedsOnDisk, BreakNoInvariantWhenTheFileIsOpenedAgain) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("kedge-sim-{}", ::getpid());
  for (std::uint64_t seed = 9001; seed < 9004; ++seed) {
    EXPECT_EQ(Simulation(seed, fmt::format("sqlite://{}/{}.db", folder.string(), seed)).run(200), "");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace kedge::testing
