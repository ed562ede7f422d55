// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/decide.h"

#include <algorithm>

#include "bot/base/overloaded.h"
#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

void on_runbook(Draft& draft, const Outcome& outcome) {
  const State& state = draft.state();
  if (const Failed* failed = failure_of(outcome)) {
    // GitHub refused, for it is asked until it answers. What was in force stays so, the preset at first.
    const std::vector<std::string> problems{"cannot read .github/kedge.yml: " + failed->message};
    if (state.runbook_problems != problems) draft.record(RunbookRejected{.problems = problems});
    return;
  }
  const auto* read = std::get_if<RunbookRead>(&outcome);
  if (read == nullptr) return;
  if (read->problems.empty()) {
    const bool same = state.runbook_known && state.runbook_problems.empty() &&
                      state.runbook_text == (read->present ? std::optional(read->text) : std::nullopt);
    if (!same) {
      draft.record(
          RunbookAdopted{.text = read->text, .commit_sha = read->commit_sha, .present = read->present});
    }
    return;
  }
  if (state.runbook_problems == read->problems) return;
  draft.record(RunbookRejected{.commit_sha = read->commit_sha, .problems = read->problems});
  std::string summary = "The runbook that was in force before stays in force.\n";
  for (const std::string& problem : read->problems) summary += "\n- " + problem;
  draft.want({}, Priority::p3_update, "",
             ReportCheck{.name = "kedge/runbook",
                         .head_sha = read->commit_sha,
                         .status = "completed",
                         .conclusion = "failure",
                         .title = ".github/kedge.yml is not valid",
                         .summary = std::move(summary)});
}

const ParkedEffect* parked_in(const State& state, const Effect& effect) {
  const auto incident = state.incidents.find(effect.incident.value);
  if (incident == state.incidents.end()) return nullptr;
  const auto found = std::ranges::find(incident->second.parked, effect.id.value, &ParkedEffect::effect_id);
  return found == incident->second.parked.end() ? nullptr : &*found;
}

/// Takes in what a delivery says about its repository. The runbook is the default branch's, so another
/// default branch may have another one.
void see_repository(Draft& draft) {
  const Repository known = draft.state().repository;
  Repository now = merged(known, draft.input().repository);
  if (now == known) return;
  const bool other_branch = now.default_branch != known.default_branch;
  draft.record(RepositorySeen{std::move(now)});
  const bool loads_it_anyway = std::holds_alternative<RepositoryAdded>(draft.input().body);
  if (other_branch && draft.state().runbook_known && !loads_it_anyway)
    load_runbook(draft, "another default branch");
}

/// What gave up is told on the incident, and when it is done after all.
void note_parked(Draft& draft, const EffectFinished& input) {
  const Effect& effect = input.effect;
  const std::string kind(kind_of(effect.body));
  const ParkedEffect* before = parked_in(draft.state(), effect);
  const Failed* failed = failure_of(input.outcome);
  if (failed == nullptr && before != nullptr) {
    draft.record(EffectRecovered{.effect_id = effect.id.value, .kind = kind, .incident = effect.incident});
    draft.touch(effect.incident);
  } else if (failed != nullptr && (before == nullptr || before->reason != failed->message)) {
    draft.record(EffectParked{
        .effect_id = effect.id.value, .kind = kind, .incident = effect.incident, .reason = failed->message});
    if (parked_in(draft.state(), effect) != nullptr) draft.touch(effect.incident);
  }
}

/// Most outcomes: it is done, and nobody waits for that. They need no draft, for which the state is copied.
bool is_silent(const State& state, const EffectFinished& input) {
  const bool awaited = std::visit(overloaded{
                                      [](const auto&) { return true; },
                                      [](const WriteState& written) { return written.update_number != 0; },
                                      [](const EditLiving&) { return false; },
                                      [](const LabelIssue&) { return false; },
                                      [](const SetIssueOpen&) { return false; },
                                      [](const React&) { return false; },
                                      [](const PostComment&) { return false; },
                                      [](const ReportCheck&) { return false; },
                                  },
                                  input.effect.body);
  return !awaited && failure_of(input.outcome) == nullptr && parked_in(state, input.effect) == nullptr;
}

void on_finished(Draft& draft, const EffectFinished& input) {
  note_parked(draft, input);
  const Effect& effect = input.effect;
  std::visit(overloaded{
                 [&](const LoadRunbook&) { on_runbook(draft, input.outcome); },
                 [&](const ReadPermission& asked) { on_permission(draft, asked, input.outcome); },
                 [&](const FindSuspects&) { on_suspects(draft, effect, input.outcome); },
                 [&](const PlanRollback&) { on_plan(draft, effect, input.outcome); },
                 [&](const RerunFailedJobs&) { on_rerun(draft, effect, input.outcome); },
                 [&](const OpenIssue&) { on_issue_opened(draft, effect, input.outcome); },
                 [&](const WriteState&) { on_state_written(draft, effect, input.outcome); },
                 [&](const PublishBranch&) { on_published(draft, effect, input.outcome); },
                 [&](const OpenPullRequest&) { on_pull_opened(draft, effect, input.outcome); },
                 [&](const PushForwardFix&) { on_fix_pushed(draft, effect, input.outcome); },
                 [&](const OpenForwardFix&) { on_fix_opened(draft, effect, input.outcome); },
                 [&](const PostUpdate&) { on_chat(draft, effect, input.outcome); },
                 [&](const EditLiving&) { on_chat(draft, effect, input.outcome); },
                 [&](const LabelIssue&) {},
                 [&](const SetIssueOpen&) {},
                 [&](const React&) {},
                 [&](const PostComment&) {},
                 [&](const ReportCheck&) {},
             },
             effect.body);
}

void on_timer(Draft& draft, const TimerFired& timer) {
  // It fires once: the turn that answers it clears the row, or sets it anew.
  draft.clear_timer(timer.kind, timer.incident);
  if (!draft.state().incidents.contains(timer.incident.value)) return;
  const Incident& incident = draft.incident(timer.incident);
  switch (timer.kind) {
    case TimerKind::confirm_ends:
      return on_confirm_ends(draft, timer.incident);
    case TimerKind::update_due:
      return on_update_due(draft, timer.incident, timer.due_at);
    case TimerKind::reopen_window_ends: {
      // One of an earlier resolution ends nothing.
      const TimePoint ends = incident.resolved_at.value_or(TimePoint{}) + incident.policy.reopen_window;
      if (timer.due_at < ends) return draft.set_timer(timer.kind, timer.incident, ends);
      return on_reopen_window_ends(draft, timer.incident);
    }
  }
}

}  // namespace

void load_runbook(Draft& draft, std::string reason) {
  // In a lane of its own, one reading tries until it is answered, and at most one more waits behind it.
  draft.want({}, Priority::p2_first_word, "runbook", LoadRunbook{std::move(reason)}, "runbook");
}

Decision decide(const State& state, const Input& input, const Context& context) {
  if (const auto* finished = std::get_if<EffectFinished>(&input.body);
      finished != nullptr && is_silent(state, *finished)) {
    return {};
  }
  Draft draft(state, input, context);
  const bool from_delivery =
      !std::holds_alternative<TimerFired>(input.body) && !std::holds_alternative<EffectFinished>(input.body);
  if (from_delivery) see_repository(draft);
  std::visit(overloaded{
                 [&](const WorkflowCompleted& body) { on_workflow(draft, body); },
                 [&](const IssueLabeled& body) { on_label(draft, body); },
                 [&](const IssueUnlabeled& body) { on_unlabeled(draft, body); },
                 [&](const IssueClosedBy& body) { on_issue_closed(draft, body); },
                 [&](const IssueReopenedBy& body) { on_issue_reopened(draft, body); },
                 [&](const IssueGone& body) { on_issue_gone(draft, body); },
                 [&](const CommentPosted& body) { on_comment(draft, body); },
                 [&](const PullRequestChanged& body) { on_pull_request(draft, body); },
                 [&](const ReviewSubmitted& body) { on_review(draft, body); },
                 [&](const Pushed& body) {
                   if (body.touches_runbook && body.branch == draft.state().repository.default_branch) {
                     load_runbook(draft, "changed by a push");
                   }
                   on_base_pushed(draft, body);
                 },
                 [&](const RepositoryAdded&) { load_runbook(draft, "the repository is new"); },
                 [&](const RepositoryChanged&) {},
                 [&](const TimerFired& body) { on_timer(draft, body); },
                 [&](const EffectFinished& body) { on_finished(draft, body); },
             },
             input.body);
  return std::move(draft).finish();
}

}  // namespace kedge::incident
