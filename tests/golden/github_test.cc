// SPDX-License-Identifier: Apache-2.0
// What stands on GitHub: issue, state section, pull request. Each row is one file
// tests/golden/<template>/<case>.md.
#include <gtest/gtest.h>

#include "templates/render.h"
#include "tests/support/golden.h"
#include "tests/support/incident_samples.h"

namespace kedge {
namespace {

using incident::Incident;
using incident::RollbackState;
using testing::expect_golden;

void expect_issue(const std::string& name, const Incident& incident) {
  const templates::Titled made = templates::issue(samples::state(), incident, samples::site());
  expect_golden("issue/" + name + ".md", made.title + "\n\n" + made.body);
}

void expect_state(const std::string& name, const Incident& incident) {
  expect_golden("state/" + name + ".md",
                templates::state_section(samples::state(), incident, samples::site()));
}

void expect_pull_request(const std::string& name, const Incident& incident) {
  const incident::Rollback& rollback = incident.rollbacks.front();
  const templates::Titled made = templates::pull_request(samples::state(), incident, rollback,
                                                         rollback.branches.front(), samples::site());
  expect_golden("pull_request/" + name + ".md", made.title + "\n\n" + made.body);
}

void expect_fix(const std::string& name, const Incident& incident) {
  const templates::Titled made =
      templates::forward_fix(samples::state(), incident, incident.fixes.front(), samples::site());
  expect_golden("pull_request/" + name + ".md", made.title + "\n\n" + made.body);
}

TEST(ForwardFixGolden, ADraft) {
  expect_fix("forward_fix", samples::fixed_forward());
}
TEST(ForwardFixGolden, HostileWords) {
  expect_fix("forward_fix_hostile", samples::with_words(samples::hostile_words()));
}

TEST(IssueGolden, JustDeclared) {
  expect_issue("declared", samples::declared());
}
TEST(IssueGolden, WithSuspectsAndPlan) {
  expect_issue("identified", samples::identified());
}
TEST(IssueGolden, HostileWords) {
  expect_issue("hostile", samples::with_words(samples::hostile_words()));
}
TEST(IssueGolden, Drill) {
  Incident incident = samples::identified();
  incident.drill = true;
  expect_issue("drill", incident);
}

TEST(StateGolden, BeingConfirmed) {
  Incident incident = samples::declared();
  incident.phase = incident::Phase::candidate;
  incident.declared_at.reset();
  expect_state("candidate", incident);
}
TEST(StateGolden, ConflictAndDeadChannel) {
  expect_state("conflicting", samples::conflicting());
}
TEST(StateGolden, NobodyKnowsWhatToRollBack) {
  expect_state("adopted", samples::adopted());
}
TEST(StateGolden, FollowsAnEarlierIncident) {
  incident::State state = samples::state();
  Incident earlier = samples::resolved();
  earlier.id = IncidentId("kaaaaaaaaaaaa");
  earlier.issue = 17;
  earlier.issue_url = "https://github.com/acme/api/issues/17";
  state.incidents.emplace(earlier.id.value, earlier);
  Incident incident = samples::declared();
  incident.linked_to = earlier.id;
  expect_golden("state/follows.md", templates::state_section(state, incident, samples::site()));
}
TEST(StateGolden, FixedForward) {
  expect_state("fixed_forward", samples::fixed_forward());
}
TEST(StateGolden, RollbackBeingPlanned) {
  expect_state("proposed", samples::rolling_back(RollbackState::proposed));
}
TEST(StateGolden, RollbackVerified) {
  expect_state("verifying", samples::rolling_back(RollbackState::verifying));
}
TEST(StateGolden, RollbackWaitsForApproval) {
  expect_state("awaiting_approval", samples::rolling_back(RollbackState::awaiting_approval));
}
TEST(StateGolden, RollbackBeingMerged) {
  expect_state("merging", samples::rolling_back(RollbackState::merging));
}
TEST(StateGolden, RollbackMerged) {
  expect_state("monitoring", samples::rolling_back(RollbackState::monitoring));
}
TEST(StateGolden, RollbackConflicted) {
  expect_state("conflicted", samples::rolling_back(RollbackState::conflicted));
}
TEST(StateGolden, RollbackRedOnItsHead) {
  Incident incident = samples::rolling_back(RollbackState::awaiting_approval);
  incident.rollbacks[0].state = RollbackState::verifying;
  for (auto& [path, run] : incident.rollbacks[0].branches[0].runs)
    run.conclusion = incident::Conclusion::failure;
  expect_state("rollback_red", incident);
}
TEST(StateGolden, RollbackRefused) {
  Incident incident = samples::rolling_back(RollbackState::proposed);
  incident.rollbacks[0].state = RollbackState::refused;
  incident.rollbacks[0].refusal = "There is no commit, tag or pull request `a1b2c3d4e5f6`.";
  expect_state("refused", incident);
}
TEST(StateGolden, Recovered) {
  expect_state("recovered", samples::recovered());
}
TEST(StateGolden, GreenWithoutRollback) {
  Incident incident = samples::recovered();
  incident.rollbacks.clear();
  expect_state("green_again", incident);
}
TEST(StateGolden, Resolved) {
  expect_state("resolved", samples::resolved());
}
TEST(StateGolden, Canceled) {
  expect_state("canceled", samples::canceled());
}

TEST(PullRequestGolden, Clean) {
  expect_pull_request("clean", samples::rolling_back(RollbackState::prepared));
}
TEST(PullRequestGolden, OneBranchConflicts) {
  Incident incident = samples::rolling_back(RollbackState::prepared);
  incident.rollbacks[0].plan = samples::conflict_plan();
  incident.rollbacks[0].branches[0].safety_where = "GitHub refused the ref: not allowed by a rule.";
  expect_pull_request("one_conflict", incident);
}
TEST(PullRequestGolden, HostileWords) {
  expect_pull_request("hostile", samples::with_words(samples::hostile_words()));
}

}  // namespace
}  // namespace kedge
