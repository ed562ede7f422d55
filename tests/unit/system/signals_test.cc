// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/signals.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <future>

namespace kedge::adapters::system {
namespace {

void wait_for_stop(const std::stop_token& token) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(token, [&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
}

class Caught : public testing::TestWithParam<int> {};

TEST_P(Caught, SignalRequestsStopAndMakesDescriptorReadable) {
  Signals signals;
  EXPECT_EQ(signals.received(), 0);
  EXPECT_FALSE(signals.token().stop_requested());
  ASSERT_EQ(::kill(::getpid(), GetParam()), 0);
  wait_for_stop(signals.token());
  EXPECT_EQ(signals.received(), GetParam());
  pollfd wait{.fd = signals.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 1);
}

INSTANTIATE_TEST_SUITE_P(Signals, Caught, testing::Values(SIGTERM, SIGINT),
                         [](const auto& row) { return std::string(row.param == SIGTERM ? "Term" : "Int"); });

TEST(Signals, NoSignalLeavesDescriptorUnreadable) {
  const Signals signals;
  pollfd wait{.fd = signals.fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 0);
}

TEST(Signals, BrokenPipeIsAnErrorOfTheWrite) {
  const Signals signals;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  EXPECT_EQ(::write(ends[1], "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  ::close(ends[1]);
}

TEST(Signals, EarlierHandlersComeBack) {
  { const Signals signals; }
  struct sigaction now {};
  ASSERT_EQ(::sigaction(SIGTERM, nullptr, &now), 0);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST(SignalsDeathTest, SecondInterruptEndsAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const Signals signals;
        ::kill(::getpid(), SIGINT);
        wait_for_stop(signals.token());
        ::kill(::getpid(), SIGINT);
        ::pause();
      },
      testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace kedge::adapters::system
