// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/e2e/world.h"
#include "tests/support/command.h"
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

TEST(Story, IsToldInRequestsAndAnswersThatGitHubDescribes) {
  World world;
  world.start_server();
  world.play();
  world.settle();
  const std::string judge = "node " KEDGE_SOURCE_DIR "/tests/contract/github/judge.mjs --answers --schema ";
  const std::string traffic = "'" + world.directory() + "/traffic.jsonl' 2>&1";
  const std::string own = run_and_read(judge + "--agent=kedge/ " + traffic);
  EXPECT_NE(own.find(", 0 violations\n"), std::string::npos) << own;
  EXPECT_NE(own.find("POST /repos/{owner}/{repo}/pulls"), std::string::npos) << own;
  const std::string all = run_and_read(judge + "--any-client " + traffic);
  EXPECT_NE(all.find(", 0 violations\n"), std::string::npos) << all;
}

TEST(Story, EveryLinkItTellsOpens) {
  World world;
  world.start_server();
  adapters::http::HttplibClient client;
  int links = 0;
  cli::DemoStory story(world.forge(),
                       {.chapter = {},
                        .line =
                            [&](const std::string& text, const std::string& link) {
                              if (link.empty()) return;
                              ++links;
                              const auto page = client.send({.method = "GET", .url = link});
                              ASSERT_TRUE(page) << text << ": " << link;
                              EXPECT_EQ(page->status, 200) << text << ": " << link;
                              EXPECT_NE(page->body.find("<h1>"), std::string::npos) << link;
                            },
                        .start_clock = {}},
                       std::chrono::seconds{60});
  const Result<void> played = story.play();
  EXPECT_TRUE(played) << played.error().message;
  EXPECT_GT(links, 10);
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
