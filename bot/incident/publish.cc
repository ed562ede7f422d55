// SPDX-License-Identifier: Apache-2.0
// From a clean plan to open pull requests, and what people do with these: push to them, merge, close.
#include <algorithm>

#include "bot/incident/rollback_place.h"

namespace kedge::incident {
namespace {

/// Where an effect's rollback still is under way; nothing where it ended or lost that base meanwhile.
std::optional<Place> place_under_way(const Draft& draft, const IncidentId& id, const std::string& rollback,
                                     const std::string& base) {
  const auto incident = draft.state().incidents.find(id.value);
  if (incident == draft.state().incidents.end()) return std::nullopt;
  for (const Rollback& one : incident->second.rollbacks) {
    if (one.id != rollback || is_ended(one.state)) continue;
    for (const RollbackBranch& branch : one.branches) {
      if (branch.plan.base == base) return Place{id, rollback, base};
    }
  }
  return std::nullopt;
}

void on_head(Draft& draft, const Place& place, const std::string& head_sha, const std::string& by) {
  const RollbackBranch& branch = branch_at(draft, place);
  if (head_sha.empty() || head_sha == branch.head) return;
  const bool was_asked = branch.approval_requested || !branch.approvals.empty();
  const std::int64_t pull_request = branch.pull_request;
  if (!branch.approvals.empty()) {
    draft.record(ApprovalVoided{.incident = place.incident,
                                .rollback = place.rollback,
                                .base = place.base,
                                .reason = "the branch has another head now"});
  }
  draft.record(PullRequestHeadMoved{.incident = place.incident,
                                    .rollback = place.rollback,
                                    .base = place.base,
                                    .head_sha = head_sha,
                                    .by = by});
  report_check(draft, place);
  if (was_asked) {
    draft.comment(place.incident, Priority::p1_rollback,
                  PostComment{.issue = pull_request,
                              .topic = Topic::note,
                              .text = "The head of this branch changed, so earlier approvals no longer "
                                      "count. CI and approval start again on the new head."});
  }
  advance(draft, place);
  draft.touch(place.incident);
}

void open(Draft& draft, const Place& place, std::int64_t number, const std::string& url) {
  draft.record(PullRequestOpened{.incident = place.incident,
                                 .rollback = place.rollback,
                                 .base = place.base,
                                 .number = number,
                                 .url = url});
  report_check(draft, place);
  finish_if_settled(draft, place);
  verify_opened(draft, place);
}

/// A pull request that we opened, or are about to find open, whose news came before our own answer.
std::optional<Place> place_of_news(const Draft& draft, const PullRequestChanged& input) {
  if (input.from_fork) return std::nullopt;
  for (const PullMatch& match : find_by_head(draft.state(), input.head_sha)) {
    if (match.branch->pull_request == 0 && match.branch->plan.branch == input.head_ref &&
        match.branch->plan.base == input.base_ref) {
      return place_of(match);
    }
  }
  return std::nullopt;
}

}  // namespace

void on_published(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const auto& asked = std::get<PublishBranch>(effect.body);
  const IncidentId id = effect.incident;
  const std::optional<Place> place = place_under_way(draft, id, asked.rollback, asked.base);
  if (!place) return;
  if (const Failed* failed = failure_of(outcome)) {
    if (rollback::publish_refusal(failed->message) == rollback::PublishRefusal::base_moved) {
      // Somebody merged meanwhile: plan again on the new tip. What other bases achieved stays.
      plan_rollback(draft, id, rollback_at(draft, *place));
      return;
    }
    draft.record(PushRefused{
        .incident = id, .rollback = asked.rollback, .base = asked.base, .reason = failed->message});
    finish_if_settled(draft, *place);
    return;
  }
  const auto* published = std::get_if<BranchPublished>(&outcome);
  if (published == nullptr) return;
  draft.record(BranchPushed{.incident = id,
                            .rollback = asked.rollback,
                            .base = asked.base,
                            .branch = published->branch,
                            .commit = published->commit,
                            .safety_ref = published->safety_ref,
                            .safety_where = published->safety_where});
  draft.want(id, Priority::p1_rollback, "pulls:" + id.value,
             OpenPullRequest{.rollback = asked.rollback, .base = asked.base});
}

void on_pull_opened(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const auto& asked = std::get<OpenPullRequest>(effect.body);
  const std::optional<Place> place = place_under_way(draft, effect.incident, asked.rollback, asked.base);
  if (!place) return;
  if (const Failed* failed = failure_of(outcome)) {
    if (branch_at(draft, *place).pull_request != 0) return;
    draft.record(PullRequestFailed{.incident = effect.incident,
                                   .rollback = asked.rollback,
                                   .base = asked.base,
                                   .reason = failed->message});
    finish_if_settled(draft, *place);
    return;
  }
  const auto* opened = std::get_if<PullOpened>(&outcome);
  if (opened == nullptr) return;
  if (branch_at(draft, *place).pull_request == 0) open(draft, *place, opened->number, opened->url);
  // What happened to it before we could write it down is in the answer, or nowhere.
  if (branch_at(draft, *place).pull_request != opened->number) return;
  on_head(draft, *place, opened->head_sha, "somebody");
  if (opened->merged) return on_merged(draft, *place, opened->merge_commit, "somebody");
  if (opened->closed) on_closed(draft, *place, "somebody");
}

void on_pull_request(Draft& draft, const PullRequestChanged& input) {
  PullMatch match = find_by_pull_request(draft.state(), input.number);
  if (match.branch == nullptr) {
    if (on_fix_pull_request(draft, input)) return;
    const std::optional<Place> news = place_of_news(draft, input);
    if (!news) return;
    open(draft, *news, input.number, input.url);
    match = find_by_pull_request(draft.state(), input.number);
  }
  const Place place = place_of(match);
  if (input.action == "synchronize" && !is_ended(match.rollback->state))
    on_head(draft, place, input.head_sha, input.actor);
  if (input.action != "closed") return;
  if (input.merged) return on_merged(draft, place, input.merge_commit, input.actor);
  on_closed(draft, place, input.actor);
}

}  // namespace kedge::incident
