// SPDX-License-Identifier: Apache-2.0
#include "templates/next_step.h"

#include <gtest/gtest.h>

#include "tests/support/incident_samples.h"

namespace kedge::templates {
namespace {

using incident::Incident;
using incident::Phase;
using incident::RollbackState;

Incident in_phase(Phase phase) {
  Incident made = samples::identified();
  made.phase = phase;
  return made;
}

Incident with_outcome(rollback::Outcome outcome) {
  Incident made = samples::identified();
  for (rollback::BranchPlan& branch : made.proposal->branches) branch.outcome = outcome;
  return made;
}

Incident red_on_head() {
  Incident made = samples::rolling_back(RollbackState::awaiting_approval);
  made.rollbacks[0].state = RollbackState::verifying;
  for (auto& [path, run] : made.rollbacks[0].branches[1].runs)
    run.conclusion = incident::Conclusion::timed_out;
  return made;
}

Incident green_without_rollback() {
  Incident made = samples::recovered();
  made.rollbacks.clear();
  return made;
}

Incident red_after_the_rollback(Phase phase) {
  Incident made = samples::rolling_back(RollbackState::succeeded);
  made.phase = phase;
  return made;
}

Incident fix_merged() {
  Incident made = samples::fixed_forward();
  made.fixes[0].pull_state = incident::PullState::merged;
  return made;
}

Incident plan_pending(const std::string& note) {
  Incident made = samples::identified();
  made.proposal.reset();
  made.proposal_note = note;
  return made;
}

Incident superseded() {
  Incident made = samples::rolling_back(RollbackState::superseded);
  return made;
}

struct Row {
  const char* name;
  Incident incident;
  NextKind expect;
};

std::vector<Row> rows() {
  using samples::rolling_back;
  return {
      {"ConfirmingACandidate", in_phase(Phase::candidate), NextKind::confirming},
      {"LookingForSuspects", samples::declared(), NextKind::looking},
      {"PlanBeingMade", plan_pending(""), NextKind::planning},
      {"NoPlanCanBeMade", plan_pending("cannot fetch"), NextKind::choose_target},
      {"CleanPlanIsPasted", samples::identified(), NextKind::paste_rollback},
      {"PartlyCleanPlanIsPasted", samples::conflicting(), NextKind::paste_rollback},
      {"ConflictEverywhereIsFixedForward", with_outcome(rollback::Outcome::conflict), NextKind::fix_forward},
      {"HeldNowhere", with_outcome(rollback::Outcome::not_contained), NextKind::nothing_to_revert},
      {"RevertedEverywhere", with_outcome(rollback::Outcome::already_reverted), NextKind::nothing_to_revert},
      {"NoRunNamesACommit", samples::adopted(), NextKind::choose_target},
      {"Proposed", rolling_back(RollbackState::proposed), NextKind::preparing},
      {"Prepared", rolling_back(RollbackState::prepared), NextKind::preparing},
      {"Verifying", rolling_back(RollbackState::verifying), NextKind::wait_for_ci},
      {"RedOnOneHead", red_on_head(), NextKind::mend_rollback},
      {"AwaitingApproval", rolling_back(RollbackState::awaiting_approval), NextKind::approve},
      {"Merging", rolling_back(RollbackState::merging), NextKind::merge},
      {"Monitoring", rolling_back(RollbackState::monitoring), NextKind::watch_result},
      {"Succeeded", rolling_back(RollbackState::succeeded), NextKind::check_recovery},
      {"RedAgainAfterTheRollback", red_after_the_rollback(Phase::investigating), NextKind::red_again},
      {"RedWhileTheRollbackIsWatched", red_after_the_rollback(Phase::mitigating), NextKind::red_again},
      {"AnotherSuspectAfterTheRollback", red_after_the_rollback(Phase::identified), NextKind::paste_rollback},
      {"FixedForward", samples::fixed_forward(), NextKind::rollback_conflicted},
      {"FixIsMerged", fix_merged(), NextKind::watch_result},
      {"GreenWithoutRollback", green_without_rollback(), NextKind::green_again},
      {"Conflicted", rolling_back(RollbackState::conflicted), NextKind::rollback_conflicted},
      {"Refused", rolling_back(RollbackState::refused), NextKind::rollback_failed},
      {"SupersededFallsBackToTheProposal", superseded(), NextKind::paste_rollback},
      {"Resolved", samples::resolved(), NextKind::resolved},
      {"Closed", in_phase(Phase::closed), NextKind::closed},
      {"Canceled", samples::canceled(), NextKind::canceled},
  };
}

class NextStepTable : public ::testing::TestWithParam<std::size_t> {};

TEST_P(NextStepTable, NamesTheStep) {
  const Row row = rows()[GetParam()];
  EXPECT_EQ(to_string(next_step(row.incident).kind), to_string(row.expect));
}

INSTANTIATE_TEST_SUITE_P(States, NextStepTable, ::testing::Range<std::size_t>(0, rows().size()),
                         [](const auto& row) { return std::string(rows()[row.param].name); });

TEST(NextStep, EachHasWordsOfItsOwn) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(NextKind::canceled); ++kind) {
    names.insert(to_string(static_cast<NextKind>(kind)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(NextKind::canceled) + 1);
}

TEST(Approvers, CountEachPersonOnce) {
  incident::RollbackBranch branch;
  branch.approvals = {{.login = "carol"}, {.login = "dave"}, {.login = "carol"}};
  EXPECT_EQ(approvers(branch), (std::vector<std::string>{"carol", "dave"}));
}

}  // namespace
}  // namespace kedge::templates
