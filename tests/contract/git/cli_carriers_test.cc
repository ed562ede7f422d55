// SPDX-License-Identifier: Apache-2.0
// What carries a change on a branch that does not hold the commit itself, and by which rule it was found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using ::testing::HasSubstr;

class CliCarriers : public CliRollback {
 protected:
  /// `release` forks before the bad commit.
  void fork_release() { clone_.git({"checkout", "--quiet", "-b", "release", bad_ + "^"}); }
  nlohmann::json on_release(const std::string& target, int status = kDone) {
    return document({target, "--branch", "release"}, status, RollbackMode::plan)["branches"][0];
  }
  nlohmann::json carrier(const std::string& sha, const std::string& how) {
    return {{"sha", sha}, {"how", how}};
  }
  static std::string reason(const nlohmann::json& branch) { return branch["reason"]; }
};

TEST_F(CliCarriers, OneCommitOfASquashedPullRequestIsTheSquash) {
  clone_.git({"checkout", "--quiet", "-b", "topic", "main~1"});
  const std::string first = clone_.commit("Add one", {{"one.txt", "1\n"}});
  const std::string head = clone_.commit("Add two", {{"two.txt", "2\n"}});
  fork_release();
  clone_.git({"merge", "--quiet", "--squash", "topic"});
  clone_.git({"commit", "--quiet", "-m", "Add both (#9)"});
  const std::string squash = clone_.sha("release");
  EXPECT_EQ(on_release(first, kFailed)["outcome"], "not_contained")
      << "nothing tells that the squash holds it";
  clone_.git({"update-ref", "refs/pull/9/head", head});
  const nlohmann::json branch = on_release(first);
  EXPECT_EQ(branch["carrier"], carrier(squash, "squash"));
  EXPECT_THAT(reason(branch), HasSubstr("the squash of pull request #9, which is reverted as a whole"));
}

TEST_F(CliCarriers, ASquashPickedToABranchWithoutItsBaseHoldsNothingOfThatBase) {
  // The pull request was built on top of the bad commit; its squash alone was picked to release.
  clone_.git({"checkout", "--quiet", "-b", "topic", "main"});
  const std::string head = clone_.commit("fix typo", {{"b.txt", "bb\n"}});
  clone_.git({"update-ref", "refs/pull/50/head", head});
  clone_.git({"checkout", "--quiet", "main"});
  const std::string fix = clone_.commit("Fix typo (#50)", {{"b.txt", "bb\n"}});
  fork_release();
  clone_.git({"cherry-pick", fix});
  const nlohmann::json document = this->document({bad_, "--branch", "release"}, kFailed, RollbackMode::plan);
  EXPECT_EQ(document["branches"][0]["outcome"], "not_contained");
  EXPECT_EQ(document["scope"]["branches"], (nlohmann::json{"develop", "main", "topic"}))
      << "release never had it";
}

TEST_F(CliCarriers, ASquashOfTheSameFileHoldsOnlyWhatItChanged) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_});
  const std::string head =
      clone_.commit("Mend", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\neight\n"}, {"new.txt", "n\nmore\n"}});
  clone_.git({"update-ref", "refs/pull/51/head", head});
  fork_release();
  clone_.commit("Mend (#51)", {{"a.txt", "1\n2\n3\n4\n5\n6\n7\neight\n"}, {"new.txt", "more\n"}});
  EXPECT_EQ(on_release(bad_, kFailed)["outcome"], "not_contained") << "release has line 2 as it was";
}

TEST_F(CliCarriers, ASquashThatWasAdaptedIsFoundByWhatCanBeTakenBack) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_ + "^"});
  const std::string first = clone_.commit("Add one", {{"one.txt", "1\n"}});
  const std::string head = clone_.commit("Add two", {{"two.txt", "2\n"}});
  clone_.git({"update-ref", "refs/pull/9/head", head});
  fork_release();
  clone_.commit("Add both (#9)", {{"one.txt", "1\n"}, {"two.txt", "two\n"}, {"three.txt", "3\n"}});
  EXPECT_EQ(on_release(first)["carrier"], carrier(clone_.sha("release"), "squash"));
  EXPECT_EQ(on_release(head, kFailed)["outcome"], "not_contained") << "its lines are not there";
}

TEST_F(CliCarriers, SquashesBeyondTheLimitAreSaid) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_ + "^"});
  const std::string first = clone_.commit("Add one", {{"one.txt", "1\n"}});
  clone_.git({"update-ref", "refs/pull/8/head", first});
  clone_.git({"update-ref", "refs/pull/9/head", clone_.sha("main")});
  fork_release();
  clone_.commit("Other (#9)", {{"o.txt", "o\n"}});
  clone_.commit("Squashed (#8)", {{"one.txt", "1\n"}, {"two.txt", "2\n"}});
  EXPECT_EQ(on_release(first)["carrier"]["how"], "squash");
  const nlohmann::json branch = document({first, "--branch", "release", "--limit", "pulls_max=1"}, kFailed,
                                         RollbackMode::plan)["branches"][0];
  EXPECT_EQ(branch["outcome"], "not_contained");
  EXPECT_THAT(branch["limits"][0].get<std::string>(), HasSubstr("(limit pulls_max)"));
}

TEST_F(CliCarriers, TheLastCommitOfASquashedBranchIsFoundByTheWholeChange) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_ + "^"});
  clone_.commit("Add one", {{"one.txt", "1\n"}});
  const std::string head = clone_.commit("Add two", {{"two.txt", "2\n"}});
  fork_release();
  clone_.git({"merge", "--quiet", "--squash", "topic"});
  clone_.git({"commit", "--quiet", "-m", "Both at once"});
  const nlohmann::json branch = on_release(head);
  EXPECT_EQ(branch["carrier"], carrier(clone_.sha("release"), "squash"));
  EXPECT_THAT(reason(branch), HasSubstr("a squash of it and the commits before it"));
}

TEST_F(CliCarriers, AMergeIsFoundWhereItWasSquashedAndTheReverse) {
  clone_.git({"checkout", "--quiet", "-b", "topic", "main~1"});
  clone_.commit("Add one", {{"one.txt", "1\n"}});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"});
  const std::string merge = clone_.sha("main");
  fork_release();
  clone_.git({"cherry-pick", "-m", "1", merge});
  const std::string squash = clone_.sha("release");
  EXPECT_EQ(on_release(merge)["carrier"], carrier(squash, "squash"));
  const nlohmann::json main = document({squash, "--branch", "main"}, kDone)["branches"][0];
  EXPECT_EQ(main["carrier"], carrier(merge, "merge"));
  EXPECT_EQ(clone_.git({"diff", "--name-status", "main", main["branch"]}), "D\tone.txt");
}

TEST_F(CliCarriers, AnAdaptedCopyIsFoundByTitleAndPullRequest) {
  fork_release();
  clone_.commit("Break it (#7)", {{"a.txt", "1\nbroken otherwise\n3\n4\n5\n6\n7\n8\n"}});
  clone_.commit("Break more (#7)", {{"b.txt", "bb\n"}});
  const nlohmann::json branch = on_release(bad_);
  EXPECT_EQ(branch["carrier"], carrier(clone_.sha("release~1"), "cherry_pick"));
  EXPECT_THAT(reason(branch), HasSubstr("landed pull request #7 under the same title"));
}

TEST_F(CliCarriers, ACopyOfAnotherBinaryIsNone) {
  const std::string zero("\0\1\2\n", 4);
  const std::string one("\0\1\3\n", 4);
  clone_.git({"checkout", "--quiet", "main"});
  const std::string binary = clone_.commit("Picture", {{"p.bin", zero}});
  fork_release();
  clone_.commit("Another picture", {{"p.bin", one}});
  EXPECT_EQ(on_release(binary, kFailed)["outcome"], "not_contained");
  clone_.commit("No picture", {{"p.bin", ""}});
  clone_.commit("The picture", {{"p.bin", zero}});
  EXPECT_EQ(on_release(binary)["carrier"], carrier(clone_.sha("release"), "patch_id"));
}

TEST_F(CliCarriers, TheNewestStandingCopyCarriesIt) {
  fork_release();
  clone_.git({"cherry-pick", bad_});
  const std::string first = clone_.sha("release");
  clone_.git({"revert", "--no-edit", first});
  EXPECT_EQ(on_release(bad_)["outcome"], "already_reverted");
  clone_.git({"revert", "--no-edit", "HEAD"});
  EXPECT_EQ(on_release(bad_)["outcome"], "clean") << "its revert was reverted";
  clone_.git({"revert", "--no-edit", "HEAD"});
  EXPECT_EQ(on_release(bad_)["outcome"], "already_reverted") << "and that as well";
  clone_.git({"cherry-pick", "-x", bad_});
  EXPECT_EQ(on_release(bad_)["carrier"], carrier(clone_.sha("release"), "cherry_pick"));
}

TEST_F(CliCarriers, ACutHistoryIsSaid) {
  fork_release();
  clone_.git({"cherry-pick", bad_});
  std::string stream;
  const std::string tip = clone_.sha("release");
  for (int i = 0; i < 2001; ++i) {
    const std::string when = "Alice <alice@example.com> " + std::to_string(1'700'100'000 + i) + " +0000\n";
    stream += "commit refs/heads/release\nauthor " + when + "committer " + when + "data 2\nC\n";
    if (i == 0) stream += "from " + tip + "\n";
    stream += "\n";
  }
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"fast-import", "--quiet"}, stream);
  const nlohmann::json branch = on_release(bad_, kFailed);
  EXPECT_EQ(branch["outcome"], "not_contained");
  EXPECT_THAT(branch["limits"][0].get<std::string>(),
              HasSubstr("newest 2000 commits of release (limit history_max)"));
}

}  // namespace
}  // namespace kedge::cli
