// SPDX-License-Identifier: Apache-2.0
// A rollback from the request to its plan, and what is answered when all of it is prepared.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

const Rollback* find_rollback(const Draft& draft, const IncidentId& id, const std::string& rollback) {
  const auto incident = draft.state().incidents.find(id.value);
  if (incident == draft.state().incidents.end()) return nullptr;
  const auto found = std::ranges::find(incident->second.rollbacks, rollback, &Rollback::id);
  return found == incident->second.rollbacks.end() ? nullptr : &*found;
}

void answer_command(Draft& draft, const Rollback& rollback, std::string_view outcome,
                    std::string_view reaction) {
  if (const PendingCommand* command = waiting_command(draft, rollback.comment_id, CommandName::rollback)) {
    const PendingCommand copy = *command;
    answer(draft, copy, outcome, reaction);
  }
}

/// Where the result of a rollback is told: on the incident's issue, else where it was asked for.
std::int64_t answer_issue(const Incident& incident, const Rollback& rollback) {
  return rollback.comment_issue != 0 ? rollback.comment_issue : incident.issue;
}

void end_refused(Draft& draft, const IncidentId& id, const std::string& rollback_id, RollbackState state,
                 const std::string& reason) {
  draft.record(RollbackRefused{.incident = id, .rollback = rollback_id, .state = state, .reason = reason});
  const Rollback rollback = *find_rollback(draft, id, rollback_id);
  answer_command(draft, rollback, "failed", "confused");
  draft.comment(id, Priority::p1_rollback,
                PostComment{.issue = answer_issue(draft.incident(id), rollback),
                            .topic = state == RollbackState::conflicted ? Topic::rollback_conflict
                                                                        : Topic::command_failed,
                            .rollback = rollback_id,
                            .text = state == RollbackState::conflicted
                                        ? reason
                                        : fmt::format("`/rollback {}`: {}", rollback.target_text, reason)});
  draft.touch(id);
}

std::string why_nothing(const rollback::Plan& plan) {
  std::string why;
  for (const rollback::BranchPlan& branch : plan.branches) {
    if (!why.empty()) why += "; ";
    const std::string_view reason = branch.reason.empty() ? to_string(branch.outcome) : branch.reason;
    // Most reasons begin with the branch.
    why += reason.starts_with(branch.base) ? std::string(reason) : fmt::format("{}: {}", branch.base, reason);
  }
  return why.empty() ? "none of the branches exists" : why;
}

/// Why automation leaves this suspect alone; empty: it may prepare.
std::string automation_limit(const Draft& draft, const Incident& incident) {
  const Limits& limits = incident.policy.limits;
  const Suspect& suspect = incident.suspects.front();
  const auto is_author = [&](const std::string& login) { return equals_ignore_case(login, suspect.author); };
  if (std::ranges::any_of(limits.never, is_author)) {
    return fmt::format("the runbook leaves commits of {} to people", suspect.author);
  }
  if (limits.max_age && suspect.committed_at && draft.now() - *suspect.committed_at > *limits.max_age) {
    return fmt::format("the suspect is older than {}", format_duration(*limits.max_age));
  }
  if (limits.prepare_per_day) {
    const auto today = std::ranges::count_if(
        draft.state().prepared_at, [&](TimePoint at) { return draft.now() - at < std::chrono::hours{24}; });
    if (today >= *limits.prepare_per_day) {
      return fmt::format("{} rollbacks were prepared in the last 24 h, which is the runbook's limit", today);
    }
  }
  return "";
}

void on_proposal(Draft& draft, const IncidentId& id, const PlanRollback& asked, const Outcome& outcome) {
  const std::vector<Suspect>& suspects = draft.incident(id).suspects;
  // Another suspect came to the front meanwhile: its own plan is on the way.
  if (!suspects.empty() && asked.targets != std::vector{suspects.front().sha}) return;
  if (const Failed* failed = failure_of(outcome)) {
    draft.record(RollbackProposed{.incident = id, .note = failed->message});
    draft.show(id);
    return;
  }
  const auto* made = std::get_if<PlanMade>(&outcome);
  if (made == nullptr) return;
  const Incident& incident = draft.incident(id);
  const bool is_first = !incident.proposal;
  std::string limit;
  const bool prepare = incident.policy.mode == Mode::prepare && is_open(incident.phase) &&
                       incident.rollbacks.empty() && !incident.suspects.empty();
  if (prepare) limit = automation_limit(draft, incident);
  draft.record(RollbackProposed{
      .incident = id, .plan = made->plan, .note = limit.empty() ? "" : "Not prepared by itself: " + limit});
  if (prepare && limit.empty() && rollback::is_clean(made->plan)) {
    const std::string sha = draft.incident(id).suspects.front().sha;
    request_rollback(draft, id, RollbackArguments{.targets = {sha}}, sha, "", nullptr);
  }
  // One that a push made again waits for what else changes.
  if (is_first) draft.show(id);
  if (!is_first) draft.touch(id);
}

void on_command_plan(Draft& draft, const IncidentId& id, const PlanRollback& asked, const Outcome& outcome) {
  const auto found = draft.state().commands.find(asked.command);
  if (found == draft.state().commands.end()) return;
  const PendingCommand pending = found->second;
  if (const Failed* failed = failure_of(outcome)) return refuse(draft, pending, id, failed->message);
  const auto* made = std::get_if<PlanMade>(&outcome);
  if (made == nullptr) return;
  draft.comment(id, Priority::p1_rollback,
                PostComment{.issue = pending.issue, .topic = Topic::plan, .plan = made->plan});
  const bool conflict = rollback::has_conflict(made->plan);
  answer(draft, pending, conflict ? "conflict" : "done", conflict ? "confused" : "rocket");
}

}  // namespace

void plan_rollback(Draft& draft, const IncidentId& id, const Rollback& rollback, const std::string& purpose) {
  const RollbackArguments arguments = parse_rollback_arguments(rollback.target_text);
  draft.want(id, Priority::p1_rollback, git_lane(draft),
             PlanRollback{.targets = arguments.targets,
                          .paths = arguments.paths,
                          .branches = draft.incident(id).policy.rollback_branches,
                          .purpose = purpose,
                          .rollback = rollback.id,
                          .to = arguments.to,
                          .mainline = arguments.mainline},
             purpose == "rollback" ? "" : fmt::format("{}:{}:{}", purpose, id.value, rollback.id));
}

void publish_rollbacks(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  const Rollback* rollback = active_rollback(incident);
  if (is_issue_coming(incident) || rollback == nullptr || rollback->state != RollbackState::proposed) return;
  for (const RollbackBranch& branch : rollback->branches) {
    if (branch.pushed_commit) continue;
    draft.want(id, Priority::p1_rollback, git_lane(draft),
               PublishBranch{.rollback = rollback->id, .base = branch.plan.base});
  }
}

void finish_if_settled(Draft& draft, const Place& place) {
  const IncidentId id = place.incident;
  const Rollback rollback = rollback_at(draft, place);
  if (rollback.state != RollbackState::proposed && rollback.state != RollbackState::prepared) return;
  int opened = 0;
  int refused = 0;
  int pushed = 0;
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_request != 0) ++opened;
    if (branch.pushed_commit) ++pushed;
    if (branch.pull_request == 0 && !branch.push_refusal.empty()) ++refused;
  }
  const auto total = static_cast<int>(rollback.branches.size());
  if (pushed == total && rollback.state == RollbackState::proposed) {
    draft.record(
        RollbackStateChanged{.incident = id, .rollback = rollback.id, .state = RollbackState::prepared});
  }
  if (opened + refused < total) return;
  if (opened == 0) {
    end_refused(draft, id, rollback.id, RollbackState::failed, rollback.branches.front().push_refusal);
    return;
  }
  const bool partly = refused > 0 || (rollback.plan && rollback::has_conflict(*rollback.plan));
  draft.record(
      RollbackStateChanged{.incident = id, .rollback = rollback.id, .state = RollbackState::verifying});
  answer_command(draft, rollback, partly ? "partly" : "done", partly ? "confused" : "rocket");
  draft.comment(id, Priority::p1_rollback,
                PostComment{.issue = answer_issue(draft.incident(id), rollback),
                            .topic = Topic::rollback_result,
                            .rollback = rollback.id});
  advance(draft, place);
  settle_merges(draft, place);  // People may have been faster than we.
  draft.touch(id);
}

void abort_rollbacks(Draft& draft, const IncidentId& id, RollbackState state, const std::string& reason) {
  while (const Rollback* active = active_rollback(draft.incident(id))) {
    const Rollback copy = *active;
    draft.record(RollbackStateChanged{.incident = id, .rollback = copy.id, .state = state, .reason = reason});
    answer_command(draft, copy, "superseded", "confused");
    for (const RollbackBranch& branch : copy.branches) {
      if (branch.pull_state == PullState::open) report_check(draft, {id, copy.id, branch.plan.base});
    }
  }
}

void request_rollback(Draft& draft, const IncidentId& id, const RollbackArguments& arguments,
                      const std::string& text, const std::string& by, const PendingCommand* command) {
  if (const Rollback* active = active_rollback(draft.incident(id))) {
    const bool merged = std::ranges::any_of(
        active->branches, [](const RollbackBranch& one) { return one.pull_state == PullState::merged; });
    const RollbackArguments before = parse_rollback_arguments(active->target_text);
    const bool outdated = std::ranges::any_of(
        active->branches, [](const RollbackBranch& one) { return !one.outdated.empty(); });
    const bool same = !outdated && before.targets == arguments.targets && before.paths == arguments.paths &&
                      before.to == arguments.to && before.mainline == arguments.mainline;
    if (command != nullptr && (same || merged)) {
      return refuse(
          draft, *command, id,
          same ? fmt::format("rollback {} of it is already under way ({}).", active->id,
                             to_string(active->state))
               : fmt::format("rollback {} is partly merged; merge or close its other pull requests first.",
                             active->id));
    }
    abort_rollbacks(draft, id, RollbackState::superseded,
                    outdated ? "it was asked for anew" : "another target was asked for");
  }
  std::string target = arguments.to.empty() ? join(arguments.targets, " ") : "--to " + arguments.to;
  if (arguments.mainline > 0) target += fmt::format(" --mainline {}", arguments.mainline);
  if (!arguments.paths.empty()) target += " -- " + join(arguments.paths, " ");
  const std::string rollback_id = fmt::format("r{}", draft.incident(id).rollbacks.size() + 1);
  draft.record(RollbackRequested{.incident = id,
                                 .rollback = rollback_id,
                                 .target = text.empty() ? target : text,
                                 .reason = arguments.reason,
                                 .by = by,
                                 .comment_id = command == nullptr ? 0 : command->comment_id,
                                 .comment_issue = command == nullptr ? 0 : command->issue});
  plan_rollback(draft, id, *find_rollback(draft, id, rollback_id));
  draft.touch(id);
}

void propose_rollback(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  draft.want(id, Priority::p1_rollback, git_lane(draft),
             PlanRollback{.targets = {incident.suspects.front().sha},
                          .branches = incident.policy.rollback_branches,
                          .purpose = "propose"},
             "propose:" + id.value);
}

void on_plan(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const auto& asked = std::get<PlanRollback>(effect.body);
  const IncidentId id = effect.incident;
  if (asked.purpose == "command") return on_command_plan(draft, id, asked, outcome);
  if (!draft.state().incidents.contains(id.value)) return;
  if (asked.purpose == "propose") return on_proposal(draft, id, asked, outcome);
  const Rollback* rollback = find_rollback(draft, id, asked.rollback);
  if (rollback == nullptr) return;
  if (asked.purpose == "recheck") return on_recheck(draft, id, Rollback(*rollback), outcome);
  if (rollback->state != RollbackState::proposed) return;
  if (const Failed* failed = failure_of(outcome)) {
    return end_refused(draft, id, asked.rollback, RollbackState::refused, failed->message);
  }
  const auto* made = std::get_if<PlanMade>(&outcome);
  if (made == nullptr) return;
  draft.record(RollbackPlanned{.incident = id, .rollback = asked.rollback, .plan = made->plan});
  const Rollback planned = *find_rollback(draft, id, asked.rollback);
  if (planned.branches.empty()) {
    const bool conflict = rollback::has_conflict(made->plan);
    return end_refused(draft, id, asked.rollback,
                       conflict ? RollbackState::conflicted : RollbackState::refused,
                       why_nothing(made->plan));
  }
  if (draft.incident(id).phase != Phase::mitigating) {
    draft.record(
        PhaseChanged{.incident = id, .phase = Phase::mitigating, .reason = "a rollback is being prepared"});
  }
  publish_rollbacks(draft, id);
  // A second plan, after a base moved, may leave nothing more to push.
  finish_if_settled(draft, {id, planned.id, planned.branches.front().plan.base});
}

}  // namespace kedge::incident
