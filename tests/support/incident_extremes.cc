// SPDX-License-Identifier: Apache-2.0
// Samples that hurt: hostile words everywhere, and lists without end.
#include <algorithm>

#include "tests/support/incident_samples.h"

namespace kedge::samples {

std::string hostile_words() {
  return "Fix @acme/team @everyone <!channel> <@U024BE7LH> <@&1234> (fixes #1, acme/api#2, GH-3)\r\n"
         "/rollback a1b2c3d\n"
         "<!-- kedge:state:end --><!-- kedge:issue id=7/1/0 --> -->\n"
         "<img src=x onerror=alert(1)> </table> | a | b |\n"
         "```\n`tick` ~~~ **bold** _it_ [link](https://example.com) www.example.com a@example.com\n"
         "# heading\n- [ ] box\n1. one\n===\n"
         "\xe2\x80\xae"
         "desrever\xe2\x80\xac \x1b[31mred\x1b[0m nul\x01 \xff bytes $x$ \\ {{title}} end";
}

incident::Incident with_words(const std::string& words) {
  incident::Incident made = rolling_back(incident::RollbackState::awaiting_approval);
  made.title = words;
  made.issue_failure = words;
  made.resolution = words;
  made.proposal_note = words;
  made.suspects_note = words;
  made.proposal = conflict_plan();
  made.acknowledged_by = {words};
  made.roles = {{words, words}};
  made.policy.recovery_checklist = {words};
  made.channels["ops"] = {.failure = words};
  made.parked = {{"7/120/3", words, words}};
  for (incident::RunFact& run : made.signals) {
    run.workflow = run.branch = run.path = run.commit_subject = run.commit_author = run.actor = words;
    run.event = words;
  }
  for (incident::FailedJob& job : made.failed_jobs) job = {words, words, words};
  for (incident::Suspect& suspect : made.suspects) suspect.subject = suspect.author = suspect.reason = words;
  for (rollback::BranchPlan& branch : made.proposal->branches) {
    branch.base = branch.reason = words;
    for (rollback::Conflict& conflict : branch.conflicts) {
      conflict.path = words;
      for (rollback::ConflictHunk& hunk : conflict.hunks) hunk.ours_text = hunk.theirs_text = words;
      for (rollback::CommitNote& commit : conflict.later) commit.subject = commit.author = words;
    }
    for (rollback::CommitNote& commit : branch.closure_commits) commit.subject = commit.author = words;
    branch.closure_note = words;
    branch.limits = {words};
  }
  made.proposal->note = words;
  for (rollback::RelandTrap& trap : made.proposal->traps) trap.from = trap.into = trap.last_merge = words;
  made.proposal->scope = {.branches = {words}, .tags = {words}};
  made.proposal->targets[0].subject = made.proposal->targets[0].author = words;
  for (incident::TimelineEntry& entry : made.timeline) entry.text = words;
  made.slots.back().text = words;
  made.slots.back().author = words;
  incident::Rollback& rollback = made.rollbacks[0];
  rollback.reason = rollback.requested_by = rollback.target_text = rollback.refusal = words;
  rollback.plan = made.proposal;
  made.fixes = {{.plan = *made.proposal, .requested_by = words, .reason = words, .refusal = words}};
  for (incident::RollbackBranch& branch : rollback.branches) {
    branch.plan.base = branch.plan.branch = branch.plan.reason = branch.push_refusal = branch.merged_by =
        words;
    branch.plan.paths_changed = {words};
    branch.safety_ref = branch.safety_where = words;
    branch.approvals = {{.login = words}};
    for (auto& [path, run] : branch.runs) run.workflow = words;
  }
  return made;
}

incident::Incident with_lists(std::size_t count, const std::string& words) {
  incident::Incident made = with_words(words);
  made.failed_jobs.resize(count, made.failed_jobs[0]);
  made.suspects.resize(count, made.suspects[0]);
  made.policy.recovery_checklist.resize(count, words);
  made.timeline.resize(count, made.timeline[0]);
  made.acknowledged_by.resize(count, words);
  made.policy.protected_branches.resize(count, words);
  rollback::Plan& plan = *made.proposal;
  plan.branches.resize(std::min<std::size_t>(count, 40), plan.branches[1]);
  rollback::Conflict conflict = plan.branches[1].conflicts[0];
  conflict.hunks.resize(rollback::kHunksShown, rollback::ConflictHunk(conflict.hunks[0]));
  conflict.later.resize(rollback::kLaterShown, rollback::CommitNote(conflict.later[0]));
  for (std::size_t i = 1; i < 4; ++i) {
    plan.branches[i].conflicts.resize(count, conflict);
    plan.branches[i].closure_commits.resize(8, conflict.later[0]);
  }
  plan.traps.resize(std::min<std::size_t>(count, 40), plan.traps[0]);
  plan.scope.branches.resize(rollback::kScopeShown, words);
  plan.scope.tags.resize(rollback::kScopeShown, words);
  incident::Rollback& rollback = made.rollbacks[0];
  rollback.plan = plan;
  rollback.branches[0].plan.paths_changed.resize(count, words);
  rollback.branches.resize(std::min<std::size_t>(count, 40), rollback.branches[1]);
  made.rollbacks.resize(8, rollback);
  for (std::size_t i = 0; i < count; ++i) made.channels["ops" + std::to_string(i)].failure = words;
  made.parked.resize(std::min(count, incident::kParkedMax), made.parked[0]);
  return made;
}

}  // namespace kedge::samples
