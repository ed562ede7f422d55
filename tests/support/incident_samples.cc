// SPDX-License-Identifier: Apache-2.0
#include "tests/support/incident_samples.h"

namespace kedge::samples {
namespace {

using incident::Incident;
using incident::Phase;
using incident::RollbackState;
using rollback::BranchPlan;
using rollback::Outcome;

const std::string kSuspect = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";
const std::string kPicked = "b2c3d4e5f60718293a4b5c6d7e8f901234567890";
const std::string kGreen = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334";
const std::string kMainTip = "c3d4e5f60718293a4b5c6d7e8f90123456789012";
const std::string kDevelopTip = "d4e5f60718293a4b5c6d7e8f9012345678901234";
const std::string kPlanId = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const std::string kHome = "https://github.com/acme/api";

incident::RunFact run(int number, const std::string& sha, incident::Conclusion conclusion) {
  return {.workflow = "CI",
          .path = ".github/workflows/ci.yml",
          .branch = "main",
          .head_sha = sha,
          .run_id = 9000 + number,
          .run_number = number,
          .conclusion = conclusion,
          .event = "push",
          .url = kHome + "/actions/runs/" + std::to_string(9000 + number),
          .started_at = minute(number - 118),
          .commit_subject = "Cache sessions in memory (#57)",
          .commit_author = "bob",
          .actor = "bob"};
}

BranchPlan clean_branch(const std::string& base, const std::string& tip, const rollback::Carrier& carrier) {
  return {.base = base,
          .base_ref = "refs/heads/" + base,
          .tip = tip,
          .outcome = Outcome::clean,
          .carrier = carrier,
          .carriers = {carrier.sha},
          .tree = "e5f60718293a4b5c6d7e8f901234567890123456",
          .branch = "rollback/" + base + "-a1b2c3d4e5f6",
          .paths_changed = {"src/session/cache.cc", "src/session/cache.h", "tests/session_test.cc"},
          .reason = carrier.how == rollback::CarrierHow::same ? "The branch holds the commit itself."
                                                              : "Its message names the commit."};
}

incident::RollbackBranch branch(const BranchPlan& plan, RollbackState state, std::int64_t number) {
  incident::RollbackBranch made{.plan = plan};
  if (state == RollbackState::proposed) return made;
  made.pushed_commit =
      number == 43 ? "1111111111111111111111111111111111111111" : "2222222222222222222222222222222222222222";
  made.plan.commit = made.pushed_commit;
  made.safety_ref = "refs/kedge/safety/kabcdefghijkl/" + plan.base;
  made.safety_where = "pushed";
  if (state == RollbackState::prepared) return made;
  made.pull_request = number;
  made.pull_request_url = kHome + "/pull/" + std::to_string(number);
  made.pull_state = incident::PullState::open;
  if (state == RollbackState::verifying) return made;
  incident::RunFact green = run(131, *made.pushed_commit, incident::Conclusion::success);
  made.runs.emplace(green.path, green);
  made.approval_requested = true;
  if (state == RollbackState::awaiting_approval) return made;
  made.approvals.push_back({.login = "carol",
                            .head_sha = *made.pushed_commit,
                            .plan_id = kPlanId,
                            .at = minute(22),
                            .how = "/approve"});
  if (state == RollbackState::merging) return made;
  made.pull_state = incident::PullState::merged;
  made.merged_by = "carol";
  made.merge_commit =
      number == 43 ? "3333333333333333333333333333333333333333" : "4444444444444444444444444444444444444444";
  made.merge_result_green = state == RollbackState::succeeded;
  return made;
}

}  // namespace

TimePoint minute(int minutes) {
  return *parse_utc("2026-04-18T09:00:00Z") + std::chrono::minutes{minutes};
}

templates::Site site() {
  return {.web_url = "https://github.com", .bot_login = "kedge[bot]", .now = minute(40)};
}

incident::State state() {
  incident::State made;
  made.repository = {.id = RepositoryId{7}, .full_name = "acme/api", .html_url = kHome};
  made.seq = 20;
  made.last_at = minute(40);
  return made;
}

incident::Policy policy() {
  using std::chrono::hours;
  using std::chrono::minutes;
  incident::Policy made;
  made.severities = {{.name = "P0",
                      .rank = 0,
                      .respond_within = hours{1},
                      .first_update = minutes{15},
                      .update_every = minutes{30},
                      .freeze = true},
                     {.name = "P3", .rank = 3}};
  made.channels = {channel(incident::ChannelKind::slack), channel(incident::ChannelKind::discord)};
  made.recovery_checklist = {"Health endpoint returns `\"status\": \"ok\"`",
                             "At least one session can be created and receives messages",
                             "Auth endpoint rejects requests with invalid tokens",
                             "Write a post-mortem issue that links to the incident and the rollback"};
  return made;
}

Incident declared() {
  Incident made;
  made.id = IncidentId{"kabcdefghijkl"};
  made.phase = Phase::investigating;
  made.cause = "workflow:main:.github/workflows/ci.yml";
  made.severity = "P0";
  made.title = "CI is red on main: CI";
  made.policy = policy();
  made.detected_at = minute(4);
  made.declared_at = minute(5);
  made.issue = 42;
  made.issue_url = kHome + "/issues/42";
  made.signals = {run(118, kSuspect, incident::Conclusion::failure)};
  made.signal_count = 1;
  made.next_update_due = minute(35);
  made.slots = {
      {.number = 1, .due_at = minute(19), .state = incident::SlotState::sent, .sent_at = minute(5)}};
  made.timeline = {{minute(4), "CI run 118 failed on `main`"}, {minute(5), "declared by Kedge"}};
  return made;
}

Incident identified() {
  Incident made = declared();
  made.phase = Phase::identified;
  made.identified_at = minute(6);
  made.failed_jobs = {{"test (ubuntu, gcc)", "Run unit tests", kHome + "/actions/runs/9118/job/1"},
                      {"lint | format", "", kHome + "/actions/runs/9118/job/2"}};
  made.suspects = {{.sha = kSuspect,
                    .subject = "Cache sessions in memory (#57)",
                    .author = "bob",
                    .pull_request = 57,
                    .pull_request_url = kHome + "/pull/57",
                    .reason = "It is the commit of the first red run and changes `src/session`.",
                    .committed_at = minute(1)},
                   {.sha = "e0e1e2e3e4e5e6e7e8e9f0f1f2f3f4f5f6f7f8f9",
                    .subject = "Bump the compiler image",
                    .author = "alice",
                    .reason = "It came after the last green run."}};
  made.last_green = run(117, kGreen, incident::Conclusion::success);
  made.proposal = clean_plan();
  made.acknowledged_by = {"alice"};
  made.roles = {{"commander", "alice"}};
  made.timeline.push_back({minute(6), "suspect named: `a1b2c3d4e5f6`"});
  made.timeline.push_back({minute(8), "acknowledged by alice"});
  return made;
}

Incident conflicting() {
  Incident made = identified();
  made.proposal = conflict_plan();
  made.channels["discord"] = {.failure = "Discord answered 404: the webhook was deleted"};
  made.parked = {
      {"7/120/3", "label_issue", "cannot label issue #42: the permission `issues: write` is missing"}};
  return made;
}

Incident rolling_back(RollbackState rollback_state) {
  Incident made = identified();
  made.phase = Phase::mitigating;
  made.mitigating_at = minute(10);
  incident::Rollback rollback{.id = "r1",
                              .state = rollback_state,
                              .target_text = "a1b2c3d4e5f6",
                              .reason = "sessions are lost on restart",
                              .requested_by = "alice",
                              .comment_id = 501,
                              .comment_issue = 42,
                              .decided_at = minute(10)};
  const bool conflicts =
      rollback_state == RollbackState::conflicted || rollback_state == RollbackState::forward_fix;
  if (rollback_state != RollbackState::proposed) {
    rollback.plan = conflicts ? conflict_plan() : clean_plan();
    std::int64_t number = 43;
    for (const BranchPlan& plan : rollback.plan->branches) {
      const auto reached = conflicts ? RollbackState::verifying : rollback_state;
      if (plan.outcome == Outcome::clean) rollback.branches.push_back(branch(plan, reached, number++));
    }
  }
  if (conflicts) rollback.refusal = "`develop` changed the same lines since.";
  made.rollbacks = {rollback};
  made.slots.push_back({.number = 2, .due_at = minute(35)});
  made.timeline.push_back(
      {minute(10), "alice asked to roll back `a1b2c3d4e5f6`: sessions are lost on restart"});
  if (rollback_state == RollbackState::monitoring || rollback_state == RollbackState::succeeded) {
    made.phase = Phase::monitoring;
    made.monitoring_at = minute(25);
  }
  return made;
}

Incident fixed_forward() {
  Incident made = rolling_back(RollbackState::forward_fix);
  rollback::Plan plan = conflict_plan();
  std::erase_if(plan.branches, [](const rollback::BranchPlan& branch) {
    return branch.outcome != rollback::Outcome::conflict;
  });
  plan.branches.front().branch = kFixBranch;
  made.fixes = {{.plan = std::move(plan),
                 .rollback = "r1",
                 .requested_by = "alice",
                 .reason = "the session store was rewritten since",
                 .comment_id = 502,
                 .comment_issue = 42,
                 .decided_at = minute(14),
                 .pushed_commit = std::string(40, '7'),
                 .pull_request = 45,
                 .pull_request_url = "https://github.com/acme/api/pull/45",
                 .pull_state = incident::PullState::open}};
  return made;
}

Incident recovered() {
  Incident made = rolling_back(RollbackState::succeeded);
  made.recovered = run(133, "3333333333333333333333333333333333333333", incident::Conclusion::success);
  return made;
}

Incident resolved() {
  Incident made = recovered();
  made.phase = Phase::resolved;
  made.resolved_at = minute(38);
  made.resolution = "Rolled back; sessions survive a restart again.";
  made.ended_by = "alice";
  made.next_update_due.reset();
  return made;
}

Incident canceled() {
  Incident made = declared();
  made.phase = Phase::canceled;
  made.resolution = "A runner was out of disk.";
  made.ended_by = "alice";
  made.next_update_due.reset();
  return made;
}

Incident adopted() {
  Incident made = declared();
  made.cause = "issue:42";
  made.title = "Logins fail with 500";
  made.declared_by = "carol";
  made.issue_adopted = true;
  made.signals.clear();
  made.signal_count = 0;
  made.suspects_note = "The incident began with a label: no red run names a commit.";
  return made;
}

rollback::Plan clean_plan() {
  rollback::Plan plan;
  plan.id = kPlanId;
  plan.targets = {{.ref = kSuspect,
                   .sha = kSuspect,
                   .subject = "Cache sessions in memory (#57)",
                   .author = "bob",
                   .commits = {kSuspect}}};
  plan.branches = {clean_branch("main", kMainTip, {kSuspect, rollback::CarrierHow::same}),
                   clean_branch("develop", kDevelopTip, {kPicked, rollback::CarrierHow::cherry_pick})};
  return plan;
}

rollback::Plan conflict_plan() {
  rollback::Plan plan = clean_plan();
  BranchPlan& develop = plan.branches[1];
  develop.outcome = Outcome::conflict;
  develop.tree.reset();
  develop.paths_changed.clear();
  develop.conflicts = {{.path = "src/session/cache.cc", .kind = rollback::ConflictKind::content},
                       {.path = "tests/session_test.cc", .kind = rollback::ConflictKind::modify_delete}};
  const rollback::CommitNote later{.sha = "9b8a7c6d5e4f0123456789abcdef0123456789ab",
                                   .subject = "Refresh sessions",
                                   .author = "Carol",
                                   .pull_request = 61};
  develop.conflicts[0].hunks = {{.base = {.first = 40, .count = 1},
                                 .ours = {.first = 42, .count = 2},
                                 .theirs = {.first = 40, .count = 1},
                                 .ours_text = "  refresh(id);\n  return cache.get(id);\n",
                                 .theirs_text = "  return load(id);\n"}};
  develop.conflicts[0].later = {later};
  develop.closure = {later.sha};
  develop.closure_commits = {later};
  plan.traps = {{.kind = rollback::TrapKind::resurrects,
                 .from = "develop",
                 .into = "main",
                 .last_merge = "5c4d3e2f10aa0123456789abcdef0123456789ab"}};
  plan.scope = {.branches = {"develop", "main"}, .tags = {"v1.4.0", "v1.4.1"}};
  develop.reason = "Commits after it changed the same lines.";
  plan.branches.push_back(
      {.base = "release/1.x", .tip = kGreen, .reason = "No commit there carries the change."});
  return plan;
}

incident::Channel channel(incident::ChannelKind kind) {
  switch (kind) {
    case incident::ChannelKind::slack:
      return {.name = "slack", .kind = kind, .mentions = {{"@alice", "U024BE7LH"}}};
    case incident::ChannelKind::discord:
      return {.name = "discord", .kind = kind, .mentions = {{"@alice", "<@80351110224678912>"}}};
    case incident::ChannelKind::mail:
      return {.name = "mail", .kind = kind};
    case incident::ChannelKind::pagerduty:
      return {.name = "pagerduty", .kind = kind};
  }
  return {};
}

std::vector<incident::CommandSpec> commands() {
  using incident::CommandName;
  using incident::Role;
  return {{CommandName::rollback, "rollback", "<target>… [-- <path>…] [reason…]",
           "Prepares the revert on every branch that holds the target.", Role::write, false, true, true},
          {CommandName::ack, "ack", "", "Says that you are on it.", Role::triage, false, false, true},
          {CommandName::freeze, "freeze", "", "Is still to come.", Role::write, false, false, false},
          {CommandName::cancel, "cancel", "<reason>", "Calls the incident off.", Role::maintain, true, false,
           true},
          {CommandName::help, "help", "", "Shows this table.", Role::none, false, false, true}};
}

}  // namespace kedge::samples
