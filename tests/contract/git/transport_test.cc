// SPDX-License-Identifier: Apache-2.0
// How objects come and go: the first fetch by git, pushes by one request of our own, and what stands in for
// both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "bot/base/text.h"
#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using test::GitHttpHost;
using test::GitShell;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class Transport : public Mirrors {
 protected:
  ~Transport() override {
    if (!path_.empty()) ::setenv("PATH", path_.c_str(), 1);
  }

  /// Puts a script before git that writes its arguments down. `before` runs first.
  void spy_on_git(const std::string& before = "") {
    path_ = std::getenv("PATH");
    const fs::path script = scratch_.path() / "bin/git";
    test::write_file(script, "#!/bin/sh\nprintf '%s ' \"$@\" >> '" + spied().string() + "'\necho >> '" +
                                 spied().string() + "'\n" + before + "\nPATH='" + path_ +
                                 "' exec git \"$@\"\n");
    fs::permissions(script, fs::perms::owner_all);
    ::setenv("PATH", (script.parent_path().string() + ":" + path_).c_str(), 1);
  }
  fs::path spied() { return scratch_.path() / "git.log"; }
  GitShell mirror() { return GitShell(scratch_.path() / "state/mirrors/42.git"); }

  std::vector<std::string> requests() {
    std::vector<std::string> shown;
    for (const std::string& line : host_->log()) shown.push_back(replace_all(line, "/acme/api.git", ""));
    return shown;
  }

  Result<ports::GitRepo::Published> publish(const rollback::Plan& plan, std::size_t branch = 0) {
    return mirrors_->publish(repository(), publish_request(plan, branch));
  }

  std::string path_;
};

TEST_F(Transport, TheFirstFetchIsGitsAndTheTokenIsNowhereToBeRead) {
  spy_on_git();
  work_.git({"tag", "-a", "v1", "-m", "One"});
  push();
  const auto planned = plan("v1~1");
  ASSERT_TRUE(planned) << planned.error().message;
  const std::string log = test::read_file(spied());
  EXPECT_THAT(log, HasSubstr("fetch --no-tags"));
  EXPECT_THAT(log, Not(HasSubstr(kToken)));
  EXPECT_THAT(log, Not(HasSubstr(to_base64("x-access-token:" + kToken))));
  for (const auto& entry : fs::recursive_directory_iterator(scratch_.path() / "state")) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = test::read_file(entry.path());
    EXPECT_THAT(bytes, Not(HasSubstr(kToken))) << entry.path();
    EXPECT_THAT(bytes, Not(HasSubstr(to_base64("x-access-token:" + kToken)))) << entry.path();
  }
  EXPECT_TRUE(fs::exists(mirror().directory() / "packed-refs"));
  EXPECT_EQ(mirror().sha("refs/tags/v1"), work_.sha("v1"));
  EXPECT_EQ(token_calls_, 1) << "git gets the one that the server took";
}

TEST_F(Transport, LaterFetchesNeedNoGit) {
  ASSERT_TRUE(plan(bad_));
  spy_on_git();
  work_.commit("And on", {{"d.txt", "d\n"}});
  push();
  fs::remove(spied());
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].tip, work_.sha("main"));
  EXPECT_THAT(test::read_file(spied()), Not(HasSubstr("fetch --no-tags")));
}

TEST_F(Transport, Libgit2FetchesWhereGitFails) {
  spy_on_git("case \" $* \" in *' fetch '*) echo 'no, thanks' >&2; exit 1;; esac");
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::clean);
}

TEST_F(Transport, ALongFetchTellsHowFarItIs) {
  std::vector<std::string> told;
  MirrorOptions options{.state_dir = scratch_.path() / "state",
                        .git_url = host_->url(),
                        .token = [](const ports::Repository&) -> Result<Secret> { return Secret(kToken); }};
  options.progress = [&](const ports::Repository& about, std::string_view how_far) {
    told.push_back(about.full_name + ": " + std::string(how_far));
  };
  options.progress_every = Duration{0};
  mirrors_ = std::make_unique<GitMirrors>(std::move(options));
  ASSERT_TRUE(plan(bad_));
  EXPECT_THAT(told, Contains(HasSubstr("acme/api: ")));
  told.clear();
  work_.commit("And on", {{"d.txt", "d\n"}});
  push();
  ASSERT_TRUE(plan(bad_));
  EXPECT_THAT(told, Contains(HasSubstr("receiving objects: ")));
}

TEST_F(Transport, APushIsTwoRequestsAndListsNoRefs) {
  const auto planned = plan(bad_);
  host_->clear_log();
  const auto published = publish(*planned);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(requests(), ElementsAre("POST /git-upload-pack", "POST /git-receive-pack"));
}

TEST_F(Transport, APushBringsNothingThatTheServerHas) {
  // Besides the commit: the root tree alone is new; a.txt as it was before is old.
  const auto planned = plan(bad_);
  const std::string before = bare_.git({"count-objects"});
  bare_.git({"config", "receive.unpackLimit", "1"});
  const auto published = publish(*planned);
  ASSERT_TRUE(published) << published.error().message;
  std::string newest;
  for (const auto& entry : fs::directory_iterator(repository_dir() / "objects/pack")) {
    if (entry.path().extension() == ".idx") newest = entry.path().string();
  }
  const std::vector<std::string> lines = split_lines(bare_.git({"verify-pack", "-v", newest}));
  std::vector<std::string> objects;
  for (const std::string& line : lines) {
    if (line.size() > 41 && line[40] == ' ') objects.push_back(line.substr(0, 40));
  }
  EXPECT_THAT(objects, ::testing::UnorderedElementsAre(published->commit, *planned->branches[0].tree));
}

TEST_F(Transport, WhatThisPlaceHasAndTheServerLacksIsSent) {
  const auto planned = plan(bad_);
  // The revert's own tree lies in the mirror already, as it does after a push that was refused.
  GitShell shell = mirror();
  const std::string blob = work_.sha(bad_ + "^:a.txt");
  work_.git({"checkout", "--quiet", "-b", "side"});
  work_.commit("The same by hand", {{"a.txt", "1\n2\n3\n"}});
  ASSERT_EQ(work_.tree("side"), *planned->branches[0].tree);
  shell.git({"fetch", "--quiet", work_.directory().string(), "side:refs/keep"});
  const auto published = publish(*planned);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_TRUE(bare_.is_sound());
}

TEST_F(Transport, AServerWithoutProtocolTwoIsListed) {
  const auto planned = plan(bad_);
  intercept_ = [](const GitHttpHost::Asked& asked) -> std::optional<GitHttpHost::Answer> {
    if (asked.method != "POST" || !asked.target.ends_with("/git-upload-pack")) return std::nullopt;
    return GitHttpHost::Answer{.status = 400, .body = "What?"};
  };
  host_->clear_log();
  const auto published = publish(*planned);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(requests(), Contains("GET /info/refs?service=git-receive-pack"));
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
}

TEST_F(Transport, Libgit2PushesWhereOurRequestIsNotUnderstood) {
  const auto planned = plan(bad_);
  int pushes = 0;
  intercept_ = [&](const GitHttpHost::Asked& asked) -> std::optional<GitHttpHost::Answer> {
    if (!asked.target.ends_with("/git-receive-pack") || ++pushes > 1) return std::nullopt;
    return GitHttpHost::Answer{.status = 200, .body = "<html>"};
  };
  const auto published = publish(*planned);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
  EXPECT_EQ(published->safety_where, "pushed");
  EXPECT_TRUE(mirror().is_sound());
}

TEST_F(Transport, TheMirrorIsSoundAfterAPushAndHoldsWhatWasPushed) {
  const auto published = publish(*plan(bad_));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_TRUE(mirror().is_sound());
  EXPECT_EQ(mirror().sha("refs/kedge/written/" + published->branch), published->commit);
}

TEST_F(Transport, ARefusedPushLeavesNothingInTheMirror) {
  install_hook("pre-receive", "exit 1\n");
  const auto planned = plan(bad_);
  ASSERT_FALSE(publish(*planned));
  EXPECT_NE(mirror().try_git({"cat-file", "-e", *planned->branches[0].tree}).status, 0);
  EXPECT_TRUE(mirror().is_sound());
}

}  // namespace
}  // namespace kedge::adapters::git
