// SPDX-License-Identifier: Apache-2.0
// Upkeep of mirrors: never in anybody's way, and nothing is lost by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "bot/adapters/git/mirror_store.h"
#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using test::GitShell;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class MirrorUpkeep : public Mirrors {
 protected:
  fs::path state() { return scratch_.path() / "state"; }
  fs::path mirror(int id = 42) { return state() / "mirrors" / (std::to_string(id) + ".git"); }

  Upkeep keep_up(const UpkeepLimits& limits = {}) {
    return keep_mirrors_up(state(), limits, from_unix_ms(now_ms_), {});
  }

  std::size_t packs() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(mirror() / "objects/pack")) {
      if (entry.path().extension() == ".pack") ++count;
    }
    return count;
  }

  void pile_up_packs() {
    ASSERT_TRUE(plan(bad_));
    for (std::size_t i = 0; i <= kPacksMax; ++i) {
      work_.commit("More", {{"d.txt", std::to_string(i) + "\n"}});
      push();
      ASSERT_TRUE(plan(bad_));
    }
    ASSERT_GT(packs(), kPacksMax);
  }

  ports::Repository other() { return {.id = RepositoryId{7}, .full_name = "acme/api"}; }
  Result<rollback::Plan> plan_other() {
    return mirrors_->plan(other(), {.targets = {bad_}, .branches = {"main"}});
  }

  std::int64_t now_ms_ = 1'700'000'000'000;
};

TEST_F(MirrorUpkeep, PutsPacksTogetherAndPlansStaySame) {
  pile_up_packs();
  const auto before = plan(bad_);
  EXPECT_THAT(keep_up().repacked, ElementsAre("42"));
  EXPECT_LE(packs(), 3U);
  const auto after = plan(bad_);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->id, before->id);
  EXPECT_TRUE(GitShell(mirror()).is_sound());
  EXPECT_THAT(keep_up().repacked, IsEmpty()) << "there is nothing left to do";
}

TEST_F(MirrorUpkeep, LeavesAMirrorAloneThatSomebodyWorksOn) {
  pile_up_packs();
  const auto held = hold_mirror(state(), RepositoryId{42}, Duration{0}, {});
  ASSERT_TRUE(held);
  const Upkeep done = keep_up();
  EXPECT_THAT(done.repacked, IsEmpty());
  EXPECT_THAT(done.failed, IsEmpty());
}

TEST_F(MirrorUpkeep, LetsGoOfAMirrorThatSomebodyWants) {
  ASSERT_TRUE(plan(bad_));
  const auto held = try_mirror(state(), RepositoryId{42});
  ASSERT_TRUE(held);
  EXPECT_FALSE(is_wanted(state(), RepositoryId{42}));
  std::stop_source stop;
  std::jthread wants(
      [&] { (void)hold_mirror(state(), RepositoryId{42}, std::chrono::hours{1}, stop.get_token()); });
  while (!is_wanted(state(), RepositoryId{42})) std::this_thread::yield();
  stop.request_stop();
  wants.join();
  EXPECT_FALSE(is_wanted(state(), RepositoryId{42}));
}

TEST_F(MirrorUpkeep, LooksForDamageAtLongIntervalsAndTheMirrorHeals) {
  ASSERT_TRUE(plan(bad_));
  EXPECT_THAT(keep_up().checked, IsEmpty()) << "it was just fetched";
  now_ms_ += 8LL * 24 * 3600 * 1000;
  const Upkeep sound = keep_up();
  EXPECT_THAT(sound.checked, ElementsAre("42"));
  EXPECT_THAT(sound.damaged, IsEmpty());
  EXPECT_THAT(keep_up().checked, IsEmpty()) << "once a week";
  for (const auto& entry : fs::directory_iterator(mirror() / "objects/pack")) {
    if (entry.path().extension() != ".pack") continue;
    fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(40);
    file.write("damaged!", 8);
  }
  now_ms_ += 8LL * 24 * 3600 * 1000;
  EXPECT_THAT(keep_up().damaged, ElementsAre("42"));
  EXPECT_FALSE(fs::exists(mirror()));
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_TRUE(GitShell(mirror()).is_sound());
}

TEST_F(MirrorUpkeep, AnOddCommitOfTheRemoteIsNoDamage) {
  const std::string tree = work_.tree("main");
  const std::string odd = work_.git({"hash-object", "-t", "commit", "-w", "--stdin", "--literally"},
                                    "tree " + tree + "\nparent " + work_.sha("main") +
                                        "\nauthor A <a@example.com> 1700000000 +0000\ncommitter A "
                                        "<a@example.com>1700000000 +0000\n\nOdd\n");
  work_.git({"update-ref", "refs/heads/develop", odd});
  push();
  ASSERT_TRUE(plan(bad_));
  keep_up();
  now_ms_ += 8LL * 24 * 3600 * 1000;
  const Upkeep done = keep_up();
  EXPECT_THAT(done.checked, ElementsAre("42"));
  EXPECT_THAT(done.damaged, IsEmpty());
}

TEST_F(MirrorUpkeep, RemovesTheLeastRecentlyUsedForRoom) {
  ASSERT_TRUE(plan(bad_));
  ASSERT_TRUE(plan_other());
  fs::last_write_time(used_file(mirror(42)), fs::file_time_type::clock::now() - std::chrono::hours{1});
  EXPECT_THAT(keep_up({.bytes_max = 1'000'000'000}).removed, IsEmpty());
  const fs::path half_removed = state() / "mirrors/9.git.removed";
  fs::create_directories(half_removed / "objects");
  const Upkeep done = keep_up({.bytes_max = 1});
  EXPECT_THAT(done.removed, ElementsAre("42"));
  EXPECT_FALSE(fs::exists(mirror(42)));
  EXPECT_FALSE(fs::exists(half_removed));
  EXPECT_TRUE(fs::exists(mirror(7))) << "the one used last stays, whatever its size";
  EXPECT_TRUE(plan(bad_)) << "and the other is fetched anew when it is needed";
}

TEST_F(MirrorUpkeep, NeverRemovesSafetyRefsThatLiveNowhereElse) {
  install_hook("update", "case $1 in refs/kedge/*) exit 1;; esac\n");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  ASSERT_TRUE(plan_other());
  fs::last_write_time(used_file(mirror(42)), fs::file_time_type::clock::now() - std::chrono::hours{1});
  const Upkeep done = keep_up({.bytes_max = 1});
  EXPECT_THAT(done.removed, IsEmpty());
  EXPECT_THAT(done.held, ElementsAre("42"));
  EXPECT_TRUE(fs::exists(mirror(42)));
}

TEST_F(MirrorUpkeep, RemovesAMirrorWhoseSafetyRefsTheServerHas) {
  ASSERT_TRUE(mirrors_->publish(repository(), publish_request(*plan(bad_))));
  ASSERT_TRUE(plan_other());
  fs::last_write_time(used_file(mirror(42)), fs::file_time_type::clock::now() - std::chrono::hours{1});
  EXPECT_THAT(keep_up({.bytes_max = 1}).removed, ElementsAre("42"));
}

}  // namespace
}  // namespace kedge::adapters::git
