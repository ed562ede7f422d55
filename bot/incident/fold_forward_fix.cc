// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/incident/fold.h"

namespace kedge::incident {
namespace {

ForwardFix* fix_in(Incident* incident, const std::string& branch) {
  if (incident == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      incident->fixes, [&](const ForwardFix& fix) { return fix.branch().branch == branch; });
  return found == incident->fixes.end() ? nullptr : &*found;
}

}  // namespace

void fold(State& state, TimePoint at, const ForwardFixRequested& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr || event.plan.branches.size() != 1) return;
  const rollback::BranchPlan& branch = event.plan.branches.front();
  // Asked for again after it failed.
  std::erase_if(incident->fixes, [&](const ForwardFix& fix) { return fix.branch().branch == branch.branch; });
  incident->fixes.push_back({.plan = event.plan,
                             .rollback = event.rollback,
                             .requested_by = event.by,
                             .reason = event.reason,
                             .comment_id = event.comment_id,
                             .comment_issue = event.comment_issue,
                             .decided_at = at});
  Rollback* rollback = rollback_in(state, event.incident, event.rollback);
  if (rollback != nullptr && rollback->state == RollbackState::conflicted)
    rollback->state = RollbackState::forward_fix;
  note(*incident, at,
       fmt::format("{} asked for a forward fix on {}{}{}", event.by, branch.base,
                   event.reason.empty() ? "" : ": ", event.reason));
}

void fold(State& state, TimePoint at, const ForwardFixPushed& event) {
  Incident* incident = incident_in(state, event.incident);
  ForwardFix* fix = fix_in(incident, event.branch);
  if (fix == nullptr) return;
  fix->pushed_commit = event.commit;
  note(*incident, at, fmt::format("Pushed {} at {}", event.branch, short_sha(event.commit)));
}

void fold(State& state, TimePoint at, const ForwardFixOpened& event) {
  Incident* incident = incident_in(state, event.incident);
  ForwardFix* fix = fix_in(incident, event.branch);
  if (fix == nullptr) return;
  const bool is_news = fix->pull_request != event.number || fix->pull_state != PullState::open;
  fix->pull_request = event.number;
  fix->pull_request_url = event.url;
  fix->pull_state = PullState::open;
  if (is_news) note(*incident, at, fmt::format("Opened draft #{} into {}", event.number, fix->branch().base));
}

void fold(State& state, TimePoint at, const ForwardFixFailed& event) {
  Incident* incident = incident_in(state, event.incident);
  ForwardFix* fix = fix_in(incident, event.branch);
  if (fix == nullptr) return;
  fix->refusal = event.reason;
  note(*incident, at, fmt::format("No forward fix on {}: {}", fix->branch().base, event.reason));
}

void fold(State& state, TimePoint at, const ForwardFixEnded& event) {
  Incident* incident = incident_in(state, event.incident);
  ForwardFix* fix = fix_in(incident, event.branch);
  if (fix == nullptr) return;
  fix->pull_state = event.merged ? PullState::merged : PullState::closed;
  note(*incident, at,
       fmt::format("{} {} the forward fix of {} (#{})", event.by, event.merged ? "merged" : "closed",
                   fix->branch().base, fix->pull_request));
}

}  // namespace kedge::incident
