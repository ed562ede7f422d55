// SPDX-License-Identifier: Apache-2.0
// CI of the rollback heads: what it says is recorded, shown on the pull request, and green asks for approval.
#include <algorithm>

#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

/// Where this run speaks of a rollback's head. Branches of equal tips share the commit, yet each has runs of
/// its own; a run that names none of them speaks for all.
std::vector<Place> places_of(const State& state, const RunFact& run) {
  std::vector<PullMatch> matches = find_by_head(state, run.head_sha);
  const auto is_named = [&](const PullMatch& match) { return match.branch->plan.branch == run.branch; };
  if (std::ranges::any_of(matches, is_named)) std::erase_if(matches, std::not_fn(is_named));
  std::vector<Place> places;
  for (const PullMatch& match : matches) places.push_back(place_of(match));
  return places;
}

/// Where this run may speak of a head whose push is under way and not known yet: after a restart GitHub's
/// news can come before our own look. Only the commit that was pushed then keeps it.
std::vector<Place> places_before_push(const State& state, const RunFact& run) {
  std::vector<Place> places;
  for (const auto& [id, incident] : state.incidents) {
    for (const Rollback& rollback : incident.rollbacks) {
      if (is_ended(rollback.state)) continue;
      for (const RollbackBranch& branch : rollback.branches) {
        if (branch.head.empty() && !branch.plan.branch.empty() && branch.plan.branch == run.branch)
          places.push_back(place_of({&incident, &rollback, &branch}));
      }
    }
  }
  return places;
}

void say_verification(Draft& draft, const Place& place) {
  draft.comment(place.incident, Priority::p1_rollback,
                PostComment{.issue = branch_at(draft, place).pull_request,
                            .topic = Topic::verification,
                            .rollback = place.rollback,
                            .base = place.base});
}

bool is_news(const RollbackBranch& branch, const RunFact& run) {
  const auto known = branch.runs.find(run.path);
  return known == branch.runs.end() || known->second.run_id != run.run_id ||
         known->second.attempt != run.attempt || known->second.conclusion != run.conclusion;
}

}  // namespace

bool is_verified(const Incident& incident, const RollbackBranch& branch) {
  const std::string path = workflow_of_cause(incident.cause);
  const auto wanted = branch.runs.find(path);
  if (wanted != branch.runs.end()) return wanted->second.conclusion == Conclusion::success;
  return path.empty() && !branch.runs.empty() && std::ranges::all_of(branch.runs, [](const auto& entry) {
           return entry.second.conclusion == Conclusion::success;
         });
}

void verify(Draft& draft, const Place& place) {
  const RollbackBranch& branch = branch_at(draft, place);
  if (branch.pull_state != PullState::open) return;
  if (is_verified(draft.incident(place.incident), branch) && !branch.approval_requested) {
    draft.record(
        ApprovalRequested{.incident = place.incident, .rollback = place.rollback, .base = place.base});
    say_verification(draft, place);
    draft.show(place.incident);
  }
  advance(draft, place);
}

void verify_opened(Draft& draft, const Place& place) {
  const RollbackBranch& branch = branch_at(draft, place);
  const bool red = std::ranges::any_of(
      branch.runs, [](const auto& entry) { return incident::is_red(entry.second.conclusion); });
  if (red && !is_verified(draft.incident(place.incident), branch)) say_verification(draft, place);
  verify(draft, place);
}

void on_rollback_run(Draft& draft, const RunFact& run) {
  const bool green = run.conclusion == Conclusion::success;
  if (!green && !is_red(run.conclusion)) return;
  const auto report = [&](const Place& place) {
    draft.record(RollbackRunReported{
        .incident = place.incident, .rollback = place.rollback, .base = place.base, .run = run});
  };
  for (const Place& place : places_before_push(draft.state(), run))
    if (is_news(branch_at(draft, place), run)) report(place);
  for (const Place& place : places_of(draft.state(), run)) {
    if (!is_news(branch_at(draft, place), run)) continue;
    report(place);
    draft.touch(place.incident);
    // Before there is a pull request nobody can be told: verify_opened() says it.
    if (!green && branch_at(draft, place).pull_state == PullState::open) say_verification(draft, place);
    verify(draft, place);
  }
}

}  // namespace kedge::incident
