// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/near_misses.h"

#include <gtest/gtest.h>

namespace kedge::adapters::git {
namespace {

using Names = std::vector<std::string>;

TEST(NearMisses, FindSlipsAndBeginnings) {
  const Names names = {"develop", "main", "release/1.2", "v1.2.3", "v1.2.4"};
  EXPECT_EQ(near_misses("mian", names, {}), Names{"main"});
  EXPECT_EQ(near_misses("Develop", names, {}), Names{"develop"});
  EXPECT_EQ(near_misses("dev", names, {}), Names{"develop"});
  EXPECT_EQ(near_misses("1.2", names, {}), (Names{"release/1.2"}));
  EXPECT_EQ(near_misses("v1.2.5", names, {}), (Names{"v1.2.3", "v1.2.4"}));
  EXPECT_EQ(near_misses("quite-another", names, {}), Names{});
  EXPECT_EQ(near_misses("", names, {}), Names{});
  EXPECT_EQ(near_misses(std::string(10'000, 'x'), names, {}), Names{});
}

TEST(NearMisses, OfANumberAreSlipsOfThePen) {
  const Names numbers = {"#2004", "#2008", "#5001", "#50", "#500", "#5600", "#6000", "#9000", "#50000"};
  EXPECT_EQ(near_misses("#5000", numbers, {}), (Names{"#500", "#50000", "#5001"}));
  EXPECT_EQ(near_misses("#5060", {"#5600", "#5090"}, {}), Names{"#5600"}) << "two digits changed places";
  EXPECT_EQ(near_misses("#7777", numbers, {}), Names{});
}

TEST(NearMisses, FindCommitsByTheirBeginning) {
  const Names shas = {"a1b2c3d4e5f60718293a4b5c6d7e8f9012345678", "ffffffffffffffffffffffffffffffffffffffff"};
  EXPECT_EQ(near_misses("a1b2c3d5", {}, shas), Names{"a1b2c3d4e5f6"});
  EXPECT_EQ(near_misses("A1B2C3D5", {}, shas), Names{"a1b2c3d4e5f6"});
  EXPECT_EQ(near_misses("a1b", {}, shas), Names{});
  EXPECT_EQ(near_misses("00000000", {}, shas), Names{});
}

TEST(NearMisses, AreReadBackFromAMessage) {
  const Names names = {"main", "feature,with-comma"};
  EXPECT_EQ(candidates_in("cannot find x: no such thing" + did_you_mean(names)), names);
  EXPECT_EQ(candidates_in("cannot find x" + did_you_mean({})), Names{});
  EXPECT_EQ(candidates_in("; did you mean "), Names{});
}

}  // namespace
}  // namespace kedge::adapters::git
