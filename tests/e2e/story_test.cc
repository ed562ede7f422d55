// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/e2e/world.h"
#include "tests/support/git_shell.h"

namespace kedge::test {
namespace {

TEST(Story, LeavesOneIssueAndOneWayBackPerBase) {
  World world;
  world.start_server();
  const cli::DemoStory story = world.play();
  world.settle();
  expect_whole_story(world, story);
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();
}

TEST(Story, RollbackTreesAreThoseOfGitRevert) {
  World world;
  world.start_server();
  const cli::DemoStory story = world.play();
  GitShell clone = make_clone(world.directory() + "/clone");
  const cli::ForgeFacts& facts = world.forge().facts();
  std::string url = facts.url;
  url.insert(std::string("http://").size(), "x-access-token:" + facts.people.at("alice") + "@");
  clone.git({"fetch", "--quiet", url + "/acme/api.git", "+refs/heads/*:refs/remotes/origin/*"});
  for (const std::string base : {"main", "develop"}) {
    SCOPED_TRACE(base);
    const std::string rollback = "origin/rollback/" + base + "-" + story.bad_commit().substr(0, 12);
    clone.git({"checkout", "--quiet", "--detach", rollback + "^"});
    clone.git({"revert", "--no-edit", story.bad_commit()});
    EXPECT_EQ(clone.tree(rollback), clone.tree("HEAD"));
    EXPECT_NE(clone.tree(rollback), clone.tree(rollback + "^"));
    EXPECT_EQ(clone.sha(rollback), clone.sha("origin/" + base + "^2")) << "what was merged";
  }
  EXPECT_TRUE(clone.is_sound());
}

}  // namespace
}  // namespace kedge::test
