// SPDX-License-Identifier: Apache-2.0
// What holds where a repository's own runbook cannot be used: the server's default, if it has one.
#include <gtest/gtest.h>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

constexpr const char* kFallback = "mode: observe\nchannels: []\n";

TEST(RunbookFallback, StandsInForNone) {
  EXPECT_EQ(read_runbook("", kFallback).policy.mode, incident::Mode::observe);
  EXPECT_EQ(read_runbook("mode: prepare\n", kFallback).policy.mode, incident::Mode::prepare);
}

TEST(RunbookFallback, StandsInForOneThatIsInvalid) {
  for (const char* text : {"mode: [\n", "moode: prepare\n", "- a list\n"}) {
    const Runbook read = read_runbook(text, kFallback);
    EXPECT_FALSE(read.problems.empty()) << text;
    EXPECT_EQ(read.policy.mode, incident::Mode::observe) << text;
    EXPECT_TRUE(read.channels_given) << text;
  }
}

TEST(RunbookFallback, ThatIsMissingLeavesThePreset) {
  EXPECT_EQ(read_runbook("moode: prepare\n").policy.mode, incident::Mode::suggest);
}

}  // namespace
}  // namespace kedge::config
