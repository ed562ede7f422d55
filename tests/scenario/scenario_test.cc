// SPDX-License-Identifier: Apache-2.0
// Every story in this folder comes out as it is written. `KEDGE_UPDATE_GOLDEN=1` writes down what came out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/scenario/script.h"

namespace kedge::testing {
namespace {

std::vector<std::filesystem::path> stories() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(KEDGE_SOURCE_DIR "/tests/scenario")) {
    if (entry.path().extension() == ".scenario") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

class Scenario : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(Scenario, ComesOutAsItIsWritten) {
  std::ifstream file(GetParam());
  const std::string story{std::istreambuf_iterator<char>(file), {}};
  const std::string played = play(story);
  if (std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(GetParam()) << played;
    return;
  }
  EXPECT_NE(story.find("\nthen "), std::string::npos) << "the story expects nothing";
  EXPECT_EQ(played, story);
}

INSTANTIATE_TEST_SUITE_P(Stories, Scenario, ::testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param.stem().string(); });

TEST(ScenarioWords, AnUnknownOneIsNoSilence) {
  EXPECT_THROW(play("given the moon is full\n"), std::runtime_error);
  EXPECT_THROW(play("when bob sings\nthen silence\n"), std::runtime_error);
  EXPECT_THROW(play("whne ci ends\n"), std::runtime_error);
}

TEST(ScenarioWords, WhatKedgeDidAndTheStoryDoesNotTellComesOut) {
  EXPECT_NE(
      play("when bob pushes bad main\nthen silence\nwhen ci ends\nthen silence\n").find("then issue #1"),
      std::string::npos);
}

}  // namespace
}  // namespace kedge::testing
