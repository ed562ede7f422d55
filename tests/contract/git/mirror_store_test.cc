// SPDX-License-Identifier: Apache-2.0
// Mirrors among processes: one works at a time, and what a killed one leaves behind hinders nobody. The
// remote is a folder, so that no thread runs while a process forks.
#include "bot/adapters/git/mirror_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>

#include "bot/adapters/git/mirrors.h"
#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

using test::GitShell;
using ::testing::HasSubstr;

/// A process that does `work` and ends; killed at the latest with this object.
class Child {
 public:
  explicit Child(const std::function<void()>& work) : pid_(::fork()) {
    if (pid_ != 0) return;
    work();
    ::_exit(0);
  }
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

 private:
  pid_t pid_;
};

class MirrorStore : public ::testing::Test {
 protected:
  MirrorStore()
      : work_(test::make_clone(scratch_.path() / "work")),
        bare_(test::make_bare(scratch_.path() / "server/acme/api.git")) {
    std::string noise;
    std::uint32_t state = 1;
    for (int i = 0; i < 300'000; ++i)
      noise += static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    work_.commit("First", {{"a.txt", "1\n2\n3\n"}, {"noise.bin", noise}});
    bad_ = work_.commit("Break it", {{"a.txt", "1\nbroken\n3\n"}});
    work_.git({"push", "--quiet", "--mirror", bare_.directory().string()});
  }

  Result<rollback::Plan> plan(std::int64_t id = 42) {
    GitMirrors mirrors({.state_dir = state_,
                        .git_url = "file://" + (scratch_.path() / "server").string(),
                        .lock_wait = Duration{0}});
    return mirrors.plan({.id = RepositoryId{id}, .full_name = "acme/api"},
                        {.targets = {bad_}, .branches = {"main"}});
  }

  std::vector<std::string> unfinished() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(mirror_ / "objects/pack")) {
      const std::string name = entry.path().filename().string();
      const bool whole = name.starts_with("pack-") && (name.ends_with(".pack") || name.ends_with(".idx"));
      if (!whole) names.push_back(name);
    }
    return names;
  }

  test::ScratchDir scratch_;
  GitShell work_;
  GitShell bare_;
  std::string bad_;
  std::filesystem::path state_ = scratch_.path() / "state";
  std::filesystem::path mirror_ = state_ / "mirrors/42.git";
};

TEST_F(MirrorStore, AKilledFetchHindersNobody) {
  Child child([&] {
    // The system kills it in the middle of the pack.
    constexpr rlimit kNoCore{.rlim_cur = 0, .rlim_max = 0};
    constexpr rlimit kPartOfThePack{.rlim_cur = 100'000, .rlim_max = 100'000};
    ::signal(SIGXFSZ, SIG_DFL);
    ::setrlimit(RLIMIT_CORE, &kNoCore);
    ::setrlimit(RLIMIT_FSIZE, &kPartOfThePack);
    static_cast<void>(plan());
  });
  const int status = child.wait();
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
  ASSERT_FALSE(unfinished().empty()) << "the fetch was killed before it wrote anything";
  for (const char* name : {"packed-refs.lock", "config.lock", "refs/heads/main.lock"}) {
    test::write_file(mirror_ / name, "");
  }
  const auto planned = plan();
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::clean);
  EXPECT_EQ(unfinished(), std::vector<std::string>{});
  EXPECT_FALSE(std::filesystem::exists(mirror_ / "refs/heads/main.lock"));
  EXPECT_TRUE(GitShell(mirror_).is_sound());
}

TEST_F(MirrorStore, OneProcessAtATimeWorksOnAMirror) {
  std::array<int, 2> ready{};
  std::array<int, 2> never{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  ASSERT_EQ(::pipe(never.data()), 0);
  Child child([&] {
    const Result<HeldMirror> held = hold_mirror(state_, RepositoryId{42}, Duration{0}, {});
    char byte = held ? 'y' : 'n';
    static_cast<void>(::write(ready[1], &byte, 1) + ::read(never[0], &byte, 1));
  });
  char held = ' ';
  ASSERT_EQ(::read(ready[0], &held, 1), 1);
  ASSERT_EQ(held, 'y');
  const auto planned = plan();
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::unavailable);
  EXPECT_THAT(planned.error().message, HasSubstr("process " + std::to_string(child.pid()) + " works on it"));
  EXPECT_TRUE(plan(43)) << "another repository does not wait";
  child.kill();
  EXPECT_TRUE(plan()) << "the lock ends with its holder";
  for (const int end : {ready[0], ready[1], never[0], never[1]}) ::close(end);
}

}  // namespace
}  // namespace kedge::adapters::git
