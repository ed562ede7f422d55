// SPDX-License-Identifier: Apache-2.0
// `kedge rollback` and `kedge plan` on clones that git made, judged by git and by their contract.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bot/adapters/git/local_clone.h"
#include "bot/base/terminal.h"
#include "bot/base/text.h"
#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using test::GitShell;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CliRollback, WritesBothBranchesLikeGitWould) {
  const Answer answer = call({bad_, "--reason", "Checkout is down"});
  ASSERT_EQ(answer.status, kDone) << answer.err;
  for (const std::string base : {"main", "develop"}) {
    clone_.git({"checkout", "--quiet", "--detach", base});
    clone_.git({"revert", "--no-edit", bad_});
    EXPECT_EQ(clone_.tree(branch_of(base)), clone_.tree("HEAD")) << base;
    EXPECT_EQ(clone_.sha(branch_of(base) + "^"), clone_.sha(base));
    EXPECT_EQ(clone_.git({"log", "-1", "--format=%an %ae %at %cn %ce %ct", branch_of(base)}),
              "Bob bob@example.com 1700200000 Bob bob@example.com 1700200000");
    EXPECT_EQ(clone_.git({"log", "-1", "--format=%B", branch_of(base)}),
              "Revert \"Break it (#7)\"\n\nThis reverts commit " + bad_ + ".\n\nCheckout is down\n");
    EXPECT_THAT(answer.out, HasSubstr(branch_of(base)));
  }
  EXPECT_TRUE(clone_.is_sound());
}

TEST_F(CliRollback, TheDocumentHasTheContractsKeys) {
  const nlohmann::json json = document({bad_.substr(0, 8)}, kDone);
  EXPECT_EQ(json["target"], (nlohmann::json{{"ref", bad_.substr(0, 8)}, {"sha", bad_}, {"kind", "commit"}}));
  EXPECT_EQ(json["targets"][0], json["target"]);
  EXPECT_EQ(json["plan"].get<std::string>().size(), 64U);
  ASSERT_EQ(json["branches"].size(), 2U);
  const nlohmann::json& main = json["branches"][0];
  EXPECT_EQ(main["base"], "main");
  EXPECT_EQ(main["base_ref"], "refs/heads/main");
  EXPECT_EQ(main["tip"], clone_.sha("main"));
  EXPECT_EQ(main["outcome"], "clean");
  EXPECT_EQ(main["carrier"], (nlohmann::json{{"sha", bad_}, {"how", "same"}}));
  EXPECT_EQ(main["branch"], branch_of("main"));
  EXPECT_EQ(main["commit"], clone_.sha(branch_of("main")));
  EXPECT_EQ(main["tree"], clone_.tree(branch_of("main")));
  EXPECT_EQ(main["conflicts"], nlohmann::json::array());
  EXPECT_EQ(main["closure"], nlohmann::json::array());
  EXPECT_FALSE(main.contains("push"));
}

TEST_F(CliRollback, APlanWritesNothing) {
  const std::string before = refs();
  const std::string objects = clone_.git({"count-objects"});
  for (const RollbackMode mode : {RollbackMode::plan, RollbackMode::write}) {
    const std::vector<std::string> flags =
        mode == RollbackMode::plan ? std::vector<std::string>{} : std::vector<std::string>{"--dry-run"};
    std::vector<std::string> arguments = {bad_};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const nlohmann::json json = document(arguments, kDone, mode);
    EXPECT_TRUE(json["branches"][0]["commit"].is_null());
    EXPECT_EQ(json["branches"][0]["outcome"], "clean");
  }
  EXPECT_EQ(refs(), before);
  EXPECT_EQ(clone_.git({"count-objects"}), objects);
}

TEST_F(CliRollback, AConflictIsStatusThreeAndTheCleanBranchIsWritten) {
  make_main_conflict();
  const nlohmann::json json = document({bad_}, kConflict);
  EXPECT_EQ(json["branches"][0]["outcome"], "conflict");
  ASSERT_EQ(json["branches"][0]["conflicts"].size(), 1U);
  EXPECT_EQ(json["branches"][0]["conflicts"][0]["path"], "a.txt");
  EXPECT_EQ(json["branches"][0]["conflicts"][0]["kind"], "content");
  EXPECT_TRUE(json["branches"][0]["commit"].is_null());
  EXPECT_EQ(json["branches"][1]["commit"], clone_.sha(branch_of("develop")));
  const Answer text = call({bad_});
  EXPECT_THAT(text.out, HasSubstr("a.txt (content)"));
  EXPECT_THAT(text.out, HasSubstr("kedge rollback " + bad_.substr(0, 12) + " " + clone_.sha("main")));
}

TEST_F(CliRollback, AlreadyRevertedIsDoneAndNotContainedIsNot) {
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"revert", "--no-edit", bad_});
  EXPECT_EQ(document({bad_, "--branch", "main"}, kDone)["branches"][0]["outcome"], "already_reverted");
  clone_.git({"revert", "--no-edit", "HEAD"});
  EXPECT_EQ(document({bad_, "--branch", "main"}, kDone, RollbackMode::plan)["branches"][0]["outcome"],
            "clean")
      << "the revert was reverted";
  clone_.git({"branch", "old", bad_ + "^"});
  const nlohmann::json json = document({bad_, "--branch", "old"}, kFailed);
  EXPECT_EQ(json["branches"][0]["outcome"], "not_contained");
}

TEST_F(CliRollback, RevertedWithoutATrailerIsFoundByContent) {
  clone_.git({"checkout", "--quiet", "main"});
  clone_.git({"revert", "--no-commit", bad_});
  clone_.git({"commit", "--quiet", "-m", "Put it right"});
  EXPECT_EQ(document({bad_, "--branch", "main"}, kDone)["branches"][0]["outcome"], "already_reverted");
}

TEST_F(CliRollback, ANarrowedRevertLeavesTheRestToRevert) {
  const nlohmann::json narrow = document({bad_, "--branch", "main", "--", "new.txt"}, kDone);
  clone_.git({"merge", "--quiet", "--ff-only", narrow["branches"][0]["branch"]});
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%B"}), HasSubstr("Only in these paths:\n- new.txt\n"));
  const nlohmann::json rest = document({bad_, "--branch", "main"}, kDone)["branches"][0];
  EXPECT_EQ(rest["outcome"], "clean");
  EXPECT_THAT(rest["reason"].get<std::string>(),
              HasSubstr(clone_.sha("main").substr(0, 12) + " says that it reverts " + bad_.substr(0, 12)));
  EXPECT_EQ(clone_.git({"diff", "--name-only", bad_ + "^", rest["branch"], "--", "a.txt", "new.txt"}), "");
  EXPECT_EQ(document({bad_, "--branch", "main", "--", "new.txt"}, kDone)["branches"][0]["outcome"],
            "already_reverted");
}

TEST_F(CliRollback, WordsAloneRevertNothing) {
  clone_.commit("Explain\n\nIt is tempting to write\nThis reverts commit " + bad_ + ".\nbut we did not.",
                {{"notes.txt", "n\n"}});
  const nlohmann::json main = document({bad_}, kDone)["branches"][0];
  EXPECT_EQ(main["outcome"], "clean");
  EXPECT_THAT(main["reason"].get<std::string>(), HasSubstr("but not all of its change is gone"));
  clone_.git({"checkout", "--quiet", "--detach", "main"});
  clone_.git({"revert", "--no-edit", bad_});
  EXPECT_EQ(main["tree"], clone_.tree("HEAD"));
}

TEST_F(CliRollback, AReasonCannotClaimOtherReverts) {
  const std::string other = clone_.commit("Other", {{"o.txt", "o\n"}});
  const std::string reason = "Same as\nThis reverts commit " + other + ".";
  const nlohmann::json first = document({bad_, "--branch", "main", "--reason", reason}, kDone);
  clone_.git({"merge", "--quiet", "--ff-only", first["branches"][0]["branch"]});
  const nlohmann::json second = document({other, "--branch", "main"}, kDone)["branches"][0];
  EXPECT_EQ(second["outcome"], "clean");
  EXPECT_THAT(second["reason"].get<std::string>(), Not(HasSubstr("says that it reverts")));
}

TEST_F(CliRollback, ARevertThatWasWrittenOverIsAConflictAndSaysSo) {
  clone_.git({"revert", "--no-edit", bad_});
  clone_.commit("Try again", {{"a.txt", "1\nsecond try\n3\n4\n5\n6\n7\n8\n"}});
  const nlohmann::json main = document({bad_, "--branch", "main"}, kConflict)["branches"][0];
  EXPECT_THAT(main["reason"].get<std::string>(), HasSubstr("says that it reverts"));
}

TEST_F(CliRollback, OfARangeOnlyWhatIsLeftIsReverted) {
  const std::string second = clone_.commit("Second", {{"d.txt", "d\n"}});
  const std::string third = clone_.commit("Third", {{"e.txt", "e\n"}});
  clone_.git({"revert", "--no-edit", second});
  const nlohmann::json main = document({second + "^.." + third, "--branch", "main"}, kDone)["branches"][0];
  EXPECT_EQ(main["outcome"], "clean");
  EXPECT_EQ(clone_.git({"diff", "--name-status", "main", main["branch"]}), "D\te.txt");
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%B", main["branch"]}), Not(HasSubstr(second)));
}

TEST_F(CliRollback, FindsTheCarrierByTrailerAndByPatch) {
  clone_.git({"checkout", "--quiet", "-b", "picked", bad_ + "^"});
  clone_.commit("Something else", {{"b.txt", "bb\n"}});
  clone_.git({"checkout", "--quiet", "-b", "patched"});
  clone_.git({"cherry-pick", bad_});
  clone_.git({"checkout", "--quiet", "picked"});
  clone_.git({"cherry-pick", "-x", bad_});
  const nlohmann::json json = document({bad_, "--branch", "picked", "--branch", "patched"}, kDone);
  EXPECT_EQ(json["branches"][0]["carrier"],
            (nlohmann::json{{"sha", clone_.sha("picked")}, {"how", "cherry_pick"}}));
  EXPECT_EQ(json["branches"][1]["carrier"],
            (nlohmann::json{{"sha", clone_.sha("patched")}, {"how", "patch_id"}}));
}

TEST_F(CliRollback, EveryFormOfTargetIsUnderstood) {
  clone_.git({"tag", "light", bad_});
  clone_.git({"tag", "-a", "-m", "a tag", "heavy", bad_});
  struct Row {
    std::string target;
    std::string kind;
  };
  for (const Row& row : {Row{"light", "tag"}, Row{"heavy", "tag"}, Row{"#7", "pull_request"},
                         Row{"https://github.com/acme/api/pull/7", "pull_request"}, Row{"main~1", "commit"},
                         Row{bad_.substr(0, 7), "commit"}, Row{"develop", "commit"},
                         Row{"https://github.com/acme/api/commit/" + bad_, "commit"},
                         Row{"v1-3-g" + bad_.substr(0, 7), "commit"}, Row{"HEAD^1~0", "commit"},
                         Row{bad_ + "^.." + bad_, "range"}}) {
    const nlohmann::json json = document({row.target}, kDone, RollbackMode::plan);
    EXPECT_EQ(json["target"]["sha"], bad_) << row.target;
    EXPECT_EQ(json["target"]["kind"], row.kind) << row.target;
    EXPECT_EQ(json["branches"][0]["branch"], branch_of("main")) << row.target;
  }
}

TEST_F(CliRollback, ARangeIsRevertedNewestFirst) {
  const std::string second = clone_.commit("Second", {{"a.txt", "1\nbroken\nthree\n4\n5\n6\n7\n8\n"}});
  const std::string third = clone_.commit("Third", {{"a.txt", "1\nbroken\nTHREE\n4\n5\n6\n7\n8\n"}});
  const nlohmann::json json = document({second + "^.." + third, "--branch", "main"}, kDone);
  const std::string branch = json["branches"][0]["branch"];
  EXPECT_EQ(branch,
            "rollback/main-" + third.substr(0, 12) + "-" + json["plan"].get<std::string>().substr(0, 8));
  clone_.git({"checkout", "--quiet", "--detach", "main"});
  clone_.git({"revert", "--no-edit", second + "^.." + third});
  EXPECT_EQ(clone_.tree(branch), clone_.tree("HEAD"));
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%B", branch}),
              HasSubstr("This reverts commit " + third + ".\nThis reverts commit " + second + "."));
  const nlohmann::json both = document({second, third, "--branch", "main"}, kDone);
  EXPECT_EQ(both["branches"][0]["tree"], json["branches"][0]["tree"]) << "order of naming does not matter";
}

TEST_F(CliRollback, TheRevertsDiffStaysUntilALaterChangeTouchesItsFiles) {
  const auto diff = [this] {
    const auto clone = adapters::git::LocalClone::open(clone_.directory()).value();
    return clone.plan({.targets = {bad_}, .branches = {"main"}}).value().branches.front().diff;
  };
  const std::string before = diff();
  EXPECT_EQ(before.size(), 64U);
  clone_.commit("Elsewhere", {{"d.txt", "d\n"}});
  EXPECT_EQ(diff(), before);
  clone_.commit("Same file", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\nlast\n"}});
  EXPECT_NE(diff(), before);
}

TEST_F(CliRollback, AMergeIsRevertedAgainstItsFirstParentAndSaysSo) {
  clone_.git({"checkout", "--quiet", "-b", "feature", "main"});
  clone_.commit("Feature", {{"f.txt", "f\n"}});
  clone_.git({"checkout", "--quiet", "main"});
  clone_.commit("Meanwhile", {{"g.txt", "g\n"}});
  clone_.git({"merge", "--quiet", "--no-ff", "-m", "Merge pull request #9 from acme/feature", "feature"});
  const std::string merge = clone_.sha("main");
  const nlohmann::json json = document({"#9", "--branch", "main"}, kDone);
  EXPECT_EQ(json["target"]["sha"], merge);
  EXPECT_THAT(json["note"].get<std::string>(), HasSubstr("parent 1"));
  EXPECT_EQ(document({merge, "--branch", "main"}, kDone, RollbackMode::plan)["target"]["kind"], "merge");
  clone_.git({"checkout", "--quiet", "--detach", "main"});
  clone_.git({"revert", "--no-edit", "-m", "1", merge});
  EXPECT_EQ(json["branches"][0]["tree"], clone_.tree("HEAD"));
  const nlohmann::json other =
      document({merge, "--mainline", "2", "--branch", "main"}, kDone, RollbackMode::plan);
  EXPECT_NE(other["branches"][0]["branch"], json["branches"][0]["branch"]);
  EXPECT_EQ(document({merge, "--mainline", "3"}, kUsage)["error"]["code"], "invalid");
  EXPECT_EQ(document({bad_, "--mainline", "2"}, kUsage)["error"]["code"], "invalid");
}

TEST_F(CliRollback, PathsNarrowTheRevert) {
  const nlohmann::json json = document({bad_, "--branch", "main", "--", "new.txt"}, kDone);
  const std::string branch = json["branches"][0]["branch"];
  EXPECT_EQ(clone_.git({"diff", "--name-status", "main", branch}), "D\tnew.txt");
  const nlohmann::json error = document({bad_, "--", "nothing/here"}, kUsage);
  EXPECT_THAT(error["error"]["message"].get<std::string>(), HasSubstr("a.txt"));
  const nlohmann::json one_of_two = document({bad_, "--", "new.txt", "nothing/here"}, kUsage);
  EXPECT_THAT(one_of_two["error"]["message"].get<std::string>(), HasSubstr("to nothing/here: "));
}

TEST_F(CliRollback, AnUnknownTargetNamesNearMisses) {
  clone_.git({"tag", "v1.2.3"});
  const nlohmann::json json = document({"v1.2.4"}, kFailed)["error"];
  EXPECT_EQ(json["code"], "not_found");
  EXPECT_THAT(json["candidates"].get<std::vector<std::string>>(), ElementsAre("v1.2.3"));
  std::string typo = bad_.substr(0, 10);
  typo[9] = typo[9] == '0' ? '1' : '0';
  EXPECT_THAT(document({typo}, kFailed)["error"]["candidates"].get<std::vector<std::string>>(),
              ElementsAre(bad_.substr(0, 12)));
  EXPECT_THAT(
      document({bad_, "--branch", "mian"}, kFailed)["error"]["candidates"].get<std::vector<std::string>>(),
      ElementsAre("main"));
  for (const std::string unknown :
       {"#99", "nowhere~2", "main~99", "main^{tree}", "main:a.txt", "refs/heads/x"}) {
    EXPECT_EQ(document({unknown, "--branch", "main"}, kFailed)["error"]["code"], "not_found") << unknown;
  }
}

TEST_F(CliRollback, AnAmbiguousShortShaNamesTheCommitsItCouldBe) {
  // Enough commits that two of them begin alike; the same ones in every run.
  std::string import;
  for (int i = 0; i < 1500; ++i) {
    import += fmt::format("commit refs/heads/many\ncommitter A <a@example.com> {} +0000\ndata 1\nx\n{}",
                          1'700'000'000 + i, i == 0 ? "from refs/heads/main\n\n" : "\n");
  }
  clone_.git({"fast-import", "--quiet"}, import);
  std::map<std::string, std::vector<std::string>> by_prefix;
  for (const std::string& sha : split_lines(clone_.git({"rev-list", "many"})))
    by_prefix[sha.substr(0, 4)].push_back(sha);
  const auto alike =
      std::ranges::find_if(by_prefix, [](const auto& entry) { return entry.second.size() == 2; });
  ASSERT_NE(alike, by_prefix.end());
  const Answer answer = call({alike->first}, RollbackMode::plan);
  EXPECT_EQ(answer.status, kUsage) << answer.out;
  for (const std::string& sha : alike->second) EXPECT_THAT(answer.err, HasSubstr(sha.substr(0, 12)));
}

TEST_F(CliRollback, WrongUseIsStatusTwo) {
  const std::vector<std::vector<std::string>> rows = {{},
                                                      {bad_, "--unknown"},
                                                      {bad_, "--date", "yesterday"},
                                                      {bad_, "--push", "--dry-run"},
                                                      {bad_, "--to", "main"},
                                                      {"--to", "main", "--mainline", "1"},
                                                      {"--to", "main~1..main"},
                                                      {bad_, "--mainline", "0"},
                                                      {bad_ + ".." + bad_},
                                                      {"a...b"}};
  for (const std::vector<std::string>& row : rows) {
    EXPECT_EQ(document(row, kUsage)["error"]["code"], "invalid");
    const Answer text = call(row);
    EXPECT_EQ(text.status, kUsage);
    EXPECT_EQ(text.out, "");
    EXPECT_THAT(text.err, ::testing::StartsWith("kedge: "));
  }
  EXPECT_EQ(call({"--help"}).status, kDone);
}

TEST_F(CliRollback, RestoresAVersionWholeAndLeavesItAtThatTheSecondTime) {
  const std::string good = clone_.sha("main~2");
  const std::string name = "rollback/main-to-" + good.substr(0, 12);
  const nlohmann::json json = document({"--to", good, "--reason", "Too much broke"}, kDone);
  EXPECT_EQ(json["target"], (nlohmann::json{{"ref", good}, {"sha", good}, {"kind", "restore"}}));
  for (const nlohmann::json& branch : json["branches"]) {
    const std::string base = branch["base"];
    EXPECT_EQ(branch["outcome"], "clean");
    EXPECT_EQ(branch["branch"], "rollback/" + base + "-to-" + good.substr(0, 12));
    EXPECT_EQ(clone_.tree(branch["branch"]), clone_.tree(good));
    EXPECT_EQ(clone_.sha(branch["branch"].get<std::string>() + "^"), clone_.sha(base));
    EXPECT_EQ(branch["tree"], clone_.tree(good));
  }
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%B", name}),
              ::testing::StartsWith("Restore main to " + good.substr(0, 12) +
                                    "\n\nThis restores the tree of commit " + good + ".\n\nToo much broke"));
  const std::string before = refs();
  EXPECT_TRUE(document({"--to", good}, kDone)["branches"][0]["unchanged"]);
  EXPECT_EQ(refs(), before);
  clone_.commit("Go on further", {{"d.txt", "d\n"}});
  EXPECT_FALSE(document({"--to", good, "--branch", "main"}, kDone)["branches"][0]["unchanged"])
      << "its own branch moves with its base";
  EXPECT_EQ(clone_.sha(name + "^"), clone_.sha("main"));
  EXPECT_TRUE(clone_.is_sound());
}

TEST_F(CliRollback, RestoresOnlyWhatABranchOnceWas) {
  EXPECT_EQ(document({"--to", "main", "--branch", "main"}, kDone)["branches"][0]["outcome"],
            "already_reverted");
  const nlohmann::json json = document({"--to", "main"}, kDone);
  EXPECT_EQ(json["branches"][1]["base"], "develop");
  EXPECT_EQ(json["branches"][1]["outcome"], "not_contained");
  EXPECT_EQ(document({"--to", "main", "--branch", "develop"}, kFailed)["branches"][0]["outcome"],
            "not_contained");
  EXPECT_EQ(document({"--to", "nowhere"}, kFailed)["error"]["code"], "not_found");
}

TEST_F(CliRollback, BaseIsOriginsWhereItIsAhead) {
  GitShell bare = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", bare.directory().string()});
  clone_.git({"push", "--quiet", "origin", "main"});
  clone_.git({"fetch", "--quiet", "origin"});
  const std::string ahead = clone_.sha("main");
  clone_.git({"checkout", "--quiet", "--detach"});
  clone_.git({"branch", "-f", "main", "main~1"});
  nlohmann::json json = document({bad_, "--branch", "main"}, kDone, RollbackMode::plan);
  EXPECT_EQ(json["branches"][0]["base_ref"], "refs/remotes/origin/main");
  EXPECT_EQ(json["branches"][0]["tip"], ahead);
  EXPECT_THAT(call({bad_, "--branch", "main"}, RollbackMode::plan).out, HasSubstr("  origin/main  clean"));
  clone_.git({"checkout", "--quiet", "main"});
  const std::string apart = clone_.commit("Apart", {{"x.txt", "x\n"}});
  json = document({bad_, "--branch", "main"}, kDone, RollbackMode::plan);
  EXPECT_EQ(json["branches"][0]["tip"], apart);
  EXPECT_THAT(json["note"].get<std::string>(), HasSubstr("went apart"));
}

TEST_F(CliRollback, WhatCannotBePlannedSaysWhatToDo) {
  const auto error_in = [&](const std::string& name) {
    const Answer answer =
        answer_rollback({"--repo", (scratch_.path() / name).string(), bad_}, RollbackMode::plan, TimePoint{});
    EXPECT_EQ(answer.status, kUsage) << name;
    return answer.err;
  };
  const std::string url = "file://" + clone_.directory().string();
  clone_.git({"config", "uploadpack.allowFilter", "true"});
  clone_.git({"clone", "--quiet", "--depth", "1", url, (scratch_.path() / "shallow").string()});
  clone_.git({"init", "--quiet", (scratch_.path() / "empty").string()});
  std::filesystem::create_directories(scratch_.path() / "nothing");
  EXPECT_THAT(error_in("shallow"), HasSubstr("git fetch --unshallow"));
  EXPECT_THAT(error_in("empty"), HasSubstr("no commits yet"));
  EXPECT_THAT(error_in("nothing"), HasSubstr("--repo"));
  EXPECT_THAT(error_in("missing"), HasSubstr("--repo"));
}

TEST_F(CliRollback, APartialCloneSaysWhatHelpsAndThatHelps) {
  // Only a merge of contents reads files at all.
  clone_.commit("The same file", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\neight\n"}});
  clone_.git({"config", "uploadpack.allowFilter", "true"});
  clone_.git({"clone", "--quiet", "--filter=blob:none", "file://" + clone_.directory().string(),
              (scratch_.path() / "partial").string()});
  GitShell partial(scratch_.path() / "partial");
  const auto plan = [&] {
    return answer_rollback({"--repo", partial.directory().string(), bad_}, RollbackMode::plan, TimePoint{});
  };
  // As Debian 12's git leaves it, then as newer ones do.
  for (const bool extension : {false, true}) {
    if (extension) partial.git({"config", "extensions.partialclone", "origin"});
    EXPECT_EQ(plan().status, kUsage);
    EXPECT_THAT(plan().err, HasSubstr("partial clone"));
    EXPECT_THAT(plan().err, HasSubstr("git fetch --refetch --no-filter"));
  }
  partial.git({"fetch", "--quiet", "--refetch", "--no-filter"});
  EXPECT_EQ(plan().status, kDone) << plan().err;
}

TEST_F(CliRollback, APartialCloneWithAllThatIsNeededWillDo) {
  clone_.git({"config", "uploadpack.allowFilter", "true"});
  clone_.git({"clone", "--quiet", "--filter=blob:limit=1m", "file://" + clone_.directory().string(),
              (scratch_.path() / "partial").string()});
  const Answer answer = answer_rollback({"--repo", (scratch_.path() / "partial").string(), bad_},
                                        RollbackMode::plan, TimePoint{});
  EXPECT_EQ(answer.status, kDone) << answer.err;
}

TEST_F(CliRollback, PathsThatAreNotUtf8KeepTheirBytes) {
  const std::string name = "caf\xe9.txt";
  const std::string added = clone_.commit("Latin", {{name, "1\n"}});
  clone_.commit("Latin again", {{name, "2\n"}});
  const nlohmann::json json = document({added, "--branch", "main"}, kConflict)["branches"][0];
  EXPECT_EQ(json["conflicts"][0]["path"], "caf\xef\xbf\xbd.txt");
  EXPECT_EQ(json["conflicts"][0]["path_base64"], "Y2Fm6S50eHQ=");
  EXPECT_EQ(json["conflicts"][0]["kind"], "modify_delete");
}

TEST_F(CliRollback, ForeignTextCannotDriveTheTerminal) {
  const std::string sha = clone_.commit("Nice \x1b[2J subject", {{"z.txt", "z\n"}});
  const Answer answer = call({sha});
  EXPECT_THAT(answer.out, HasSubstr("Nice ?[2J subject"));
  EXPECT_THAT(answer.out, Not(HasSubstr("\x1b")));
  const std::string turned = clone_.commit("C1 \u009b2J, bidi \u202egnp.exe", {{"y.txt", "y\n"}});
  EXPECT_THAT(call({turned}).out, HasSubstr("C1 ?2J, bidi ?gnp.exe"));
  const Answer json = call({turned, "--json", "--to", "\u202e"});
  EXPECT_THAT(json.out, Not(HasSubstr("\u202e")));
  EXPECT_EQ(plain_lines(call({"\u202e"}).err), call({"\u202e"}).err);
}

}  // namespace
}  // namespace kedge::cli
