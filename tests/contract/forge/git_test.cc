// SPDX-License-Identifier: Apache-2.0
// The real git against the forge.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

class ForgeGit : public ::testing::Test {
 protected:
  World world;
  TemporaryDirectory place;
  std::string clone_path() const { return place.path() + "/clone"; }

  void clone_as(const std::string& user, const std::string& token) {
    const auto done = git("", {"clone", "-q", remote(world, user, token), clone_path()});
    ASSERT_EQ(done.status, 0) << done.out;
  }

  std::string commit_file(const std::string& path, const std::string& text) {
    const auto full = clone_path() + "/" + path;
    EXPECT_EQ(git("", {"-C", clone_path(), "rev-parse"}).status, 0);
    std::filesystem::create_directories(std::filesystem::path(full).parent_path());
    std::ofstream(full) << text;
    EXPECT_EQ(git(clone_path(), {"add", "-A"}).status, 0);
    EXPECT_EQ(git(clone_path(), {"commit", "-qm", "Change " + path}).status, 0);
    return git(clone_path(), {"rev-parse", "HEAD"}).out.substr(0, 40);
  }
};

TEST_F(ForgeGit, PushBecomesEventAndRestSeesIt) {
  clone_as("bob", world.sandbox.token_of("bob"));
  const auto sha = commit_file("src/b.txt", "two\n");
  const auto pushed = git(clone_path(), {"push", "-q", "origin", "HEAD:main"});
  ASSERT_EQ(pushed.status, 0) << pushed.out;
  EXPECT_EQ(world.as("carol", "GET", "/repos/acme/api/git/ref/heads/main").body["object"]["sha"], sha);
  world.settle();
  const auto pushes = world.receiver.of("push");
  ASSERT_EQ(pushes.size(), 1U);
  const auto payload = pushes.front().json();
  EXPECT_EQ(payload["after"], sha);
  EXPECT_EQ(payload["ref"], "refs/heads/main");
  EXPECT_EQ(payload["pusher"]["name"], "bob");
  EXPECT_EQ(payload["commits"].size(), 1U);
  EXPECT_EQ(payload["commits"][0]["added"], Json::array({"src/b.txt"}));
  EXPECT_EQ(payload["installation"]["id"], world.installation_id());
}

TEST_F(ForgeGit, FetchSeesWhatTheForgeCommitted) {
  clone_as("x-access-token", world.app_token());
  const auto sha = world.commit("main", {{"src/c.txt", "three\n"}});
  ASSERT_EQ(git(clone_path(), {"fetch", "-q"}).status, 0);
  EXPECT_EQ(git(clone_path(), {"rev-parse", "origin/main"}).out.substr(0, 40), sha);
  EXPECT_EQ(git(clone_path(), {"fsck", "--full"}).status, 0);
}

TEST_F(ForgeGit, ReaderMayNotPush) {
  clone_as("mallory", world.sandbox.token_of("mallory"));
  commit_file("src/b.txt", "two\n");
  const auto pushed = git(clone_path(), {"push", "origin", "HEAD:main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_NE(pushed.out.find("403"), std::string::npos) << pushed.out;
}

TEST_F(ForgeGit, WrongTokenIsRefused) {
  world.control("PATCH", "/repos/acme/api", {{"private", true}});  // git offers no token before it is asked.
  const auto done = git("", {"clone", "-q", remote(world, "x-access-token", "ghs_wrong"), clone_path()});
  EXPECT_NE(done.status, 0);
  EXPECT_NE(done.out.find("Authentication failed"), std::string::npos) << done.out;
}

TEST_F(ForgeGit, ExpiredInstallationTokenIsRefused) {
  world.control("PATCH", "/repos/acme/api", {{"private", true}});
  const auto token = world.app_token();
  const auto address = remote(world, "x-access-token", token);
  EXPECT_EQ(git("", {"ls-remote", "-q", address}).status, 0);
  world.control("DELETE", "/tokens");
  EXPECT_NE(git("", {"clone", "-q", address, clone_path()}).status, 0);
}

TEST_F(ForgeGit, ProtectedBranchIsRefusedInGitHubsWords) {
  world.control("PUT", "/repos/acme/api/protection", {{"branch", "main"}});
  clone_as("bob", world.sandbox.token_of("bob"));
  commit_file("src/b.txt", "two\n");
  const auto pushed = git(clone_path(), {"push", "origin", "HEAD:main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_NE(pushed.out.find("GH006: Protected branch update failed"), std::string::npos) << pushed.out;
  EXPECT_NE(pushed.out.find("protected branch hook declined"), std::string::npos) << pushed.out;
  EXPECT_EQ(git(clone_path(), {"push", "-q", "origin", "HEAD:topic"}).status, 0);
}

TEST_F(ForgeGit, WorkflowFilesNeedTheirPermission) {
  const auto without = world.app_token({{"permissions", {{"contents", "write"}}}});
  clone_as("x-access-token", without);
  commit_file(".github/workflows/other.yml", "name: other\non: push\n");
  const auto pushed = git(clone_path(), {"push", "origin", "HEAD:topic"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_NE(pushed.out.find("refusing to allow a GitHub App to create or update workflow "
                            "`.github/workflows/other.yml` without `workflows` permission"),
            std::string::npos)
      << pushed.out;
  const auto allowed =
      git(clone_path(), {"push", "-q", remote(world, "x-access-token", world.app_token()), "HEAD:topic"});
  EXPECT_EQ(allowed.status, 0) << allowed.out;
}

TEST_F(ForgeGit, LargePushArrivesWhole) {
  clone_as("bob", world.sandbox.token_of("bob"));
  std::string noise(6'000'000, '\0');
  std::uint32_t state = 1;
  for (auto& byte : noise) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<char>(state >> 24U);
  }
  const auto sha = commit_file("large.bin", noise);
  const auto pushed = git(clone_path(), {"push", "-q", "origin", "HEAD:topic"});
  ASSERT_EQ(pushed.status, 0) << pushed.out;
  TemporaryDirectory second;
  ASSERT_EQ(git("", {"clone", "-q", "-b", "topic", "--depth", "1",
                     remote(world, "bob", world.sandbox.token_of("bob")), second.path() + "/c"})
                .status,
            0);
  EXPECT_EQ(git(second.path() + "/c", {"rev-parse", "HEAD"}).out.substr(0, 40), sha);
}

TEST_F(ForgeGit, StaleLeaseIsRefused) {
  clone_as("bob", world.sandbox.token_of("bob"));
  world.commit("main", {{"src/c.txt", "three\n"}});
  commit_file("src/b.txt", "two\n");
  const auto pushed = git(clone_path(), {"push", "origin", "HEAD:main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_NE(pushed.out.find("rejected"), std::string::npos) << pushed.out;
}

}  // namespace
}  // namespace kedge::test
