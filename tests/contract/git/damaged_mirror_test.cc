// SPDX-License-Identifier: Apache-2.0
// A mirror that was damaged on disk heals by itself, and what only it held is not lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using rollback::Outcome;
using test::GitShell;
namespace fs = std::filesystem;

class DamagedMirror : public Mirrors {
 protected:
  fs::path mirrors_dir() { return scratch_.path() / "state/mirrors"; }
  fs::path mirror() { return mirrors_dir() / "42.git"; }

  std::vector<fs::path> packs() {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(mirror() / "objects/pack")) {
      if (entry.path().extension() == ".pack") found.push_back(entry.path());
    }
    return found;
  }

  /// Each object in a file of its own, so that a single one can go.
  void unpack() {
    GitShell shell(mirror());
    for (const fs::path& pack : packs()) {
      const std::string bytes = test::read_file(pack);
      fs::remove(pack);
      fs::remove(fs::path(pack).replace_extension(".idx"));
      shell.git({"unpack-objects", "-q"}, bytes);
    }
  }
  void lose_object(const std::string& sha) {
    fs::remove(mirror() / "objects" / sha.substr(0, 2) / sha.substr(2));
  }
  static void overwrite(const fs::path& file, const std::string& bytes) {
    fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    test::write_file(file, bytes);
  }
};

TEST_F(DamagedMirror, IsFetchedAnewAndPlannedOn) {
  // Only a merge of contents reads files at all.
  tip_ = work_.commit("The same file", {{"a.txt", "1\nbroken\n3\n4\n"}});
  push();
  struct Row {
    std::string name;
    std::function<void()> damage;
  };
  const std::vector<Row> rows = {{"NoObjects", [&] { fs::remove_all(mirror() / "objects/pack"); }},
                                 {"EmptyPack", [&] { overwrite(packs().front(), ""); }},
                                 {"ShortPack",
                                  [&] {
                                    fs::permissions(packs().front(), fs::perms::owner_write,
                                                    fs::perm_options::add);
                                    fs::resize_file(packs().front(), fs::file_size(packs().front()) / 2);
                                  }},
                                 {"WrongBytes",
                                  [&] {
                                    std::string bytes = test::read_file(packs().front());
                                    for (std::size_t i = 20; i < bytes.size() - 20; i += 7)
                                      bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
                                    overwrite(packs().front(), bytes);
                                  }},
                                 {"LostTip",
                                  [&] {
                                    unpack();
                                    lose_object(tip_);
                                  }},
                                 {"LostCommit",
                                  [&] {
                                    unpack();
                                    lose_object(bad_);
                                  }},
                                 {"LostTree",
                                  [&] {
                                    unpack();
                                    lose_object(work_.tree(bad_));
                                  }},
                                 {"LostFile",
                                  [&] {
                                    // Only a merge of the file's text reads the files.
                                    work_.commit("Go on with it", {{"a.txt", "1\nbroken\n3\n4\n5\n"}});
                                    push();
                                    EXPECT_TRUE(plan(bad_));
                                    unpack();
                                    lose_object(work_.sha(bad_ + "^:a.txt"));
                                  }},
                                 {"NoHead", [&] { fs::remove(mirror() / "HEAD"); }},
                                 {"BrokenConfig", [&] { overwrite(mirror() / "config", "[core"); }},
                                 {"AnEmptyFolder", [&] {
                                    fs::remove_all(mirror());
                                    fs::create_directories(mirror());
                                  }}};
  for (const Row& row : rows) {
    ASSERT_TRUE(plan(bad_)) << row.name;
    row.damage();
    const auto planned = plan(bad_);
    ASSERT_TRUE(planned) << row.name << ": " << planned.error().message;
    for (const rollback::BranchPlan& branch : planned->branches) {
      EXPECT_EQ(branch.outcome, Outcome::clean) << row.name;
    }
    EXPECT_TRUE(GitShell(mirror()).is_sound()) << row.name;
    EXPECT_FALSE(fs::exists(mirrors_dir() / "42.git.damaged")) << row.name;
  }
}

TEST_F(DamagedMirror, IsFetchedAnewAndPublishedFrom) {
  const auto planned = plan(bad_);
  unpack();
  lose_object(work_.tree(tip_));
  const auto published = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
}

TEST_F(DamagedMirror, ASafetyRefThatLivesNowhereElseIsCarriedOver) {
  install_hook("update", "case $1 in refs/kedge/*) exit 1;; esac\n");
  work_.git({"checkout", "--quiet", "develop"});
  const std::string develop = work_.commit("On develop", {{"d.txt", "d\n"}});
  push();
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  // The remote forgets the tip that the safety ref keeps.
  work_.git({"checkout", "--quiet", "main"});
  work_.git({"reset", "--quiet", "--hard", bad_});
  push();
  unpack();
  lose_object(develop);
  ASSERT_TRUE(plan(bad_));
  GitShell anew(mirror());
  EXPECT_EQ(anew.sha(published->safety_ref), tip_);
  EXPECT_EQ(anew.sha("refs/kedge/written/" + published->branch), published->commit);
  EXPECT_EQ(anew.sha("refs/heads/develop"), develop);
  EXPECT_TRUE(anew.is_sound());
  EXPECT_FALSE(fs::exists(mirrors_dir() / "42.git.unreadable"));
}

TEST_F(DamagedMirror, WhatCannotBeCarriedOverIsKept) {
  install_hook("update", "case $1 in refs/kedge/*) exit 1;; esac\n");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  work_.git({"reset", "--quiet", "--hard", bad_});
  push();
  unpack();
  lose_object(bad_);
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(GitShell(mirrors_dir() / "42.git.unreadable").sha(published->safety_ref), tip_);
}

TEST_F(DamagedMirror, ANetworkThatIsDownLosesNoSafetyRef) {
  install_hook("update", "case $1 in refs/kedge/*) exit 1;; esac\n");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  unpack();
  lose_object(tip_);
  int asked = 0;
  intercept_ = [&](const test::GitHttpHost::Asked&) -> std::optional<test::GitHttpHost::Answer> {
    if (++asked == 1) return std::nullopt;
    return test::GitHttpHost::Answer{.status = 503};
  };
  EXPECT_EQ(plan(bad_).error().code, Errc::unavailable);
  EXPECT_EQ(plan(bad_).error().code, Errc::unavailable);
  intercept_ = {};
  ASSERT_TRUE(plan(bad_));
  EXPECT_EQ(GitShell(mirror()).sha(published->safety_ref), tip_);
  EXPECT_FALSE(fs::exists(mirrors_dir() / "42.git.damaged"));
}

TEST_F(DamagedMirror, TwoServersOfOneRepositoryDoNotTakeEachOthersBranchForAPersons) {
  ASSERT_TRUE(mirrors_->publish(repository(), publish_request(*plan(bad_))));
  const auto first = std::move(mirrors_);
  const auto go_on = [&](const std::string& name) {
    work_.commit("And on", {{name, "x\n"}});
    work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  };
  go_on("one.txt");
  fs::rename(scratch_.path() / "state", scratch_.path() / "state-of-first");
  mirrors_ = make_mirrors();
  ASSERT_TRUE(mirrors_->publish(repository(), publish_request(*plan(bad_))));
  go_on("two.txt");
  fs::rename(scratch_.path() / "state", scratch_.path() / "state-of-second");
  fs::rename(scratch_.path() / "state-of-first", scratch_.path() / "state");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch + "^"), work_.sha("main"));
}

}  // namespace
}  // namespace kedge::adapters::git
