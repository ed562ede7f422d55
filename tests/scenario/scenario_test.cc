// SPDX-License-Identifier: Apache-2.0
// Every story in this folder comes out as it is written. `KEDGE_UPDATE_SCENARIOS=1` writes down what came
// out.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/scenario/script.h"

namespace kedge::testing {
namespace {

class Scenario : public ::testing::TestWithParam<const char*> {};

TEST_P(Scenario, ComesOutAsItIsWritten) {
  const std::filesystem::path path =
      std::filesystem::path(KEDGE_SOURCE_DIR) / "tests/scenario" / (std::string(GetParam()) + ".scenario");
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string story{std::istreambuf_iterator<char>(file), {}};
  const std::string played = play(story);
  if (std::getenv("KEDGE_UPDATE_SCENARIOS") != nullptr) std::ofstream(path) << played;
  EXPECT_NE(story.find("\nthen "), std::string::npos) << "the story expects nothing";
  EXPECT_EQ(played, story);
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario,
                         ::testing::Values("main_path", "conflict_on_develop", "outage_catch_up",
                                           "dead_chat_channel", "duplicate_deliveries", "moved_base"));

}  // namespace
}  // namespace kedge::testing
