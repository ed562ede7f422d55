// SPDX-License-Identifier: Apache-2.0
// From merged rollback pull requests to a proven recovery: the workflow that was red has to be green on each
// merge result.
#include <algorithm>

#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

/// The newest run of the trigger's workflow on this base; null where it does not run there, so that the merge
/// alone is the proof.
const RunFact* newest_run(const State& state, const Incident& incident, const std::string& base) {
  const std::string path = workflow_of_cause(incident.cause);
  const auto newest = state.newest_runs.find(base + ":" + path);
  return path.empty() || newest == state.newest_runs.end() ? nullptr : &newest->second;
}

void fail_on_red(Draft& draft, const Place& place, const RunFact& run) {
  draft.record(RollbackStateChanged{.incident = place.incident,
                                    .rollback = place.rollback,
                                    .state = RollbackState::failed,
                                    .reason = run.workflow + " is red on the merge result of " + place.base});
  if (draft.incident(place.incident).phase == Phase::monitoring) {
    draft.record(PhaseChanged{
        .incident = place.incident, .phase = Phase::mitigating, .reason = "the rollback did not help"});
  }
  draft.touch(place.incident);
}

void succeed_if_proven(Draft& draft, const Place& place) {
  const Rollback& rollback = rollback_at(draft, place);
  if (rollback.state != RollbackState::monitoring) return;
  const Incident& incident = draft.incident(place.incident);
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_state == PullState::merged && !branch.merge_result_green &&
        newest_run(draft.state(), incident, branch.plan.base) != nullptr) {
      return;
    }
  }
  draft.record(RollbackStateChanged{
      .incident = place.incident, .rollback = place.rollback, .state = RollbackState::succeeded});
  draft.comment(place.incident, Priority::p2_first_word,
                PostComment{.issue = draft.incident(place.incident).issue,
                            .topic = Topic::recovered,
                            .rollback = place.rollback});
  draft.touch(place.incident);
}

/// What this run says of the merge result. A red one fails the rollback only when nothing of it is open any
/// more; until then it is the newest run, and judged at that moment.
void judge(Draft& draft, const Place& place, const RunFact& run) {
  const RollbackBranch& branch = branch_at(draft, place);
  const bool on_result = run.head_sha == branch.merge_commit;
  const bool later = run.started_at && branch.merged_at && *run.started_at > *branch.merged_at;
  if (run.conclusion == Conclusion::success && (on_result || later) && !branch.merge_result_green) {
    draft.record(MergeResultGreen{
        .incident = place.incident, .rollback = place.rollback, .base = place.base, .run = run});
    draft.touch(place.incident);
  } else if (is_red(run.conclusion) && on_result &&
             rollback_at(draft, place).state == RollbackState::monitoring) {
    fail_on_red(draft, place, run);
  }
}

/// Every merged base is judged by the newest run on it, which may have been faster than the news of the
/// merge.
void judge_by_newest(Draft& draft, const Place& place) {
  std::vector<std::string> merged;
  for (const RollbackBranch& branch : rollback_at(draft, place).branches) {
    if (branch.pull_state == PullState::merged) merged.push_back(branch.plan.base);
  }
  for (const std::string& base : merged) {
    const RunFact* newest = newest_run(draft.state(), draft.incident(place.incident), base);
    if (newest == nullptr) continue;
    const RunFact run = *newest;
    judge(draft, {place.incident, place.rollback, base}, run);
  }
}

/// Rollback branches whose merge result waits for this run.
std::vector<Place> watched_places(const State& state, const RunFact& run) {
  std::vector<Place> places;
  for (const auto& [id, incident] : state.incidents) {
    if (!is_open(incident.phase) || workflow_of_cause(incident.cause) != run.path) continue;
    for (const Rollback& rollback : incident.rollbacks) {
      if (is_ended(rollback.state)) continue;
      for (const RollbackBranch& branch : rollback.branches) {
        if (branch.plan.base == run.branch && branch.pull_state == PullState::merged) {
          places.push_back({incident.id, rollback.id, branch.plan.base});
        }
      }
    }
  }
  return places;
}

}  // namespace

void settle_merges(Draft& draft, const Place& place) {
  const Rollback& rollback = rollback_at(draft, place);
  if (is_ended(rollback.state) || rollback.state == RollbackState::monitoring) return;
  int merged = 0;
  for (const RollbackBranch& branch : rollback.branches) {
    if (branch.pull_state == PullState::open) return;
    if (branch.pull_state == PullState::none && branch.push_refusal.empty()) return;  // Still being opened.
    if (branch.pull_state == PullState::merged) ++merged;
  }
  if (merged == 0) {
    draft.record(RollbackStateChanged{.incident = place.incident,
                                      .rollback = place.rollback,
                                      .state = RollbackState::aborted,
                                      .reason = "its pull requests were closed unmerged"});
    return;
  }
  draft.record(RollbackStateChanged{
      .incident = place.incident, .rollback = place.rollback, .state = RollbackState::monitoring});
  draft.record(PhaseChanged{
      .incident = place.incident, .phase = Phase::monitoring, .reason = "the rollback is merged"});
  draft.comment(
      place.incident, Priority::p2_first_word,
      PostComment{
          .issue = draft.incident(place.incident).issue, .topic = Topic::merged, .rollback = place.rollback});
  judge_by_newest(draft, place);
  succeed_if_proven(draft, place);
}

void on_merged(Draft& draft, const Place& place, const std::string& merge_commit, const std::string& by) {
  if (branch_at(draft, place).pull_state == PullState::merged) return;
  draft.record(PullRequestMerged{.incident = place.incident,
                                 .rollback = place.rollback,
                                 .base = place.base,
                                 .merge_commit = merge_commit,
                                 .by = by});
  settle_merges(draft, place);
  draft.touch(place.incident);
}

void on_closed(Draft& draft, const Place& place, const std::string& by) {
  if (branch_at(draft, place).pull_state != PullState::open) return;
  draft.record(PullRequestClosed{
      .incident = place.incident, .rollback = place.rollback, .base = place.base, .by = by});
  settle_merges(draft, place);
  draft.touch(place.incident);
}

void on_base_run(Draft& draft, const RunFact& run) {
  for (const Place& place : watched_places(draft.state(), run)) {
    if (is_ended(rollback_at(draft, place).state)) continue;
    judge(draft, place, run);
    succeed_if_proven(draft, place);
  }
}

}  // namespace kedge::incident
