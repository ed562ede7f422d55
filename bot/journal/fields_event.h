// SPDX-License-Identifier: Apache-2.0
// Every event as it is stored: type name, version, members. docs/event-log.md says what each means.
#pragma once

#include "bot/incident/event.h"
#include "bot/journal/fields_model.h"

namespace kedge::journal {

// -- the repository --
KEDGE_RECORD(incident::RepositorySeen, "repository_seen", 1, repository)
KEDGE_RECORD(incident::RunbookAdopted, "runbook_adopted", 1, text, commit_sha, present)
KEDGE_RECORD(incident::RunbookRejected, "runbook_rejected", 1, commit_sha, problems)
KEDGE_RECORD(incident::RunObserved, "run_observed", 1, run)
KEDGE_RECORD(incident::SignalReceived, "signal_received", 1, signal)
KEDGE_RECORD(incident::SignalRefused, "signal_refused", 1, issue, actor, reason)
KEDGE_RECORD(incident::CommandReceived, "command_received", 1, command)
KEDGE_RECORD(incident::CommandAnswered, "command_answered", 1, key, outcome)

// -- the incident --
KEDGE_RECORD(incident::CandidateOpened, "candidate_opened", 1, incident, cause, severity, title, run, policy,
             detected_at)
KEDGE_RECORD(incident::CandidateDismissed, "candidate_dismissed", 1, incident, reason)
KEDGE_RECORD(incident::IncidentDeclared, "incident_declared", 1, incident, cause, severity, title, drill,
             policy, detected_at, declared_by, issue, issue_url, linked_to)
KEDGE_RECORD(incident::SignalAdded, "signal_added", 1, incident, run)
KEDGE_RECORD(incident::RecoveryObserved, "recovery_observed", 1, incident, run)
KEDGE_RECORD(incident::SuspectsIdentified, "suspects_identified", 1, incident, suspects, failed_jobs, note,
             last_green)
KEDGE_RECORD(incident::RollbackProposed, "rollback_proposed", 1, incident, plan, note)
KEDGE_RECORD(incident::PhaseChanged, "phase_changed", 1, incident, phase, reason)
KEDGE_RECORD(incident::IssueLinked, "issue_linked", 1, incident, issue, url, adopted)
KEDGE_RECORD(incident::IssueUnavailable, "issue_unavailable", 1, incident, reason)
KEDGE_RECORD(incident::Acknowledged, "acknowledged", 1, incident, login)
KEDGE_RECORD(incident::RoleTaken, "role_taken", 1, incident, role, login)
KEDGE_RECORD(incident::IncidentResolved, "incident_resolved", 1, incident, by, reason)
KEDGE_RECORD(incident::IncidentReopened, "incident_reopened", 1, incident, by, reason)
KEDGE_RECORD(incident::IncidentClosed, "incident_closed", 1, incident)
KEDGE_RECORD(incident::IncidentCanceled, "incident_canceled", 1, incident, by, reason)
KEDGE_RECORD(incident::LabelRemovalNoted, "label_removal_noted", 1, incident, label, by)

// -- the rollback --
KEDGE_RECORD(incident::RollbackRequested, "rollback_requested", 1, incident, rollback, target, reason, by,
             comment_id, comment_issue)
KEDGE_RECORD(incident::RollbackPlanned, "rollback_planned", 1, incident, rollback, plan)
KEDGE_RECORD(incident::RollbackRefused, "rollback_refused", 1, incident, rollback, state, reason)
KEDGE_RECORD(incident::BranchPushed, "branch_pushed", 1, incident, rollback, base, branch, commit, safety_ref,
             safety_where)
KEDGE_RECORD(incident::PushRefused, "push_refused", 1, incident, rollback, base, reason)
KEDGE_RECORD(incident::PullRequestOpened, "pull_request_opened", 1, incident, rollback, base, number, url)
KEDGE_RECORD(incident::PullRequestFailed, "pull_request_failed", 1, incident, rollback, base, reason)
KEDGE_RECORD(incident::RollbackRunReported, "rollback_run_reported", 1, incident, rollback, base, run)
KEDGE_RECORD(incident::ApprovalRequested, "approval_requested", 1, incident, rollback, base)
KEDGE_RECORD(incident::ApprovalGiven, "approval_given", 1, incident, rollback, base, approval)
KEDGE_RECORD(incident::ApprovalVoided, "approval_voided", 1, incident, rollback, base, reason, login)
KEDGE_RECORD(incident::PullRequestHeadMoved, "pull_request_head_moved", 1, incident, rollback, base, head_sha,
             by)
KEDGE_RECORD(incident::BaseMoved, "base_moved", 1, incident, rollback, base, plan, reason)
KEDGE_RECORD(incident::RollbackStateChanged, "rollback_state_changed", 1, incident, rollback, state, reason)
KEDGE_RECORD(incident::PullRequestMerged, "pull_request_merged", 1, incident, rollback, base, merge_commit,
             by)
KEDGE_RECORD(incident::PullRequestClosed, "pull_request_closed", 1, incident, rollback, base, by)
KEDGE_RECORD(incident::MergeResultGreen, "merge_result_green", 1, incident, rollback, base, run)

// -- the forward fix --
KEDGE_RECORD(incident::ForwardFixRequested, "forward_fix_requested", 1, incident, rollback, plan, reason, by,
             comment_id, comment_issue)
KEDGE_RECORD(incident::ForwardFixPushed, "forward_fix_pushed", 1, incident, branch, commit)
KEDGE_RECORD(incident::ForwardFixOpened, "forward_fix_opened", 1, incident, branch, number, url)
KEDGE_RECORD(incident::ForwardFixFailed, "forward_fix_failed", 1, incident, branch, reason)
KEDGE_RECORD(incident::ForwardFixEnded, "forward_fix_ended", 1, incident, branch, merged, by)

// -- telling people --
KEDGE_RECORD(incident::UpdateScheduled, "update_scheduled", 1, incident, number, due_at)
KEDGE_RECORD(incident::UpdateWritten, "update_written", 1, incident, number, text, by)
KEDGE_RECORD(incident::UpdateSent, "update_sent", 1, incident, number, channel, state)
KEDGE_RECORD(incident::UpdatesMissed, "updates_missed", 1, incident, due_at)
KEDGE_RECORD(incident::ChannelDelivered, "channel_delivered", 1, incident, channel, number, living_message,
             message, resent)
KEDGE_RECORD(incident::ChannelFailed, "channel_failed", 1, incident, channel, reason)

// -- the loop --
KEDGE_RECORD(incident::WorkWanted, "work_wanted", 1, incident, kind)
KEDGE_RECORD(incident::EffectParked, "effect_parked", 1, effect_id, kind, incident, reason)
KEDGE_RECORD(incident::EffectRecovered, "effect_recovered", 1, effect_id, kind, incident)

}  // namespace kedge::journal
