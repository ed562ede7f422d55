// SPDX-License-Identifier: Apache-2.0
// What a plan says of a conflict: the lines, who touched them since, and what else to revert so that it is
// clean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CliConflict : public CliRollback {
 protected:
  nlohmann::json main_of(const std::vector<std::string>& arguments, int status = kConflict) {
    std::vector<std::string> all = {"--branch", "main"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return document(all, status, RollbackMode::plan)["branches"][0];
  }
  /// What git itself makes of reverting these on main, newest first.
  std::string git_reverts(const std::vector<std::string>& commits) {
    clone_.git({"checkout", "--quiet", "--detach", "main"});
    for (const std::string& sha : commits) clone_.git({"revert", "--no-edit", sha});
    const std::string tree = clone_.tree("HEAD");
    clone_.git({"checkout", "--quiet", "main"});
    return tree;
  }
};

TEST_F(CliConflict, NamesTheLinesOfBothSidesAndWhoTouchedThemSince) {
  clone_.commit("Elsewhere in the file (#20)", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\neight\n"}});
  clone_.set("GIT_AUTHOR_NAME", "Carol");
  const std::string in_the_way =
      clone_.commit("Build on it (#21)", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\neight\n"}});
  clone_.commit("Lines before", {{"a.txt", "0\n0\n1\nbroken and more\n3\n4\n5\n6\n7\neight\n"}});
  const nlohmann::json conflict = main_of({bad_})["conflicts"][0];
  EXPECT_EQ(conflict["path"], "a.txt");
  EXPECT_EQ(conflict["kind"], "content");
  ASSERT_EQ(conflict["hunks"].size(), 1U);
  const nlohmann::json& hunk = conflict["hunks"][0];
  EXPECT_EQ(hunk["ours"], (nlohmann::json{{"first", 4}, {"count", 1}}));
  EXPECT_EQ(hunk["theirs"], (nlohmann::json{{"first", 2}, {"count", 1}}));
  EXPECT_EQ(hunk["ours_text"], "broken and more\n");
  EXPECT_EQ(hunk["theirs_text"], "2\n");
  EXPECT_EQ(
      conflict["later"],
      (nlohmann::json::array(
          {{{"sha", in_the_way}, {"subject", "Build on it"}, {"author", "Carol"}, {"pull_request", 21}}})))
      << "not those that touched other lines of the file";
}

TEST_F(CliConflict, NamesWhoDeletedTheFile) {
  clone_.commit("Other", {{"o.txt", "o\n"}});
  const std::string gone = clone_.commit("Drop it", {{"a.txt", ""}});
  const nlohmann::json conflict = main_of({bad_})["conflicts"][0];
  EXPECT_EQ(conflict["kind"], "modify_delete");
  EXPECT_EQ(conflict["hunks"], nlohmann::json::array());
  EXPECT_EQ(conflict["later"][0]["sha"], gone);
  EXPECT_EQ(conflict["later"].size(), 1U);
}

TEST_F(CliConflict, OffersTheOneCommitInTheWay) {
  clone_.commit("Elsewhere", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\neight\n"}});
  const std::string in_the_way =
      clone_.commit("Build on it", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\neight\n"}});
  clone_.commit("Elsewhere again", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\nseven\neight\n"}});
  const nlohmann::json main = main_of({bad_});
  EXPECT_EQ(main["closure"], nlohmann::json{in_the_way});
  EXPECT_EQ(main["closure_note"], "");
  EXPECT_EQ(main["closure_tree"], git_reverts({in_the_way, bad_}));
  EXPECT_EQ(main["closure_commits"][0]["subject"], "Build on it");
  const nlohmann::json together = main_of({bad_, in_the_way}, kDone);
  EXPECT_EQ(together["tree"], main["closure_tree"]) << "what is offered is what is done";
  const Answer text = call({bad_, "--branch", "main"}, RollbackMode::plan);
  EXPECT_THAT(text.out,
              HasSubstr("kedge rollback " + bad_.substr(0, 12) + " " + in_the_way + " --branch main"));
}

TEST_F(CliConflict, AClosureOfSeveralHoldsNoneThatCanBeLeftOut) {
  const std::string first = clone_.commit("One", {{"a.txt", "1\nbroken 1\n3\n4\n5\n6\n7\n8\n"}});
  clone_.commit("Beside", {{"b.txt", "bb\n"}});
  const std::string second = clone_.commit("Two", {{"a.txt", "1\nbroken 2\n3\n4\n5\n6\n7\n8\n"}});
  const std::string user = clone_.commit("Use new", {{"new.txt", "n\nused\n"}});
  const nlohmann::json main = main_of({bad_});
  EXPECT_EQ(main["closure"], (nlohmann::json{user, second, first})) << "newest first";
  EXPECT_EQ(main["closure_tree"], git_reverts({user, second, first, bad_}));
}

TEST_F(CliConflict, OneOfSeveralIsRevertedAlreadyAndAnotherConflicts) {
  const std::string gone = clone_.commit("Soon gone", {{"b.txt", "bb\n"}});
  clone_.git({"revert", "--no-edit", gone});
  const std::string in_the_way =
      clone_.commit("Build on it", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\n8\n"}});
  for (const std::vector<std::string>& targets :
       {std::vector<std::string>{bad_, gone}, {gone, bad_}, {bad_ + "^.." + gone}}) {
    const nlohmann::json main = main_of(targets);
    const std::vector<std::string> carriers = main["carriers"];
    EXPECT_EQ(std::ranges::count(carriers, gone), 0);
    EXPECT_EQ(carriers.back(), bad_);
    EXPECT_EQ(main["conflicts"][0]["path"], "a.txt");
    EXPECT_EQ(main["closure"], nlohmann::json{in_the_way});
    std::vector<std::string> all = {in_the_way};
    all.insert(all.end(), carriers.begin(), carriers.end());
    EXPECT_EQ(main["closure_tree"], git_reverts(all));
  }
}

TEST_F(CliConflict, WhatWasRevertedDoesNotComeBackWithTheClosure) {
  const std::string gone = clone_.commit("Soon gone", {{"b.txt", "bb\n"}});
  clone_.git({"revert", "--no-commit", gone});
  const std::string in_the_way = clone_.commit("Revert \"Soon gone\"\n\nThis reverts commit " + gone + ".",
                                               {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\n8\n"}});
  const nlohmann::json main = main_of({bad_, gone});
  EXPECT_EQ(main["closure"], nlohmann::json{in_the_way});
  EXPECT_EQ(main["closure_tree"], git_reverts({in_the_way, gone, bad_}));
  EXPECT_EQ(main_of({bad_, gone, in_the_way}, kDone)["tree"], main["closure_tree"]);
}

TEST_F(CliConflict, BeyondTheLimitThereIsNoClosure) {
  for (int i = 0; i < 9; ++i) {
    clone_.commit("Step", {{"a.txt", "1\nbroken " + std::to_string(i) + "\n3\n4\n5\n6\n7\n8\n"}});
  }
  const nlohmann::json main = main_of({bad_});
  EXPECT_EQ(main["closure"], nlohmann::json::array());
  EXPECT_EQ(main["closure_tree"], nullptr);
  EXPECT_EQ(main["closure_note"], "no clean closure within 8 commits: fix forward");
  EXPECT_THAT(call({bad_, "--branch", "main"}, RollbackMode::plan).out,
              HasSubstr("no clean closure within 8 commits: fix forward"));
}

TEST_F(CliConflict, AMergeInTheWayIsRevertedAsAWhole) {
  clone_.git({"checkout", "--quiet", "-b", "topic"});
  clone_.commit("Build on it", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\n8\n"}});
  clone_.commit("And a file", {{"t.txt", "t\n"}});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git(
      {"merge", "--quiet", "--no-ff", "-m", "Merge pull request #30 from acme/topic\n\nBuild", "topic"});
  const nlohmann::json main = main_of({bad_});
  EXPECT_EQ(main["closure"], nlohmann::json{clone_.sha("main")});
  EXPECT_EQ(main["closure_commits"][0]["pull_request"], 30);
  EXPECT_EQ(main_of({bad_, "#30"}, kDone)["tree"], main["closure_tree"]);
}

TEST_F(CliConflict, WithPathsTheClosureKeepsToThem) {
  const std::string in_the_way = clone_.commit(
      "Build on it", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\n8\n"}, {"keep.txt", "k\n"}});
  const nlohmann::json main = main_of({bad_, "--", "a.txt"});
  EXPECT_EQ(main["closure"], nlohmann::json{in_the_way});
  const nlohmann::json done =
      document({bad_, in_the_way, "--branch", "main", "--", "a.txt"}, kDone)["branches"][0];
  EXPECT_EQ(done["tree"], main["closure_tree"]);
  EXPECT_EQ(clone_.git({"diff", "--name-only", "main", done["branch"]}), "a.txt");
}

TEST_F(CliConflict, SaysWhatHasNoLines) {
  const std::string zero("\0a\n", 3);
  clone_.commit("Attributes", {{".gitattributes", "locked.txt -merge\n"}, {"locked.txt", "1\n"}});
  const std::string target = clone_.commit("Both", {{"p.bin", zero + "1"}, {"locked.txt", "2\n"}});
  clone_.commit("Both again", {{"p.bin", zero + "2"}, {"locked.txt", "3\n"}});
  const nlohmann::json conflicts = main_of({target})["conflicts"];
  ASSERT_EQ(conflicts.size(), 2U) << conflicts.dump();
  EXPECT_EQ(conflicts[0]["reason"], "merging_forbidden");
  const std::string out = call({target, "--branch", "main"}, RollbackMode::plan).out;
  EXPECT_THAT(out, HasSubstr("locked.txt (content: its attribute `merge` forbids merging)"));
}

TEST_F(CliConflict, TheTargetsOwnCommitsAreNotInTheirOwnWay) {
  const std::string first = clone_.commit("One", {{"b.txt", "1\n"}});
  const std::string second = clone_.commit("Two", {{"b.txt", "2\n"}});
  const std::string other = clone_.commit("Other", {{"b.txt", "3\n"}});
  const nlohmann::json later = main_of({first, second})["conflicts"][0]["later"];
  ASSERT_EQ(later.size(), 1U) << later.dump();
  EXPECT_EQ(later[0]["sha"], other);
}

TEST_F(CliConflict, AnExhaustedSearchClaimsNothing) {
  for (int i = 0; i < 4; ++i)
    clone_.commit("Step", {{"a.txt", "1\nbroken " + std::to_string(i) + "\n3\n4\n5\n6\n7\n8\n"}});
  const nlohmann::json none = main_of({bad_, "--limit", "closure_merges=5"});
  EXPECT_EQ(none["closure"], nlohmann::json::array());
  EXPECT_EQ(
      none["closure_note"],
      "no clean closure was found: the search ended after 5 merges (limit closure_merges); fix forward");
  EXPECT_THAT(none["limits"][0].get<std::string>(), HasSubstr("(limit closure_merges)"));
  const nlohmann::json all = main_of({bad_});
  ASSERT_EQ(all["closure"].size(), 4U);
  EXPECT_EQ(all["limits"], nlohmann::json::array());
  // Each number of merges gives the whole answer, none, or one that says what is not known of it.
  for (int merges = 1; merges < 60; ++merges) {
    const nlohmann::json some = main_of({bad_, "--limit", "closure_merges=" + std::to_string(merges)});
    const bool found = !some["closure"].empty();
    EXPECT_EQ(some["closure"], found ? all["closure"] : nlohmann::json::array());
    if (found && some["limits"].empty()) continue;
    EXPECT_THAT(some["limits"][0].get<std::string>(), HasSubstr("(limit closure_merges)"));
  }
}

TEST_F(CliConflict, AMergeThatReachesItsLimitSaysSoByName) {
  make_main_conflict();
  const nlohmann::json error =
      document({bad_, "--limit", "merge_bytes=3"}, kUsage, RollbackMode::plan)["error"];
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr("merge_bytes"));
}

TEST_F(CliConflict, ForeignLinesCannotDriveTheTerminal) {
  clone_.commit("Nasty", {{"a.txt", "1\nbroken \x1b[2J\n3\n4\n5\n6\n7\n8\n"}});
  const std::string out = call({bad_, "--branch", "main"}, RollbackMode::plan).out;
  EXPECT_THAT(out, HasSubstr("- broken ?[2J"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST_F(CliConflict, LongSidesAreCut) {
  std::string lines = "1\n";
  for (int i = 0; i < 40; ++i) lines += "broken " + std::to_string(i) + std::string(400, 'x') + "\n";
  clone_.commit("Much", {{"a.txt", lines + "3\n4\n5\n6\n7\n8\n"}});
  const std::string text = main_of({bad_})["conflicts"][0]["hunks"][0]["ours_text"];
  EXPECT_THAT(text, HasSubstr("… and 28 more lines"));
  EXPECT_LT(text.size(), 12U * 210U);
}

}  // namespace
}  // namespace kedge::cli
