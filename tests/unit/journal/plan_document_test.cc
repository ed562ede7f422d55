// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bot/journal/codec.h"

namespace kedge::journal {
namespace {

using nlohmann::json;

rollback::Plan sample() {
  const std::string sha(40, 'a');
  rollback::Plan plan{
      .id = std::string(64, '1'), .note = "Reverted against its first parent.", .branches = {}};
  plan.targets.push_back({.ref = "v1.2", .sha = sha, .kind = rollback::TargetKind::tag, .commits = {sha}});
  plan.branches.push_back({.base = "main",
                           .base_ref = "refs/heads/main",
                           .tip = std::string(40, 'b'),
                           .outcome = rollback::Outcome::clean,
                           .carrier = rollback::Carrier{sha, rollback::CarrierHow::cherry_pick},
                           .tree = std::string(40, 'c'),
                           .branch = "rollback/main-aaaaaaaaaaaa",
                           .commit = std::string(40, 'd'),
                           .reason = "Recorded by `cherry picked from commit`."});
  plan.branches.push_back({.base = "develop",
                           .base_ref = "refs/remotes/origin/develop",
                           .tip = std::string(40, 'e'),
                           .outcome = rollback::Outcome::conflict,
                           .branch = "rollback/develop-aaaaaaaaaaaa",
                           .conflicts = {{.path = "src/a.cc", .kind = rollback::ConflictKind::modify_delete},
                                         {.path = "b\xef\xbf\xbd", .path_base64 = "Yv8="}},
                           .closure = {std::string(40, 'f')}});
  return plan;
}

TEST(PlanDocument, HasTheKeysOfTheContract) {
  const json document = json::parse(plan_document(sample()));
  const std::string sha(40, 'a');
  const json target = {{"ref", "v1.2"}, {"sha", sha}, {"kind", "tag"}};
  EXPECT_EQ(document.at("target"), target);
  EXPECT_EQ(document.at("targets"), json::array({target}));
  EXPECT_EQ(document.at("plan"), std::string(64, '1'));
  EXPECT_EQ(document.at("note"), "Reverted against its first parent.");
  EXPECT_EQ(document.at("paths"), json::array());
  EXPECT_EQ(document.at("mainline"), 0);
  EXPECT_EQ(document.at("branches").at(0), json::parse(R"({
       "base": "main", "base_ref": "refs/heads/main", "tip": ")" +
                                                       std::string(40, 'b') + R"(",
       "outcome": "clean", "carrier": {"sha": ")" + sha +
                                                       R"(", "how": "cherry_pick"}, "carriers": [],
       "tree": ")" + std::string(40, 'c') +
                                                       R"(", "branch": "rollback/main-aaaaaaaaaaaa",
       "commit": ")" + std::string(40, 'd') +
                                                       R"(", "conflicts": [], "closure": [],
       "closure_commits": [], "closure_tree": null, "closure_note": "",
       "paths_changed_count": 0, "reason": "Recorded by `cherry picked from commit`.", "limits": []})"));
  EXPECT_EQ(document.at("branches").at(1), json::parse(R"({
       "base": "develop", "base_ref": "refs/remotes/origin/develop", "tip": ")" +
                                                       std::string(40, 'e') + R"(",
       "outcome": "conflict", "carrier": null, "carriers": [], "tree": null,
       "branch": "rollback/develop-aaaaaaaaaaaa", "commit": null,
       "conflicts": [{"path": "src/a.cc", "kind": "modify_delete", "hunks": [], "later": []},
                     {"path": "b\uFFFD", "kind": "content", "path_base64": "Yv8=", "hunks": [], "later": []}],
       "closure": [")" + std::string(40, 'f') +
                                                       R"("], "closure_commits": [], "closure_tree": null,
       "closure_note": "", "paths_changed_count": 0, "reason": "", "limits": []})"));
  EXPECT_EQ(document.at("traps"), json::array());
  EXPECT_EQ(document.at("scope"),
            json::parse(R"({"branches": [], "tags": [], "branches_more": 0, "tags_more": 0})"));
}

TEST(PlanDocument, TellsWhatIsInTheWayAndWhatTheNextMergeDoes) {
  rollback::Plan plan = sample();
  const rollback::CommitNote later{
      .sha = "s", .subject = "Build on it", .author = "Carol", .pull_request = 21};
  plan.branches[1].conflicts[0].later = {later, {.sha = "t"}};
  plan.branches[1].conflicts[0].hunks = {{.base = {.first = 2, .count = 1},
                                          .ours = {.first = 4, .count = 2},
                                          .theirs = {.first = 2, .count = 0},
                                          .ours_text = "x\n",
                                          .theirs_text = ""}};
  plan.traps = {
      {.kind = rollback::TrapKind::resurrects, .from = "develop", .into = "main", .last_merge = "m"}};
  plan.scope = {.branches = {"main"}, .tags = {"v1"}, .tags_more = 3};
  const json document = json::parse(plan_document(plan));
  EXPECT_EQ(document["branches"][1]["conflicts"][0]["hunks"][0], json::parse(R"({
      "base": {"first": 2, "count": 1}, "ours": {"first": 4, "count": 2}, "theirs": {"first": 2, "count": 0},
      "ours_text": "x\n", "theirs_text": ""})"));
  EXPECT_EQ(document["branches"][1]["conflicts"][0]["later"], json::parse(R"([
      {"sha": "s", "subject": "Build on it", "author": "Carol", "pull_request": 21},
      {"sha": "t", "subject": "", "author": "", "pull_request": null}])"));
  EXPECT_EQ(document["traps"][0]["kind"], "resurrects");
  EXPECT_EQ(document["traps"][0]["text"], rollback::describe(plan.traps[0]));
  EXPECT_EQ(document["scope"]["tags_more"], 3);
}

TEST(PlanDocument, HasATargetOfNullWithoutTargets) {
  const json document = json::parse(plan_document({}));
  EXPECT_TRUE(document.at("target").is_null());
  EXPECT_TRUE(document.at("targets").is_array());
  EXPECT_TRUE(document.at("branches").is_array());
}

TEST(PlanDocument, SpellsEveryNameAsTheContractDoes) {
  using rollback::CarrierHow;
  using rollback::ConflictKind;
  using rollback::Outcome;
  using rollback::TargetKind;
  rollback::Plan plan;
  for (const TargetKind kind : {TargetKind::commit, TargetKind::merge, TargetKind::range, TargetKind::tag,
                                TargetKind::pull_request, TargetKind::restore})
    plan.targets.push_back({.ref = "x", .kind = kind});
  for (const Outcome outcome :
       {Outcome::clean, Outcome::conflict, Outcome::already_reverted, Outcome::not_contained})
    plan.branches.push_back({.base = "b", .outcome = outcome});
  for (const CarrierHow how : {CarrierHow::same, CarrierHow::cherry_pick, CarrierHow::patch_id,
                               CarrierHow::squash, CarrierHow::merge})
    plan.branches.push_back({.base = "b", .carrier = rollback::Carrier{"s", how}});
  for (const ConflictKind kind :
       {ConflictKind::content, ConflictKind::modify_delete, ConflictKind::rename_delete,
        ConflictKind::rename_rename, ConflictKind::add_add, ConflictKind::mode, ConflictKind::submodule,
        ConflictKind::symlink, ConflictKind::directory_file})
    plan.branches.at(0).conflicts.push_back({.path = "p", .kind = kind});
  const json document = json::parse(plan_document(plan));
  std::vector<std::string> names;
  for (const auto& target : document.at("targets")) names.push_back(target.at("kind"));
  for (const auto& branch : document.at("branches")) {
    if (branch.at("carrier").is_null())
      names.push_back(branch.at("outcome"));
    else
      names.push_back(branch.at("carrier").at("how"));
  }
  for (const auto& conflict : document.at("branches").at(0).at("conflicts"))
    names.push_back(conflict.at("kind"));
  EXPECT_THAT(names, testing::ElementsAre("commit", "merge", "range", "tag", "pull_request", "restore",
                                          "clean", "conflict", "already_reverted", "not_contained", "same",
                                          "cherry_pick", "patch_id", "squash", "merge", "content",
                                          "modify_delete", "rename_delete", "rename_rename", "add_add",
                                          "mode", "submodule", "symlink", "directory_file"));
}

TEST(PlanDocument, IsPrintedWhateverBytesItHolds) {
  rollback::Plan plan = sample();
  plan.targets[0].ref = "\xff\xfe";
  plan.branches[0].reason = "cut \xe2\x82";
  EXPECT_TRUE(json::accept(plan_document(plan)));
}

}  // namespace
}  // namespace kedge::journal
