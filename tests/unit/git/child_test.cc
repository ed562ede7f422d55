// SPDX-License-Identifier: Apache-2.0
// Another program never hangs us, and gets what it should and no more.
#include "bot/adapters/git/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "bot/adapters/git/git_command.h"

namespace kedge::adapters::git {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Child shell(const std::string& script) {
  return {.line = {"sh", "-c", script},
          .environment = {},
          .without = {},
          .input = {},
          .give_up = {},
          .hear_err = {}};
}

/// Gone, or dead and not yet collected by its new parent.
bool is_dead(int pid) {
  std::string name;
  std::string state;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  return !(stat >> pid >> name >> state) || state == "Z";
}

TEST(Child, TellsWhatItSaidAndHowItEnded) {
  Child child = shell("cat; echo out; echo err >&2; exit 3");
  child.input = std::string(300'000, 'x') + "\n";
  const Result<Ran> ran = run_child(child);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_EQ(ran->status, 3);
  EXPECT_EQ(ran->out, child.input + "out\n");
  EXPECT_EQ(ran->err, "err\n");
}

TEST(Child, ThatIsNotInstalledIsInvalid) {
  Child child = shell("");
  child.line = {"kedge-no-such-program"};
  const Result<Ran> ran = run_child(child);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, Errc::invalid);
  EXPECT_THAT(ran.error().message, HasSubstr("kedge-no-such-program"));
}

TEST(Child, IsEndedWithAllThatItStartedWhenWeGiveUp) {
  int grandchild = 0;
  Child child = shell("sleep 100000 & echo $! >&2; trap '' TERM; wait");
  child.hear_err = [&](std::string_view text) { grandchild = std::atoi(std::string(text).c_str()); };
  child.give_up = [&] { return grandchild != 0; };
  const Result<Ran> ran = run_child(child);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, Errc::unavailable);
  while (!is_dead(grandchild)) {
  }
}

TEST(Child, IsEndedWhenItsTimeIsOver) {
  Child child = shell("exec sleep 100000");
  child.time_max = Duration{1};
  const Result<Ran> ran = run_child(child);
  ASSERT_FALSE(ran);
  EXPECT_THAT(ran.error().message, HasSubstr("too long"));
}

TEST(Child, IsEndedEvenWhereOurThreadBlocksSignals) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  Child child = shell("kill -TERM $$; exit 0");
  const Result<Ran> ran = run_child(child);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->status, 128 + SIGTERM);
}

TEST(GitOnMirror, SeesNothingOfTheMachinesConfiguration) {
  ::setenv("GIT_TRACE_CURL", "1", 1);
  ::setenv("GIT_DIR", "/nonexistent", 1);
  Child child = git_on_mirror("/tmp", {});
  child.line = {"env"};
  const Result<Ran> ran = run_child(child);
  ::unsetenv("GIT_TRACE_CURL");
  ::unsetenv("GIT_DIR");
  ASSERT_TRUE(ran);
  EXPECT_THAT(ran->out, Not(HasSubstr("GIT_TRACE_CURL")));
  EXPECT_THAT(ran->out, Not(HasSubstr("GIT_DIR")));
  EXPECT_THAT(ran->out, HasSubstr("GIT_CONFIG_GLOBAL=/dev/null"));
}

}  // namespace
}  // namespace kedge::adapters::git
