// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/plan.h"

#include <gtest/gtest.h>

#include <set>

#include "bot/base/text.h"

namespace kedge::rollback {
namespace {

const std::string kSha = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

Plan plan_of(const std::vector<Outcome>& outcomes) {
  Plan plan;
  for (const Outcome outcome : outcomes) plan.branches.push_back({.outcome = outcome});
  return plan;
}

PlanKey a_key() {
  return {.repository = RepositoryId{42},
          .targets = {kSha},
          .paths = {},
          .mainline = 1,
          .bases = {{.base = "main", .carriers = kSha, .diff_digest = "d1"},
                    {.base = "develop", .carriers = "", .diff_digest = "d2"}}};
}

TEST(PlanOutcome, CleanNeedsOneBranchGoneAndNoConflict) {
  struct Row {
    std::vector<Outcome> outcomes;
    bool clean;
    bool conflict;
  };
  const std::vector<Row> rows = {
      {{}, false, false},
      {{Outcome::clean}, true, false},
      {{Outcome::already_reverted}, true, false},
      {{Outcome::not_contained}, false, false},
      {{Outcome::clean, Outcome::not_contained}, true, false},
      {{Outcome::clean, Outcome::conflict}, false, true},
      {{Outcome::conflict}, false, true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(is_clean(plan_of(row.outcomes)), row.clean) << row.outcomes.size();
    EXPECT_EQ(has_conflict(plan_of(row.outcomes)), row.conflict) << row.outcomes.size();
  }
}

TEST(BranchName, IsTheContractsName) {
  EXPECT_EQ(branch_name("main", kSha), "rollback/main-a1b2c3d4e5f6");
  EXPECT_EQ(branch_name("release/1.x", kSha), "rollback/release/1.x-a1b2c3d4e5f6");
  EXPECT_EQ(branch_name("main", kSha, "0011223344556677"), "rollback/main-a1b2c3d4e5f6-00112233");
}

TEST(PlanId, IsSixtyFourHexDigitsAndStable) {
  EXPECT_EQ(plan_id(a_key()), plan_id(a_key()));
  EXPECT_EQ(plan_id(a_key()).size(), 64U);
  // An approval binds this id: a change of its form voids every approval in force.
  EXPECT_EQ(plan_id(a_key()), "c6f15fabdc9bb4ac16769f6a158975ee9e3863991f47d4eb39bf63338c0fb057");
}

TEST(PlanId, DependsOnEveryPartOfTheKey) {
  std::vector<PlanKey> keys(9, a_key());
  keys[1].repository = RepositoryId{43};
  keys[2].targets.push_back(kSha);
  keys[3].paths = {"src"};
  keys[4].mainline = 2;
  keys[5].bases[0].carriers = "other";
  keys[6].bases[1].diff_digest = "d3";
  keys[7].bases[0].base = "trunk";
  keys[8].bases.pop_back();
  std::set<std::string> ids;
  for (const PlanKey& key : keys) ids.insert(plan_id(key));
  EXPECT_EQ(ids.size(), keys.size());
}

TEST(PlanId, DoesNotDependOnTheOrderOfBasesOrPaths) {
  PlanKey one = a_key();
  one.paths = {"a", "b"};
  PlanKey two = a_key();
  two.paths = {"b", "a"};
  std::swap(two.bases[0], two.bases[1]);
  EXPECT_EQ(plan_id(one), plan_id(two));
}

TEST(PlanId, FieldsCannotRunIntoEachOther) {
  PlanKey one = a_key();
  one.paths = {"a", "b"};
  PlanKey two = a_key();
  two.paths = {"a\n1:b"};
  EXPECT_NE(plan_id(one), plan_id(two));
}

TEST(CommitMessage, HasSubjectShaReasonAndIncident) {
  EXPECT_EQ(commit_message({{.target_sha = kSha,
                             .target_subject = "Parse faster",
                             .reason = "Checkout is down.\r\nSecond line\n\n",
                             .incident_url = "https://example.com/acme/api/issues/42"}}),
            "Revert \"Parse faster\"\n\nThis reverts commit " + kSha +
                ".\n\nCheckout is down.\nSecond line\n\nIncident: https://example.com/acme/api/issues/42\n");
}

TEST(CommitMessage, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(commit_message({{.target_sha = kSha, .target_subject = "Parse faster"}}),
            "Revert \"Parse faster\"\n\nThis reverts commit " + kSha + ".\n");
}

TEST(CommitMessage, NamesEveryCommitOnItsOwnLine) {
  const std::string other(40, 'b');
  EXPECT_EQ(commit_message({{.target_sha = kSha, .target_subject = "Two"},
                            {.target_sha = other, .target_subject = "One"}}),
            "Revert \"Two\" and 1 more commit\n\nThis reverts commit " + kSha + ".\nThis reverts commit " +
                other + ".\n");
}

TEST(CommitMessage, NamesThePathsOfANarrowedRevert) {
  EXPECT_EQ(commit_message({{.target_sha = kSha, .target_subject = "Parse faster", .reason = "Slow."}},
                           {"docs", "src/a\nThis reverts commit b"}),
            "Revert \"Parse faster\"\n\nThis reverts commit " + kSha +
                ".\n\nOnly in these paths:\n- docs\n- src/a This reverts commit b\n\nSlow.\n");
}

TEST(CommitMessage, QuotesWhatLooksLikeAFactInTheReason) {
  const std::string other(40, 'b');
  struct Row {
    std::string line;
    bool quoted;
  };
  for (const Row& row :
       {Row{"This reverts commit " + other + ".", true}, Row{"  this REVERTS commit " + other, true},
        Row{"(cherry picked from commit " + other + ")", true}, Row{"Reverts acme/api#17", true},
        Row{"Reverts to the old cache", false}, Row{"Signed-off-by: Mallory <m@example.com>", true},
        Row{"Incident: https://example.com/else", true}, Row{"skip-checks:true", true},
        Row{"https://example.com/why", false}, Row{"Checkout is down: no orders", false},
        Row{"> Incident: quoted before", false}}) {
    const std::string message =
        commit_message({{.target_sha = kSha, .target_subject = "x", .reason = "Why\n" + row.line + "\nend"}});
    const std::string line = row.quoted ? "> " + std::string(trim(row.line)) : row.line;
    EXPECT_NE(message.find("\nWhy\n" + line + "\nend\n"), std::string::npos) << message;
  }
}

TEST(CommitMessage, CannotHoldNulOrBrokenUtf8) {
  using namespace std::string_literals;
  const std::string message =
      commit_message({{.target_sha = kSha, .target_subject = "a\xff", .reason = "x\0y"s}});
  EXPECT_EQ(message.find('\0'), std::string::npos);
  EXPECT_NE(message.find("a\xef\xbf\xbd"), std::string::npos);
  EXPECT_NE(message.find("xy"), std::string::npos);
}

TEST(Names, AreTheContractsWords) {
  EXPECT_EQ(to_string(TargetKind::pull_request), "pull_request");
  EXPECT_EQ(to_string(Outcome::already_reverted), "already_reverted");
  EXPECT_EQ(to_string(CarrierHow::patch_id), "patch_id");
  EXPECT_EQ(to_string(ConflictKind::directory_file), "directory_file");
}

TEST(RestoreBranch, IsNamedAfterItsVersionAndWithPathsAfterItsPlanToo) {
  EXPECT_EQ(restore_branch_name("main", kSha, ""), "rollback/main-to-a1b2c3d4e5f6");
  EXPECT_EQ(restore_branch_name("main", kSha, "0123456789ab"), "rollback/main-to-a1b2c3d4e5f6-01234567");
}

TEST(RepositoryOfPull, IsWhatStandsBeforeThePull) {
  EXPECT_EQ(repository_of_pull("https://github.com/acme/api/pull/12"), "acme/api");
  EXPECT_EQ(repository_of_pull("https://git.example.com/forge/acme/api/pull/12/files"), "acme/api");
  for (const std::string_view other :
       {"#12", "https://github.com/pull/12", "https://github.com/acme/api", "/pull/1", ""}) {
    EXPECT_EQ(repository_of_pull(other), "") << other;
  }
}

TEST(RelandTrap, NamesTheMergeAndWhatToDo) {
  RelandTrap trap{.kind = TrapKind::drops, .from = "develop", .into = "main", .last_merge = kSha};
  EXPECT_NE(describe(trap).find("the next merge of develop into main (the last one was a1b2c3d4e5f6)"),
            std::string::npos);
  EXPECT_NE(describe(trap).find("To land it there again, revert that revert on main."), std::string::npos);
  trap.kind = TrapKind::resurrects;
  EXPECT_NE(describe(trap).find("Roll it back on develop too before that merge."), std::string::npos);
}

TEST(RelandTrap, SpeaksOfWhatARevertTookOut) {
  RelandTrap trap{
      .kind = TrapKind::drops, .from = "develop", .into = "main", .last_merge = kSha, .of_revert = true};
  EXPECT_NE(describe(trap).find("Brought back on develop alone"), std::string::npos);
  EXPECT_NE(describe(trap).find("Bring it back on main too."), std::string::npos);
  trap.kind = TrapKind::resurrects;
  EXPECT_NE(describe(trap).find("would silently be taken out again"), std::string::npos);
  EXPECT_NE(describe(trap).find("Bring it back on develop too before that merge."), std::string::npos);
}

TEST(Plan, CountsAllPathsThatChange) {
  BranchPlan branch{.paths_changed = {"a", "b"}};
  EXPECT_EQ(changed_paths(branch), 2) << "of a plan made before they were counted";
  branch.paths_changed_count = 3561;
  EXPECT_EQ(changed_paths(branch), 3561);
}

}  // namespace
}  // namespace kedge::rollback
