// SPDX-License-Identifier: Apache-2.0
// What each command does, once its author's permission is known.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

struct Target {
  const Incident* incident = nullptr;
  std::string problem;  ///< Several open incidents, or none.
};

/// Which incident a command means: the one of its issue or pull request, else the repository's only open one.
Target find_target(const State& state, const PendingCommand& pending) {
  if (const Incident* own = find_by_issue(state, pending.issue)) return {own, ""};
  if (const Incident* own = incident_of_pull(state, pending.issue)) return {own, ""};
  const std::vector<const Incident*> open = open_incidents(state);
  if (open.size() == 1) return {open.front(), ""};
  if (open.empty()) return {nullptr, "there is no open incident in this repository"};
  std::vector<std::string> names;
  for (const Incident* one : open) names.push_back(fmt::format("{} ({})", name_of(state, *one), one->title));
  return {nullptr,
          "several incidents are open; type it on the issue of the one you mean: " + join(names, ", ")};
}

/// For `/rollback` where no incident is open: adopts the issue it is typed on, or declares one from a pull
/// request.
IncidentId adopt(Draft& draft, const PendingCommand& pending) {
  const Policy& policy = draft.context().policy;
  std::string severity;
  for (const Severity& one : policy.severities) {
    const bool labeled = std::ranges::any_of(
        pending.issue_labels, [&](const std::string& label) { return equals_ignore_case(label, one.name); });
    if (labeled && severity.empty()) severity = one.name;
  }
  if (severity.empty()) {
    for (const Severity& one : policy.severities) {
      if (!one.freeze) severity = one.name;  // Worst first, so the last one is the mildest.
    }
  }
  if (severity.empty() && !policy.severities.empty()) severity = policy.severities.back().name;
  const bool adopted = !pending.on_pull_request;
  return declare(draft, {.cause = fmt::format("issue:{}", pending.issue),
                         .severity = severity,
                         .title = pending.issue_title.empty() ? "Rollback asked for" : pending.issue_title,
                         .by = pending.author,
                         .issue = adopted ? pending.issue : 0,
                         .issue_url = adopted ? fmt::format("{}/issues/{}", draft.state().repository.html_url,
                                                            pending.issue)
                                              : "",
                         .detected_at = pending.at});
}

/// An address of another repository would mean a pull request of this one that has the same number.
RollbackArguments arguments_for(const State& state, const Command& command) {
  RollbackArguments arguments = parse_rollback_arguments(command.rest);
  for (const std::string& target : arguments.targets) {
    const std::string named = rollback::repository_of_pull(target);
    if (named.empty() || equals_ignore_case(named, state.repository.full_name)) continue;
    if (arguments.problem.empty())
      arguments.problem = fmt::format("{} is a pull request of {}, not of this repository", target, named);
  }
  return arguments;
}

void run_rollback(Draft& draft, const PendingCommand& pending, const Command& command, const Target& target) {
  const RollbackArguments arguments = arguments_for(draft.state(), command);
  const IncidentId named = target.incident == nullptr ? IncidentId{} : target.incident->id;
  if (!arguments.problem.empty()) return refuse(draft, pending, named, arguments.problem);
  if (target.incident == nullptr && !open_incidents(draft.state()).empty()) {
    return refuse(draft, pending, {}, target.problem);
  }
  IncidentId id = named;
  if (target.incident != nullptr && !is_open(target.incident->phase)) {
    const Incident* next = find_by_cause(draft.state(), target.incident->cause, is_open);
    return refuse(
        draft, pending, named,
        fmt::format("this incident is {}. {}", to_string(target.incident->phase),
                    next == nullptr ? "Reopen its issue, or type it where the problem is discussed."
                                    : fmt::format("It goes on in {}.", name_of(draft.state(), *next))));
  }
  if (id.value.empty()) id = adopt(draft, pending);
  request_rollback(draft, id, arguments, command.rest, pending.author, &pending);
}

void run_plan(Draft& draft, const PendingCommand& pending, const Command& command, const Target& target) {
  const RollbackArguments arguments = arguments_for(draft.state(), command);
  const IncidentId id = target.incident == nullptr ? IncidentId{} : target.incident->id;
  if (!arguments.problem.empty()) return refuse(draft, pending, id, arguments.problem);
  const Policy& policy = target.incident == nullptr ? draft.context().policy : target.incident->policy;
  draft.want(id, Priority::p1_rollback, git_lane(draft),
             PlanRollback{.targets = arguments.targets,
                          .paths = arguments.paths,
                          .branches = policy.rollback_branches,
                          .purpose = "command",
                          .command = key_of(pending),
                          .to = arguments.to,
                          .mainline = arguments.mainline});
}

void run_approve(Draft& draft, const PendingCommand& pending, const Incident& incident) {
  const IncidentId id = incident.id;
  const Rollback* rollback = active_rollback(incident);
  if (rollback == nullptr) return refuse(draft, pending, id, "no rollback is waiting for approval.");
  if (rollback->requested_by == pending.author) {
    return refuse(draft, pending, id,
                  "who asked for the rollback cannot approve it too; somebody else with write access can.");
  }
  std::vector<Approval> approvals;
  std::vector<std::string> bases;
  std::string outdated;
  for (const RollbackBranch& branch : rollback->branches) {
    if (branch.pull_state != PullState::open || branch.head_by == pending.author) continue;
    if (pending.on_pull_request && branch.pull_request != pending.issue) continue;
    if (branch.plan.outcome != rollback::Outcome::clean) {
      outdated +=
          fmt::format("the rollback of {} cannot be approved: {}. ", branch.plan.base, branch.outdated);
      continue;
    }
    bases.push_back(branch.plan.base);
    approvals.push_back({.login = pending.author,
                         .head_sha = branch.head,
                         .plan_id = rollback->plan ? rollback->plan->id : "",
                         .at = draft.now(),
                         .how = "/approve"});
  }
  if (bases.empty() && !outdated.empty()) return refuse(draft, pending, id, outdated);
  if (bases.empty())
    return refuse(draft, pending, id,
                  "no open rollback pull request waits for your approval here; who pushed to its branch "
                  "cannot approve it.");
  const std::string rollback_id = rollback->id;
  for (std::size_t i = 0; i < bases.size(); ++i) approve(draft, id, rollback_id, bases[i], approvals[i]);
  answer(draft, pending, "done", "rocket");
}

void run_update(Draft& draft, const PendingCommand& pending, const Command& command,
                const Incident& incident) {
  if (command.rest.empty()) {
    return refuse(draft, pending, incident.id, "say what to tell people: `/update <text>`.");
  }
  if (!is_open(incident.phase))
    return refuse(draft, pending, incident.id, "the incident is over; no update is due.");
  post_update_now(draft, incident.id, command.rest, pending.author);
  answer(draft, pending, "done", "rocket");
}

void run_end(Draft& draft, const PendingCommand& pending, const Command& command, const Incident& incident) {
  const IncidentId id = incident.id;
  if (!is_open(incident.phase)) {
    return refuse(draft, pending, id, fmt::format("this incident is already {}.", to_string(incident.phase)));
  }
  if (command.name == CommandName::cancel) {
    cancel(draft, id, pending.author, command.rest);
  } else {
    const std::string problem = resolve_problem(incident, command.rest);
    if (!problem.empty()) return refuse(draft, pending, id, problem);
    resolve(draft, id, pending.author, command.rest);
  }
  answer(draft, pending, "done", "rocket");
}

/// Commands that need an incident, on the one that was found.
void run_on(Draft& draft, const PendingCommand& pending, const Command& command, const Incident& incident) {
  const IncidentId id = incident.id;
  switch (command.name) {
    case CommandName::ack:
      draft.record(Acknowledged{.incident = id, .login = pending.author});
      draft.touch(id);
      return answer(draft, pending, "done", "rocket");
    case CommandName::approve:
      return run_approve(draft, pending, incident);
    case CommandName::forward_fix:
      return run_forward_fix(draft, pending, command, incident);
    case CommandName::update:
      return run_update(draft, pending, command, incident);
    case CommandName::resolve:
    case CommandName::cancel:
      return run_end(draft, pending, command, incident);
    default:
      return refuse(draft, pending, id, "this command has no effect here.");
  }
}

}  // namespace

void run_command(Draft& draft, const PendingCommand& pending, const Command& command, Role role) {
  const CommandSpec& spec = spec_of(command.name);
  const Target target = find_target(draft.state(), pending);
  const IncidentId id = target.incident == nullptr ? IncidentId{} : target.incident->id;
  const Policy& policy = target.incident == nullptr ? draft.context().policy : target.incident->policy;
  if (policy.mode == Mode::observe) return answer(draft, pending, "observed only", "");
  if (command.name == CommandName::unknown) {
    if (role < Role::triage) return answer(draft, pending, "refused", "confused");
    return refuse(draft, pending, id, "there is no such command; `/help` lists them.");
  }
  if (!may(spec, role, target.incident, pending.author)) {
    // Strangers get the reaction only: an answer would let anybody make the bot talk.
    if (role < Role::triage) return answer(draft, pending, "refused", "confused");
    return refuse(draft, pending, id,
                  fmt::format("it takes {} access{}.", to_string(spec.needs),
                              spec.commander_may ? ", or write access as the incident's commander" : ""));
  }
  if (!spec.in_force) {
    return refuse(draft, pending, id,
                  "this command is not in force in this version; `/help` lists those that are.");
  }
  if (command.name == CommandName::help || command.name == CommandName::status) {
    draft.comment(id, Priority::p3_update,
                  PostComment{.issue = pending.issue,
                              .topic = command.name == CommandName::help ? Topic::help : Topic::status,
                              .text = target.problem});
    return answer(draft, pending, "done", "rocket");
  }
  if (command.name == CommandName::rollback) return run_rollback(draft, pending, command, target);
  if (command.name == CommandName::plan) return run_plan(draft, pending, command, target);
  if (target.incident == nullptr) return refuse(draft, pending, {}, target.problem + ".");
  run_on(draft, pending, command, *target.incident);
}

}  // namespace kedge::incident
