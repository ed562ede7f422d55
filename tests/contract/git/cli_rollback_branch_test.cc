// SPDX-License-Identifier: Apache-2.0
// The branches that `kedge rollback` writes and pushes, and those it must leave alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using test::GitShell;
using ::testing::HasSubstr;

TEST_F(CliRollback, RunningTwiceLeavesTheBranchAsItIs) {
  const nlohmann::json first = document({bad_, "--date", "@1700000000"}, kDone);
  const nlohmann::json again = document({bad_, "--date", "2024-01-01T00:00:00Z"}, kDone);
  EXPECT_EQ(first["branches"][0]["commit"], again["branches"][0]["commit"]);
  EXPECT_EQ(first["branches"][0]["unchanged"], false);
  EXPECT_EQ(again["branches"][0]["unchanged"], true);
  clone_.git({"branch", "-D", branch_of("main")});
  const nlohmann::json anew = document({bad_, "--date", "@1700000000"}, kDone);
  EXPECT_EQ(first["branches"][0]["commit"], anew["branches"][0]["commit"]) << "same plan and date, same SHA";
}

TEST_F(CliRollback, WithoutAnIdentityNothingIsWritten) {
  clone_.git({"config", "--unset", "user.email"});
  const std::string before = refs();
  const Answer answer = call({bad_});
  EXPECT_EQ(answer.status, kUsage);
  EXPECT_THAT(answer.err, HasSubstr("git config --global user.email"));
  EXPECT_EQ(refs(), before);
  EXPECT_EQ(call({bad_, "--dry-run"}).status, kDone) << "a plan needs none";
}

TEST_F(CliRollback, SomebodysBranchIsNotOverwritten) {
  clone_.git({"branch", branch_of("main"), "main"});
  clone_.git({"checkout", "--quiet", branch_of("main")});
  const std::string theirs = clone_.commit("By hand", {{"h.txt", "h\n"}});
  const nlohmann::json json = document({bad_}, kFailed);
  EXPECT_THAT(json["branches"][0]["refusal"].get<std::string>(), ::testing::StartsWith("branch_taken"));
  EXPECT_TRUE(json["branches"][0]["commit"].is_null());
  EXPECT_EQ(json["branches"][1]["commit"], clone_.sha(branch_of("develop"))) << "the other one is written";
  EXPECT_EQ(clone_.sha(branch_of("main")), theirs);
  const std::string text = call({bad_}).out;
  EXPECT_THAT(text, HasSubstr("rename or delete that branch"));
  EXPECT_THAT(call({bad_, "--branch", "main"}).out, Not(HasSubstr("gone already")));
}

TEST_F(CliRollback, OurOwnBranchMovesWithItsBase) {
  ASSERT_EQ(call({bad_}).status, kDone);
  clone_.commit("And on", {{"d.txt", "d\n"}});
  ASSERT_EQ(call({bad_}).status, kDone);
  EXPECT_EQ(clone_.sha(branch_of("main") + "^"), clone_.sha("main"));
  clone_.git({"checkout", "--quiet", branch_of("main")});
  clone_.git({"branch", "-f", "main", "HEAD"});
  clone_.git({"checkout", "--quiet", "main"});
}

TEST_F(CliRollback, APersonsCommitsOnOurBranchAreNotOverwritten) {
  const std::string branch = branch_of("main");
  clone_.set("GIT_AUTHOR_NAME", "Bob");
  clone_.set("GIT_AUTHOR_EMAIL", "bob@example.com");
  clone_.set("GIT_COMMITTER_EMAIL", "bob@example.com");
  const auto write = [&] { return document({bad_, "--branch", "main"}, kDone)["branches"][0]; };
  const auto amend = [&](const std::string& message) {
    test::write_file(clone_.directory() / "hand.txt", "by hand\n");
    clone_.git({"add", "hand.txt"});
    clone_.git({"commit", "--quiet", "--amend", "-m", message});
  };
  const std::string ours = "Revert \"Break it (#7)\"\n\nThis reverts commit " + bad_ + ".\n";
  struct Row {
    std::string name;
    std::function<void()> work;
  };
  const std::vector<Row> rows = {{"AmendedContent", [&] { amend(ours); }},
                                 {"AmendedMessage",
                                  [&] {
                                    clone_.git({"commit", "--quiet", "--amend", "-m", ours + "\nAnd why.\n"});
                                  }},
                                 {"ACommitMoreInOurWords",
                                  [&] {
                                    clone_.commit(ours, {{"more.txt", "m\n"}});
                                  }},
                                 {"ARevertOfTheirOwn", [&] {
                                    clone_.git({"revert", "--no-edit", "main"});
                                  }}};
  for (const Row& row : rows) {
    for (const bool lost : {false, true}) {
      write();
      clone_.git({"checkout", "--quiet", branch});
      row.work();
      const std::string theirs = clone_.sha(branch);
      clone_.git({"checkout", "--quiet", "main"});
      clone_.commit("And on", {{"on.txt", row.name + (lost ? " lost\n" : "\n")}});
      if (lost) clone_.git({"update-ref", "-d", "refs/kedge/written/" + branch});
      const nlohmann::json json = document({bad_, "--branch", "main"}, kFailed)["branches"][0];
      EXPECT_THAT(json.value("refusal", ""), ::testing::StartsWith("branch_taken: ")) << row.name;
      EXPECT_EQ(clone_.sha(branch), theirs) << row.name;
      clone_.git({"branch", "--quiet", "-D", branch});
    }
  }
}

TEST_F(CliRollback, OurOwnCommitIsKnownWhereItsRecordIsLost) {
  ASSERT_EQ(call({bad_}).status, kDone);
  clone_.git({"update-ref", "-d", "refs/kedge/written/" + branch_of("main")});
  clone_.commit("And on", {{"d.txt", "d\n"}});
  ASSERT_EQ(call({bad_}).status, kDone);
  EXPECT_EQ(clone_.sha(branch_of("main") + "^"), clone_.sha("main"));
}

TEST_F(CliRollback, PushesToOriginAndSaysWhatBecameOfIt) {
  const nlohmann::json nowhere = document({bad_, "--push"}, kFailed)["branches"][0]["push"];
  EXPECT_EQ(nowhere["status"], "refused");
  EXPECT_THAT(nowhere["reason"].get<std::string>(), HasSubstr("git remote add origin"));
  GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", "../origin.git"});
  clone_.git({"push", "--quiet", "origin", "main", "develop"});
  nlohmann::json json = document({bad_, "--push"}, kDone);
  EXPECT_EQ(json["branches"][0]["push"]["status"], "pushed");
  EXPECT_EQ(bare.sha(branch_of("main")), clone_.sha(branch_of("main")));
  json = document({bad_, "--push"}, kDone);
  EXPECT_EQ(json["branches"][1]["push"],
            (nlohmann::json{
                {"status", "unchanged"}, {"reason", nullptr}, {"commit", json["branches"][1]["commit"]}}));
  clone_.commit("And on", {{"d.txt", "d\n"}});
  json = document({bad_, "--push"}, kDone);
  EXPECT_EQ(json["branches"][0]["push"]["status"], "pushed") << "ours, moved under a lease";
  EXPECT_EQ(bare.sha(branch_of("main") + "^"), clone_.sha("main"));
}

TEST_F(CliRollback, AnotherClonesPushOfTheSamePlanIsNamedAsItIs) {
  const GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", bare.directory().string()});
  clone_.git({"push", "--quiet", "origin", "main", "develop"});
  const std::string first = document({bad_, "--push"}, kDone)["branches"][0]["commit"];
  clone_.git({"branch", "--quiet", "-D", branch_of("main")});
  clone_.git({"update-ref", "-d", "refs/kedge/written/" + branch_of("main")});
  const nlohmann::json json =
      document({bad_, "--push", "--date", "2024-01-02T03:04:05Z"}, kDone)["branches"][0];
  EXPECT_NE(json["commit"], first);
  EXPECT_EQ(json["push"]["status"], "unchanged");
  EXPECT_EQ(json["push"]["commit"], first);
}

TEST_F(CliRollback, ARefusedPushKeepsTheServersWords) {
  GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", bare.directory().string()});
  const std::filesystem::path hook = bare.directory() / "hooks/pre-receive";
  test::write_file(hook, "#!/bin/sh\necho 'GH013: Repository rule violations found' >&2\nexit 1\n");
  std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
  const nlohmann::json json = document({bad_, "--push"}, kFailed);
  EXPECT_EQ(json["branches"][0]["push"]["status"], "refused");
  const std::string reason = json["branches"][0]["push"]["reason"];
  EXPECT_THAT(reason, ::testing::StartsWith("protected_branch: "));
  EXPECT_THAT(reason, HasSubstr("GH013: Repository rule violations found"));
}

TEST_F(CliRollback, SomebodysBranchOnOriginIsNotOverwritten) {
  GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", bare.directory().string()});
  GitShell other = test::make_clone(scratch_.path() / "other");
  const std::string theirs = other.commit("Theirs", {{"t.txt", "t\n"}});
  other.git({"push", "--quiet", bare.directory().string(), "HEAD:refs/heads/" + branch_of("main")});
  const nlohmann::json json = document({bad_, "--push"}, kFailed);
  EXPECT_THAT(json["branches"][0]["push"]["reason"].get<std::string>(),
              ::testing::StartsWith("branch_taken"));
  EXPECT_EQ(bare.sha(branch_of("main")), theirs);
}

TEST_F(CliRollback, APersonsCommitOnOriginsBranchIsNotOverwritten) {
  GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", bare.directory().string()});
  ASSERT_EQ(call({bad_, "--push", "--branch", "main"}).status, kDone);
  bare.git({"clone", "--quiet", "--branch", branch_of("main"), ".", (scratch_.path() / "other").string()});
  GitShell other(scratch_.path() / "other");
  other.set("GIT_COMMITTER_EMAIL", "bob@example.com");
  const std::string theirs =
      other.commit("Also needed\n\nThis reverts commit " + bad_ + ".", {{"t.txt", "t\n"}});
  other.git({"push", "--quiet", "origin", "HEAD"});
  clone_.commit("And on", {{"d.txt", "d\n"}});
  const nlohmann::json json = document({bad_, "--push", "--branch", "main"}, kFailed)["branches"][0];
  EXPECT_THAT(json["push"]["reason"].get<std::string>(), ::testing::StartsWith("branch_taken: "));
  EXPECT_EQ(bare.sha(branch_of("main")), theirs);
}

TEST_F(CliRollback, WorksInABareRepositoryAndInASubdirectory) {
  clone_.git({"clone", "--quiet", "--bare", ".", (scratch_.path() / "bare.git").string()});
  GitShell bare(scratch_.path() / "bare.git");
  bare.git({"config", "user.name", "Bob"});
  bare.git({"config", "user.email", "bob@example.com"});
  const Answer in_bare = answer_rollback({"--repo", bare.directory().string(), bad_}, RollbackMode::write,
                                         from_unix_ms(1'700'200'000'000));
  EXPECT_EQ(in_bare.status, kDone) << in_bare.err;
  EXPECT_EQ(bare.sha(branch_of("main") + "^"), bare.sha("main"));
  std::filesystem::create_directories(clone_.directory() / "deep/down");
  const Answer below = answer_rollback({"--repo", (clone_.directory() / "deep/down").string(), bad_},
                                       RollbackMode::write, from_unix_ms(1'700'200'000'000));
  EXPECT_EQ(below.status, kDone) << below.err;
  EXPECT_EQ(clone_.sha(branch_of("main")), bare.sha(branch_of("main"))) << "same plan, date and person";
}

TEST_F(CliRollback, ABranchInTheWayIsNamedAndRenamingItHelps) {
  clone_.git({"branch", "rollback"});
  const Answer answer = call({bad_, "--branch", "main"});
  EXPECT_EQ(answer.status, kFailed);
  EXPECT_THAT(answer.out,
              HasSubstr("a branch rollback is in the way; rename it: git branch -m rollback NEW-NAME"));
  clone_.git({"branch", "-m", "rollback", "NEW-NAME"});
  clone_.git({"branch", branch_of("main") + "/below"});
  EXPECT_THAT(call({bad_, "--branch", "main"}).out,
              HasSubstr("a branch " + branch_of("main") + "/below is in the way"));
  clone_.git({"branch", "-m", branch_of("main") + "/below", "elsewhere"});
  EXPECT_EQ(call({bad_, "--branch", "main"}).status, kDone);
}

}  // namespace
}  // namespace kedge::cli
