// SPDX-License-Identifier: Apache-2.0
// What may be named: every kind of target, how a pull request was landed, and what cannot be told apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CliTargets : public CliRollback {
 protected:
  /// A pull request of two commits, forked from main's parent; its head stays as GitHub keeps it.
  std::string open_pull_request(int number) {
    clone_.git({"checkout", "--quiet", "-b", "topic", "main~1"});
    clone_.commit("Add one", {{"one.txt", "1\n"}});
    const std::string head = clone_.commit("Add two", {{"two.txt", "2\n"}});
    clone_.git({"update-ref", "refs/pull/" + std::to_string(number) + "/head", head});
    clone_.git({"checkout", "--quiet", "main"});
    return head;
  }
  nlohmann::json plan_of(const std::vector<std::string>& arguments, int status = kDone) {
    return document(arguments, status, RollbackMode::plan);
  }
  std::vector<std::string> candidates(const std::string& target, const std::string& code) {
    const nlohmann::json json = document({target}, code == "invalid" ? kUsage : kFailed, RollbackMode::plan);
    EXPECT_EQ(json["error"]["code"], code) << json.dump();
    return json["error"]["candidates"];
  }
  std::string changed(const nlohmann::json& branch) {
    return clone_.git({"diff", "--name-status", branch["base"], branch["branch"]});
  }
};

TEST_F(CliTargets, ARebasedPullRequestIsAllItsCommits) {
  open_pull_request(9);
  clone_.set("GIT_COMMITTER_NAME", "GitHub");
  clone_.git({"cherry-pick", "topic~1", "topic"});
  clone_.commit("Go on", {{"later.txt", "l\n"}});
  const nlohmann::json json = document({"#9", "--branch", "main"}, kDone);
  EXPECT_EQ(json["target"]["kind"], "pull_request");
  EXPECT_EQ(json["target"]["sha"], clone_.sha("main~1"));
  EXPECT_EQ(json["branches"][0]["carriers"], (nlohmann::json{clone_.sha("main~1"), clone_.sha("main~2")}));
  EXPECT_EQ(changed(json["branches"][0]), "D\tone.txt\nD\ttwo.txt");
  EXPECT_THAT(json["note"].get<std::string>(),
              HasSubstr("Pull request #9 is on main, rebased as 2 commits."));
}

TEST_F(CliTargets, AMergedPullRequestIsItsMerge) {
  open_pull_request(9);
  clone_.git(
      {"merge", "--quiet", "--no-ff", "-m", "Merge pull request #9 from acme/topic\n\nAdd both", "topic"});
  const std::string merge = clone_.sha("main");
  clone_.commit("Go on", {{"later.txt", "l\n"}});
  const nlohmann::json json = document({"#9", "--branch", "main"}, kDone);
  EXPECT_EQ(json["target"]["sha"], merge);
  EXPECT_EQ(json["mainline"], 1);
  EXPECT_EQ(changed(json["branches"][0]), "D\tone.txt\nD\ttwo.txt");
  EXPECT_THAT(json["note"].get<std::string>(),
              HasSubstr("is a merge of 2 parents, reverted against parent 1"));
}

TEST_F(CliTargets, AMergeInOtherWordsIsFoundByTheHeadItBrought) {
  open_pull_request(9);
  clone_.git({"checkout", "--quiet", "-b", "next", "main"});
  clone_.git({"merge", "--quiet", "--no-ff", "-m", "Take the topic", "topic"});
  clone_.commit("More", {{"more.txt", "m\n"}});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"merge", "--quiet", "--no-ff", "-m", "Take next", "next"});
  EXPECT_EQ(plan_of({"#9", "--branch", "main"})["target"]["sha"], clone_.sha("next~1"))
      << "its second parent is the head";
  clone_.git({"update-ref", "refs/pull/10/head", "next"});
  EXPECT_EQ(plan_of({"#10", "--branch", "main"})["target"]["sha"], clone_.sha("main"));
}

TEST_F(CliTargets, ASquashUnderAnotherTitleIsFoundByItsChange) {
  open_pull_request(9);
  clone_.git({"merge", "--quiet", "--squash", "topic"});
  clone_.git({"commit", "--quiet", "-m", "Both at once"});
  const std::string squash = clone_.sha("main");
  clone_.commit("Go on", {{"later.txt", "l\n"}});
  const nlohmann::json json = plan_of({"https://github.com/acme/api/pull/9", "--branch", "main"});
  EXPECT_EQ(json["target"]["sha"], squash);
  EXPECT_THAT(json["note"].get<std::string>(), HasSubstr("squashed"));
}

TEST_F(CliTargets, APullRequestThatLeftNoTraceIsNotGuessed) {
  clone_.git({"checkout", "--quiet", "-b", "topic"});
  const std::string head = clone_.commit("Straight on", {{"one.txt", "1\n"}});
  clone_.git({"update-ref", "refs/pull/9/head", head});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"merge", "--quiet", "--ff-only", "topic"});
  const nlohmann::json json = document({"#9", "--branch", "main"}, kUsage, RollbackMode::plan);
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr("name the range a..b"));
  EXPECT_THAT(json["error"]["candidates"], ElementsAre(head.substr(0, 12)));
}

TEST_F(CliTargets, AnUnknownPullRequestNamesOnesLikeIt) {
  clone_.commit("Do more (#17)", {{"m.txt", "m\n"}});
  EXPECT_THAT(candidates("#18", "not_found"), ::testing::Contains("#17"));
}

TEST_F(CliTargets, APullRequestOfAnotherRepositoryIsRefused) {
  clone_.git({"remote", "add", "origin", "https://github.com/acme/api.git"});
  EXPECT_EQ(plan_of({"https://github.com/acme/api/pull/7"})["target"]["sha"], bad_);
  const nlohmann::json json = document({"https://github.com/acme/web/pull/7"}, kUsage, RollbackMode::plan);
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr("a pull request of acme/web"));
}

TEST_F(CliTargets, ANameOfTwoThingsIsAmbiguousAndEachHasAName) {
  clone_.git({"tag", "twice", "main"});
  clone_.git({"branch", "twice", bad_});
  EXPECT_THAT(candidates("twice", "invalid"), ElementsAre("tags/twice", "heads/twice"));
  EXPECT_EQ(plan_of({"heads/twice"})["target"]["sha"], bad_);
  EXPECT_EQ(plan_of({"tags/twice"})["target"]["kind"], "tag");
  clone_.git({"tag", "-f", "twice", bad_});
  EXPECT_EQ(plan_of({"twice"})["target"]["sha"], bad_) << "both mean the same commit";
  const std::string hex = clone_.sha("main").substr(0, 8);
  clone_.git({"tag", hex, bad_});
  EXPECT_THAT(candidates(hex, "invalid"), ElementsAre("tags/" + hex, clone_.sha("main").substr(0, 12)));
}

TEST_F(CliTargets, AShortShaOfSeveralCommitsListsThem) {
  // Of some hundred commits two begin with the same four digits.
  std::map<std::string, std::vector<std::string>> by_prefix;
  const std::string tree = clone_.tree("main");
  std::string prefix;
  for (int i = 0; prefix.empty() && i < 4000; ++i) {
    const std::string sha = clone_.git({"commit-tree", tree, "-m", "C" + std::to_string(i)});
    std::vector<std::string>& same = by_prefix[sha.substr(0, 4)];
    same.push_back(sha.substr(0, 12));
    if (same.size() == 2) prefix = sha.substr(0, 4);
  }
  ASSERT_FALSE(prefix.empty());
  const std::vector<std::string> listed = candidates(prefix, "invalid");
  for (const std::string& sha : by_prefix[prefix]) EXPECT_THAT(listed, ::testing::Contains(sha));
}

TEST_F(CliTargets, SeveralTargetsAreOneRollback) {
  const std::string second = clone_.commit("Second (#8)", {{"d.txt", "d\n"}});
  clone_.commit("Third", {{"e.txt", "e\n"}});
  const nlohmann::json json = document({"#7", second.substr(0, 9), "--branch", "main"}, kDone);
  EXPECT_EQ(json["branches"][0]["carriers"], (nlohmann::json{second, bad_})) << "newest first";
  EXPECT_EQ(changed(json["branches"][0]), "M\ta.txt\nD\td.txt\nD\tnew.txt");
  EXPECT_EQ(json["targets"].size(), 2U);
}

TEST_F(CliTargets, ARestoreMayBeOfSomePaths) {
  const std::string good = clone_.sha(bad_ + "^");
  clone_.commit("Make it a directory", {{"b.txt", ""}, {"b.txt/deep.txt", "d\n"}});
  const nlohmann::json json = document({"--to", good, "--branch", "main", "--", "a.txt", "b.txt"}, kDone);
  const std::string name = json["branches"][0]["branch"];
  EXPECT_THAT(name, ::testing::MatchesRegex("rollback/main-to-[0-9a-f]{12}-[0-9a-f]{8}"));
  EXPECT_EQ(clone_.git({"diff", "--name-only", good, name}), "c.txt\nnew.txt");
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%B", name}),
              HasSubstr("Only these paths:\n- a.txt\n- b.txt\n"));
  EXPECT_TRUE(clone_.is_sound());
  EXPECT_TRUE(document({"--to", good, "--branch", "main", "--", "a.txt", "b.txt"},
                       kDone)["branches"][0]["unchanged"]);
  const nlohmann::json wrong = document({"--to", good, "--", "nowhere.txt"}, kUsage);
  EXPECT_THAT(wrong["error"]["message"].get<std::string>(), HasSubstr("cannot restore nowhere.txt"));
}

TEST_F(CliTargets, RollingARevertBackLandsTheChangeAgain) {
  for (const std::string base : {"main", "develop"}) {
    clone_.git({"checkout", "--quiet", base});
    clone_.git({"revert", "--no-edit", bad_});
  }
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.commit("Shift it", {{"a.txt", "0\n1\n2\n3\n4\n5\n6\n7\n8\n"}});
  const nlohmann::json json = document({"main", "--branch", "main", "--branch", "develop"}, kDone);
  EXPECT_THAT(json["note"].get<std::string>(),
              HasSubstr("is a revert: rolling it back brings " + bad_.substr(0, 12)));
  EXPECT_EQ(json["branches"][1]["carrier"],
            (nlohmann::json{{"sha", clone_.sha("develop~1")}, {"how", "cherry_pick"}}));
  EXPECT_THAT(json["branches"][1]["reason"].get<std::string>(), HasSubstr("the revert of the same commit"));
  for (const nlohmann::json& branch : json["branches"]) {
    const std::string name = branch["branch"];
    EXPECT_THAT(clone_.git({"show", name + ":a.txt"}), HasSubstr("broken")) << name;
  }
}

TEST_F(CliTargets, PathsNarrowAFileThatBecameADirectory) {
  const std::string turned =
      clone_.commit("Turn", {{"b.txt", ""}, {"b.txt/deep.txt", "d\n"}, {"x.txt", "x\n"}});
  clone_.commit("Go on", {{"y.txt", "y\n"}});
  const nlohmann::json json = document({turned, "--branch", "main", "--", "b.txt"}, kDone);
  EXPECT_EQ(clone_.git({"diff", "--name-only", turned + "^", json["branches"][0]["branch"]}), "x.txt\ny.txt");
  EXPECT_TRUE(clone_.is_sound());
}

}  // namespace
}  // namespace kedge::cli
