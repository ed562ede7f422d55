// SPDX-License-Identifier: Apache-2.0
// Branches that are merged into each other, and the releases that hold a change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CliFlow : public CliRollback {
 protected:
  /// develop is merged into main, as a release is made.
  std::string release() {
    clone_.git({"checkout", "--quiet", "main"});
    clone_.git({"merge", "--quiet", "--no-ff", "-m", "Release", "develop"});
    return clone_.sha("main");
  }
  nlohmann::json plan_of(const std::vector<std::string>& arguments) {
    return document(arguments, kDone, RollbackMode::plan);
  }
};

TEST_F(CliFlow, KeptOnDevelopAloneItWouldBeMissingOnMain) {
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.commit("Feature", {{"f.txt", "f\n"}});
  const std::string merge = release();
  EXPECT_EQ(plan_of({bad_})["traps"], nlohmann::json::array()) << "the next release drops nothing then";
  const nlohmann::json traps = plan_of({bad_, "--branch", "main"})["traps"];
  ASSERT_EQ(traps.size(), 1U) << traps.dump();
  EXPECT_EQ(traps[0]["kind"], "drops");
  EXPECT_EQ(traps[0]["from"], "develop");
  EXPECT_EQ(traps[0]["into"], "main");
  EXPECT_EQ(traps[0]["last_merge"], merge);
  EXPECT_EQ(traps[0]["of_revert"], false);
  // git agrees: with the change kept on develop, the next release does not have it.
  const nlohmann::json done = document({bad_, "--branch", "main"}, kDone);
  clone_.git({"merge", "--quiet", "--ff-only", done["branches"][0]["branch"]});
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.commit("Next feature", {{"g.txt", "g\n"}});
  release();
  EXPECT_NE(clone_.try_git({"show", "main:new.txt"}).status, 0);
  EXPECT_EQ(clone_.git({"show", "develop:new.txt"}), "n");
}

TEST_F(CliFlow, BroughtBackOnDevelopAloneItWouldBeMissingOnMain) {
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.commit("Feature", {{"f.txt", "f\n"}});
  release();
  document({bad_}, kDone);
  clone_.git({"merge", "--quiet", "--ff-only", branch_of("main")});
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.git({"merge", "--quiet", "--ff-only", branch_of("develop")});
  const std::string revert = clone_.sha("develop");
  EXPECT_EQ(plan_of({revert})["traps"], nlohmann::json::array()) << "brought back on both";
  const nlohmann::json traps = plan_of({revert, "--branch", "develop"})["traps"];
  ASSERT_EQ(traps.size(), 1U) << traps.dump();
  EXPECT_EQ(traps[0]["kind"], "drops");
  EXPECT_EQ(traps[0]["of_revert"], true);
  EXPECT_THAT(traps[0]["text"].get<std::string>(),
              HasSubstr("Brought back on develop alone, the change would silently be missing on main"));
  clone_.git({"revert", "--no-edit", "HEAD"});
  release();
  EXPECT_NE(clone_.try_git({"show", "main:new.txt"}).status, 0) << "git agrees";
  EXPECT_EQ(clone_.git({"show", "develop:new.txt"}), "n");
}

TEST_F(CliFlow, AReleaseBranchCarriesTheHabit) {
  const auto release_by_branch = [&](const std::string& version) {
    clone_.git({"checkout", "--quiet", "-b", "release/" + version, "develop"});
    clone_.commit("Bump " + version, {{"version", version + "\n"}});
    for (const std::string base : {"main", "develop"}) {
      clone_.git({"checkout", "--quiet", base});
      clone_.git({"merge", "--quiet", "--no-ff", "-m", "Merge branch 'release/" + version + "'",
                  "release/" + version});
    }
    clone_.git({"branch", "--quiet", "-D", "release/" + version});
    return clone_.sha("main");
  };
  clone_.git({"checkout", "--quiet", "-B", "develop", "main"});
  release_by_branch("1.0");
  const std::string late = clone_.commit("Late", {{"late.txt", "l\n"}});
  clone_.commit("Good", {{"good.txt", "g\n"}});
  const std::string merge = release_by_branch("1.1");
  const nlohmann::json traps = plan_of({late, "--branch", "main"})["traps"];
  ASSERT_EQ(traps.size(), 1U) << traps.dump();
  EXPECT_EQ(traps[0]["kind"], "drops");
  EXPECT_EQ(traps[0]["last_merge"], merge);
  const nlohmann::json done = document({late, "--branch", "main"}, kDone);
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"merge", "--quiet", "--ff-only", done["branches"][0]["branch"]});
  clone_.git({"checkout", "--quiet", "develop"});
  clone_.commit("New", {{"next.txt", "n\n"}});
  release_by_branch("1.2");
  EXPECT_EQ(clone_.git({"show", "develop:late.txt"}), "l");
  EXPECT_NE(clone_.try_git({"show", "main:late.txt"}).status, 0) << "git drops it";
}

TEST_F(CliFlow, OneTopicMergedToBothIsNoHabit) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_ + "^"});
  const std::string topic = clone_.commit("Topic", {{"t.txt", "t\n"}});
  for (const std::string base : {"main", "develop"}) {
    clone_.git({"checkout", "--quiet", base});
    clone_.git({"merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"});
  }
  EXPECT_EQ(plan_of({topic, "--branch", "main"})["traps"], nlohmann::json::array());
}

TEST_F(CliFlow, RolledBackOnMainAloneItWouldComeBackWithACopy) {
  clone_.git({"checkout", "--quiet", "-B", "develop", "main~2"});
  clone_.git({"cherry-pick", bad_});
  clone_.commit("Feature", {{"f.txt", "f\n"}});
  const std::string merge = release();
  clone_.git({"checkout", "--quiet", "develop"});
  const std::string late = clone_.commit("Late", {{"late.txt", "l\n"}});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"cherry-pick", late});
  const nlohmann::json traps = plan_of({clone_.sha("main"), "--branch", "main"})["traps"];
  ASSERT_EQ(traps.size(), 1U) << traps.dump();
  EXPECT_EQ(traps[0]["kind"], "resurrects");
  EXPECT_EQ(traps[0]["from"], "develop");
  EXPECT_EQ(traps[0]["last_merge"], merge);
  EXPECT_THAT(call({"main", "--branch", "main"}, RollbackMode::plan).out,
              HasSubstr("The change would silently come back with the next merge of develop into main"));
  document({"main", "--branch", "main", "--reason", "x"}, kDone);
  clone_.git({"merge", "--quiet", "--ff-only",
              document({"main", "--branch", "main"}, kDone)["branches"][0]["branch"]});
  EXPECT_NE(clone_.try_git({"show", "main:late.txt"}).status, 0);
  release();
  EXPECT_EQ(clone_.git({"show", "main:late.txt"}), "l") << "git brings it back";
}

TEST_F(CliFlow, BranchesThatAreNeverMergedSetNoTraps) {
  EXPECT_EQ(plan_of({bad_})["traps"], nlohmann::json::array());
}

TEST_F(CliFlow, TellsWhichBranchesAndReleasesHoldIt) {
  clone_.git({"tag", "v0", bad_ + "^"});
  clone_.git({"tag", "v1", bad_});
  clone_.git({"tag", "-a", "-m", "two", "v2", "main"});
  clone_.git({"checkout", "--quiet", "-b", "release/1", bad_ + "^"});
  clone_.git({"cherry-pick", bad_});
  clone_.git({"tag", "v0.1"});
  clone_.git({"branch", "old", bad_ + "^"});
  const nlohmann::json scope = plan_of({bad_, "--branch", "main", "--branch", "release/1"})["scope"];
  EXPECT_THAT(scope["branches"], ElementsAre("develop", "main", "release/1"));
  EXPECT_THAT(scope["tags"], ElementsAre("v1", "v2", "v0.1")) << "oldest first, also those of its copies";
  document({bad_}, kDone);
  EXPECT_THAT(plan_of({bad_})["scope"]["branches"], ElementsAre("develop", "main"))
      << "rollback branches are no releases";
  EXPECT_THAT(call({bad_}, RollbackMode::plan).out,
              HasSubstr("Held by\n  branches: develop, main\n  tags: v1, v2\n"));
}

TEST_F(CliFlow, APlanKeepsItsIdUntilAFileOfTheRevertChanges) {
  const std::string id = plan_of({bad_})["plan"];
  clone_.git({"checkout", "--quiet", "main"});
  clone_.commit("Elsewhere", {{"other.txt", "o\n"}});
  EXPECT_EQ(plan_of({bad_})["plan"], id) << "an approval stands";
  EXPECT_NE(plan_of({bad_, "--", "a.txt"})["plan"], id);
  EXPECT_NE(plan_of({bad_, "--branch", "main"})["plan"], id);
  clone_.commit("The same file", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\neight\n"}});
  EXPECT_NE(plan_of({bad_})["plan"], id) << "another result has to be looked at";
  EXPECT_EQ(plan_of({bad_})["branches"][0]["outcome"], "clean");
}

TEST_F(CliFlow, ALimitThatIsReachedIsSaid) {
  make_main_conflict();
  const nlohmann::json main = document({bad_, "--branch", "main", "--limit", "line_max=1"}, kConflict,
                                       RollbackMode::plan)["branches"][0];
  EXPECT_THAT(main["closure_note"].get<std::string>(), HasSubstr("(limit line_max)"));
  EXPECT_THAT(
      document({bad_, "--limit", "scope_max=1"}, kConflict, RollbackMode::plan)["note"].get<std::string>(),
      HasSubstr("(limit scope_max)"));
  EXPECT_THAT(document({"main~1..main", "main~2", "--limit", "targets_max=1"}, kUsage)["error"]["message"]
                  .get<std::string>(),
              HasSubstr("(limit targets_max)"));
  EXPECT_THAT(
      document({"main~2..main", "--limit", "commits_max=1"}, kUsage)["error"]["message"].get<std::string>(),
      HasSubstr("(limit commits_max)"));
  EXPECT_THAT(document({bad_, "--limit", "closure=1"}, kUsage)["error"]["message"].get<std::string>(),
              HasSubstr("closure_max"));
}

}  // namespace
}  // namespace kedge::cli
