// SPDX-License-Identifier: Apache-2.0
// `/forward-fix`: where a revert conflicts, a branch with the conflict in its files and a draft pull request
// on it, for people to finish. Kedge prepares it and follows its end; CI and approvals of it are the team's.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// The plan of one branch, which the fix's own branch is for.
rollback::Plan plan_of_fix(const rollback::Plan& plan, const rollback::BranchPlan& branch, std::string name) {
  rollback::Plan own = plan;
  own.branches = {branch};
  own.branches.front().branch = std::move(name);
  return own;
}

std::string standing_words(const ForwardFix& fix) {
  if (fix.pull_request == 0) return fmt::format("`{}` is being prepared", fix.branch().branch);
  return fmt::format("#{} from `{}` is open", fix.pull_request, fix.branch().branch);
}

bool is_settled(const ForwardFix& fix) {
  return fix.pull_request != 0 || !fix.refusal.empty();
}

/// Answers the command when all that it asked for is open or failed.
void settle(Draft& draft, const IncidentId& id, const std::string& branch) {
  const Incident& incident = draft.incident(id);
  const ForwardFix asked = *find_fix(incident, branch);
  bool failed = false;
  for (const ForwardFix& fix : incident.fixes) {
    if (fix.comment_id != asked.comment_id) continue;
    if (!is_settled(fix)) return;
    failed = failed || !fix.refusal.empty();
  }
  if (const PendingCommand* command = waiting_command(draft, asked.comment_id, CommandName::forward_fix)) {
    const PendingCommand copy = *command;
    answer(draft, copy, failed ? "failed" : "done", failed ? "confused" : "rocket");
    draft.comment(id, Priority::p1_rollback,
                  PostComment{.issue = asked.comment_issue, .topic = Topic::forward_fix, .base = branch});
  }
  draft.touch(id);
}

void fail_fix(Draft& draft, const IncidentId& id, const std::string& branch, const std::string& reason) {
  draft.record(ForwardFixFailed{.incident = id, .branch = branch, .reason = reason});
  settle(draft, id, branch);
}

void push_fix(Draft& draft, const IncidentId& id, const std::string& branch) {
  draft.want(id, Priority::p1_rollback, git_lane(draft), PushForwardFix{.branch = branch});
}

/// The fix that an effect or a pull request is about, unless what it says is known already.
const ForwardFix* fix_of(const Draft& draft, const IncidentId& id, const std::string& branch) {
  const auto incident = draft.state().incidents.find(id.value);
  return incident == draft.state().incidents.end() ? nullptr : find_fix(incident->second, branch);
}

void open(Draft& draft, const IncidentId& id, const std::string& branch, std::int64_t number,
          const std::string& url) {
  draft.record(ForwardFixOpened{.incident = id, .branch = branch, .number = number, .url = url});
  settle(draft, id, branch);
}

void end(Draft& draft, const IncidentId& id, const std::string& branch, bool merged, const std::string& by) {
  const PullState known = fix_of(draft, id, branch)->pull_state;
  if (known == (merged ? PullState::merged : PullState::closed)) return;
  draft.record(ForwardFixEnded{.incident = id, .branch = branch, .merged = merged, .by = by});
  draft.touch(id);
}

}  // namespace

void run_forward_fix(Draft& draft, const PendingCommand& pending, const Command& command,
                     const Incident& incident) {
  const IncidentId id = incident.id;
  if (!is_open(incident.phase)) {
    return refuse(draft, pending, id, fmt::format("this incident is {}.", to_string(incident.phase)));
  }
  const ConflictMatch source = find_conflict(incident);
  if (source.plan == nullptr) {
    return refuse(draft, pending, id,
                  "no rollback of this incident conflicts, so there is nothing to begin with. `/plan "
                  "<commit>` shows what the rollback of a commit would do.");
  }
  const std::string rollback = source.rollback == nullptr ? "" : source.rollback->id;
  std::vector<rollback::Plan> wanted;
  std::vector<std::string> names;
  std::vector<std::string> standing;
  for (const rollback::BranchPlan& branch : source.plan->branches) {
    if (branch.outcome != rollback::Outcome::conflict) continue;
    if (const ForwardFix* fix = find_standing_fix(incident, *source.plan, branch.base)) {
      standing.push_back(standing_words(*fix));
      continue;
    }
    names.push_back(name_fix(incident, *source.plan, branch.base, names));
    wanted.push_back(plan_of_fix(*source.plan, branch, names.back()));
  }
  if (wanted.empty()) return refuse(draft, pending, id, join(standing, "; ") + ".");
  for (rollback::Plan& plan : wanted) {
    draft.record(ForwardFixRequested{.incident = id,
                                     .rollback = rollback,
                                     .plan = std::move(plan),
                                     .reason = command.rest,
                                     .by = pending.author,
                                     .comment_id = pending.comment_id,
                                     .comment_issue = pending.issue});
  }
  const Phase phase = draft.incident(id).phase;
  if (phase == Phase::investigating || phase == Phase::identified) {
    draft.record(PhaseChanged{
        .incident = id, .phase = Phase::mitigating, .reason = "a forward fix is being prepared"});
  }
  push_fixes(draft, id);
  draft.touch(id);
}

void push_fixes(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  if (is_issue_coming(incident)) return;
  for (const ForwardFix& fix : incident.fixes) {
    if (!fix.pushed_commit && fix.refusal.empty()) push_fix(draft, id, fix.branch().branch);
  }
}

void on_fix_pushed(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const std::string& branch = std::get<PushForwardFix>(effect.body).branch;
  const ForwardFix* fix = fix_of(draft, effect.incident, branch);
  if (fix == nullptr || is_settled(*fix)) return;
  if (const Failed* failed = failure_of(outcome)) {
    // It is made on the tip of the moment, so the base moved between two looks at it.
    if (rollback::publish_refusal(failed->message) == rollback::PublishRefusal::base_moved)
      return push_fix(draft, effect.incident, branch);
    return fail_fix(draft, effect.incident, branch, failed->message);
  }
  const auto* pushed = std::get_if<BranchPublished>(&outcome);
  if (pushed == nullptr) return;
  draft.record(ForwardFixPushed{.incident = effect.incident, .branch = branch, .commit = pushed->commit});
  draft.want(effect.incident, Priority::p1_rollback, "pulls:" + effect.incident.value,
             OpenForwardFix{.branch = branch});
}

void on_fix_opened(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const IncidentId id = effect.incident;
  const std::string& branch = std::get<OpenForwardFix>(effect.body).branch;
  const ForwardFix* fix = fix_of(draft, id, branch);
  if (fix == nullptr) return;
  if (const Failed* failed = failure_of(outcome)) {
    if (!is_settled(*fix)) fail_fix(draft, id, branch, failed->message);
    return;
  }
  const auto* opened = std::get_if<PullOpened>(&outcome);
  if (opened == nullptr) return;
  if (fix->pull_request == 0) open(draft, id, branch, opened->number, opened->url);
  if (opened->merged || opened->closed) end(draft, id, branch, opened->merged, "somebody");
}

bool on_fix_pull_request(Draft& draft, const PullRequestChanged& input) {
  const Incident* incident = nullptr;
  const ForwardFix* fix = nullptr;
  for (const auto& [key, one] : draft.state().incidents) {
    const ForwardFix* own = input.from_fork ? nullptr : find_fix(one, input.head_ref);
    if (own == nullptr || own->branch().base != input.base_ref) continue;
    // The news may be here before our own answer.
    const bool is_it = own->pull_request == input.number || (own->pull_request == 0 && own->pushed_commit);
    if (is_it) incident = &one;
    if (is_it) fix = own;
  }
  if (fix == nullptr) return false;
  const IncidentId id = incident->id;
  const std::string branch = fix->branch().branch;
  if (fix->pull_request == 0) open(draft, id, branch, input.number, input.url);
  if (input.action == "closed") end(draft, id, branch, input.merged, input.actor);
  if (input.action == "reopened") open(draft, id, branch, input.number, input.url);
  return true;
}

}  // namespace kedge::incident
