// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "bot/adapters/system/random.h"

namespace kedge::adapters::system {
namespace {

TEST(SystemClock, NowLiesInThisCentury) {
  SystemClock clock;
  EXPECT_GT(to_unix_ms(clock.now()), 1'700'000'000'000);
  EXPECT_LT(to_unix_ms(clock.now()), 4'102'444'800'000);
}

TEST(SystemClock, SleepEndsWhenStopIsRequested) {
  SystemClock clock;
  std::stop_source source;
  std::jthread sleeper([&] { clock.sleep_for(Duration::max(), source.get_token()); });
  source.request_stop();
  sleeper.join();  // Hangs until ctest's limit where the stop is lost.
}

TEST(SystemClock, SleepReturnsAtOnceForStoppedTokenAndForNoDuration) {
  SystemClock clock;
  std::stop_source source;
  source.request_stop();
  clock.sleep_for(std::chrono::hours{100}, source.get_token());
  clock.sleep_for(Duration::zero(), {});
  clock.sleep_for(Duration::min(), {});
}

TEST(SystemClock, SleepWithoutStopLastsAtLeastItsDuration) {
  SystemClock clock;
  const auto before = std::chrono::steady_clock::now();
  clock.sleep_for(Duration{2}, {});
  EXPECT_GE(std::chrono::steady_clock::now() - before, Duration{2});
}

TEST(OsRandom, GivesTheCountAskedForAndNeverTheSame) {
  OsRandom random;
  EXPECT_EQ(random.bytes(0), "");
  EXPECT_EQ(random.bytes(1000).size(), 1000U);
  EXPECT_NE(random.bytes(16), random.bytes(16));
}

}  // namespace
}  // namespace kedge::adapters::system
