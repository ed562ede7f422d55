// SPDX-License-Identifier: Apache-2.0
// The command line on real files: a plain clone, a runbook, and the store of a finished story.
#include <gmock/gmock.h>

#include "tests/e2e/world.h"
#include "tests/support/git_shell.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

Ran kedge_in(const std::filesystem::path& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kedge_program());
  return run({.arguments = std::move(arguments), .directory = directory});
}

TEST(CommandLine, RollsBackInAPlainCloneAsGitRevertWould) {
  const ScratchDir scratch;
  GitShell clone = make_clone(scratch.path() / "clone");
  clone.commit("Start", {{"a.txt", "one\n"}, {"b.txt", "kept\n"}});
  const std::string bad = clone.commit("Break it", {{"a.txt", "two\n"}});
  clone.commit("Go on", {{"c.txt", "later\n"}});
  clone.git({"branch", "develop"});
  clone.git({"config", "user.name", "Alice"});
  clone.git({"config", "user.email", "alice@example.com"});

  const Ran ran = kedge_in(clone.directory(), {"rollback", bad, "--json"});
  ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
  const Json report = Json::parse(ran.out);
  ASSERT_EQ(report["branches"].size(), 2U) << ran.out;
  clone.git({"checkout", "--quiet", "--detach", "main"});
  clone.git({"revert", "--no-edit", bad});
  for (const Json& branch : report["branches"]) {
    EXPECT_EQ(clone.tree(branch["branch"]), clone.tree("HEAD"));
    EXPECT_EQ(branch["commit"], clone.sha(branch["branch"]));
    EXPECT_EQ(branch["tree"], clone.tree("HEAD"));
  }
  EXPECT_TRUE(clone.is_sound());
}

TEST(CommandLine, SaysWhichLineOfARunbookIsWrong) {
  const ScratchDir scratch;
  write_file(scratch.path() / "good.yml", "extends: aegis\n");
  write_file(scratch.path() / "bad.yml", "extends: aegis\nrollback:\n  branchez: [main]\n");
  EXPECT_EQ(kedge_in(scratch.path(), {"runbook", "check", "good.yml"}).status, 0);
  const Ran bad = kedge_in(scratch.path(), {"runbook", "check", "bad.yml"});
  EXPECT_NE(bad.status, 0);
  EXPECT_THAT(bad.out + bad.err, HasSubstr("bad.yml: line 3"));
}

TEST(CommandLine, ReadsTheStoreOfAFinishedStory) {
  World world;
  world.start_server();
  const cli::DemoStory story = world.play();
  world.settle();
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();

  const Ran verified = world.kedge({"audit", "verify"});
  EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("whole"));

  const Ran listed = world.kedge({"incident", "list", "--json"});
  ASSERT_EQ(listed.status, 0) << listed.err;
  const Json list = Json::parse(listed.out);
  const Json& incidents = list.is_array() ? list : list["incidents"];
  ASSERT_EQ(incidents.size(), 1U) << listed.out;
  EXPECT_EQ(incidents[0]["state"], "resolved") << listed.out;

  const Ran queue = world.kedge({"queue", "status", "--json"});
  ASSERT_EQ(queue.status, 0) << queue.err;
  const Json depth = Json::parse(queue.out);
  EXPECT_EQ(depth["outbox"]["parked"], 0) << queue.out;
  EXPECT_EQ(depth["inbox"]["parked"], 0) << queue.out;
  EXPECT_EQ(depth["outbox"]["in_flight"], 0) << queue.out;
  static_cast<void>(story);
}

}  // namespace
}  // namespace kedge::test
