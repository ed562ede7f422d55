// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/line_trail.h"

#include <gtest/gtest.h>

namespace kedge::adapters::git {
namespace {

TEST(LineTrail, FollowsLinesThatMoveAndStopsAtThoseThatChange) {
  LineTrail trail({{.first = 4, .count = 1}});  // `x` of the newest version.
  EXPECT_FALSE(trail.step("a\nb\nx\nc\n", "0\na\nb\nx\nc\n")) << "a line was added above";
  EXPECT_FALSE(trail.step("a\nb\nx\n", "a\nb\nx\nc\n")) << "a line was added below";
  EXPECT_FALSE(trail.step("a\nmore\nb\nx\n", "a\nb\nx\n")) << "a line went above";
  EXPECT_TRUE(trail.step("a\nmore\nb\ny\nz\n", "a\nmore\nb\nx\n"));
  EXPECT_TRUE(trail.step("a\nmore\nb\ny\nw\n", "a\nmore\nb\ny\nz\n"))
      << "what stood there before is followed";
  EXPECT_FALSE(trail.step("A\nmore\nb\ny\nw\n", "a\nmore\nb\ny\nw\n"));
}

TEST(LineTrail, LinesThatAreGoneAreTouchedByWhatTookThem) {
  LineTrail trail({{.first = 2, .count = 0}});
  EXPECT_TRUE(trail.step("a\nx\nb\n", "a\nb\n"));
  EXPECT_TRUE(trail.step("a\ny\nb\n", "a\nx\nb\n"));
}

TEST(LineTrail, AnyOfSeveralPlacesCounts) {
  LineTrail trail({{.first = 1, .count = 1}, {.first = 5, .count = 1}});
  EXPECT_FALSE(trail.step("1\n2\nx\n4\n5\n", "1\n2\n3\n4\n5\n"));
  EXPECT_TRUE(trail.step("1\n2\n3\n4\nx\n", "1\n2\n3\n4\n5\n"));
}

}  // namespace
}  // namespace kedge::adapters::git
