// SPDX-License-Identifier: Apache-2.0
#include "bot/base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace kedge {
namespace {

TEST(Random, GivesThePublishedNumbersOnEveryPlatform) {
  // Source: Vigna's splitmix64.c with the state 1234567, as published with the Java and Rosetta Code tests.
  SplitMix64 random(1234567);
  constexpr std::array<std::uint64_t, 5> kExpected{6457827717110365317ULL, 3203168211198807973ULL,
                                                   9817491932198370423ULL, 4593380528125082431ULL,
                                                   16408922859458223821ULL};
  for (const std::uint64_t expected : kExpected) EXPECT_EQ(random.next(), expected);
}

TEST(Random, SameSeedGivesTheSameRunAndAnotherSeedAnother) {
  SplitMix64 first(5);
  SplitMix64 second(5);
  SplitMix64 other(6);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = first.next();
    EXPECT_EQ(number, second.next());
    differs = differs || number != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, StaysBelowItsBoundAndReachesAllOfIt) {
  SplitMix64 random(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) {
    const std::uint64_t number = random.below(7);
    ASSERT_LT(number, 7U);
    ++seen.at(number);
  }
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, ChanceIsInPercent) {
  SplitMix64 random(2);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(100));
    if (random.chance(25)) ++hits;
  }
  EXPECT_NEAR(hits, 2500, 200);
}

}  // namespace
}  // namespace kedge
