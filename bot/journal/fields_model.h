// SPDX-License-Identifier: Apache-2.0
// The stored members of the values that events and effects carry. Names here are on disk for ever: a renamed
// member needs a new version and an upcaster of every record that carries it.
#pragma once

#include "bot/incident/effect.h"
#include "bot/incident/input.h"
#include "bot/incident/model.h"
#include "bot/incident/policy.h"
#include "bot/journal/fields.h"
#include "bot/rollback/plan.h"

namespace kedge::journal {

KEDGE_NAMES(incident::Phase, candidate, investigating, identified, mitigating, monitoring, resolved, closed,
            canceled)
KEDGE_NAMES(incident::RollbackState, proposed, prepared, verifying, awaiting_approval, merging, deploying,
            monitoring, succeeded, conflicted, forward_fix, refused, failed, superseded, aborted)
KEDGE_NAMES(incident::Conclusion, success, failure, timed_out, startup_failure, cancelled, skipped, neutral,
            action_required, stale, none)
KEDGE_NAMES(incident::SlotState, due, sent, late, missed)
KEDGE_NAMES(incident::Mode, observe, suggest, prepare)
KEDGE_NAMES(incident::Confirm, none, rerun, twice)
KEDGE_NAMES(incident::CommitMode, git, api, ssh, gpg)
KEDGE_NAMES(incident::ChannelKind, slack, discord, mail, pagerduty)
KEDGE_NAMES(incident::TimerKind, confirm_ends, update_due, reopen_window_ends)
KEDGE_NAMES(incident::Topic, command_refused, command_failed, help, status, plan, rollback_result,
            rollback_conflict, forward_fix, verification, approved, merged, recovered, resolved, reopened,
            followed, canceled, channel_failed, note)
KEDGE_NAMES(rollback::TargetKind, commit, merge, range, tag, pull_request, restore)
KEDGE_NAMES(rollback::Outcome, clean, conflict, already_reverted, not_contained)
KEDGE_NAMES(rollback::CarrierHow, same, cherry_pick, patch_id, squash, merge)
KEDGE_NAMES(rollback::ConflictKind, content, modify_delete, rename_delete, rename_rename, add_add, mode,
            submodule, symlink, directory_file)
KEDGE_NAMES(rollback::ConflictReason, both_changed, binary, merging_forbidden, both_added, modified_and_gone,
            renamed_and_gone, renamed_twice, directory_moved, directory_split, moved_onto_existing,
            moved_together, modes, submodules, symlinks, different_types, directory_in_the_way)
KEDGE_NAMES(rollback::TrapKind, drops, resurrects)

KEDGE_FIELDS(rollback::Target, ref, sha, kind, subject, author, commits)
KEDGE_FIELDS(rollback::Carrier, sha, how)
KEDGE_FIELDS(rollback::CommitNote, sha, subject, author, pull_request)
KEDGE_FIELDS(rollback::LineSpan, first, count)
KEDGE_FIELDS(rollback::ConflictHunk, base, ours, theirs, ours_text, theirs_text)
KEDGE_FIELDS(rollback::Conflict, path, kind, path_base64, hunks, later, reason)
KEDGE_FIELDS(rollback::BranchPlan, base, base_ref, tip, outcome, carrier, carriers, tree, diff, branch,
             commit, conflicts, closure, closure_commits, closure_tree, closure_note, paths_changed,
             paths_changed_count, reason, limits)
KEDGE_FIELDS(rollback::RelandTrap, kind, from, into, last_merge, of_revert)
KEDGE_FIELDS(rollback::ReleaseScope, branches, tags, branches_more, tags_more)
KEDGE_FIELDS(rollback::Plan, id, targets, paths, mainline, note, branches, traps, scope)

KEDGE_FIELDS(incident::Severity, name, rank, respond_within, first_update, update_every, freeze, approvals)
KEDGE_FIELDS(incident::WorkflowTrigger, workflows, branches, severity, confirm)
KEDGE_FIELDS(incident::LabelTrigger, labels, severity)
KEDGE_FIELDS(incident::Channel, name, kind, settings, mentions)
KEDGE_FIELDS(incident::Limits, prepare_per_day, merge_per_day, max_age, never)
KEDGE_FIELDS(incident::Policy, protected_branches, mode, severities, workflow_triggers, label_triggers,
             channels, rollback_branches, commit_mode, signoff, limits, recovery_checklist, reopen_window,
             drill_channels)

KEDGE_FIELDS(incident::Repository, id, full_name, default_branch, html_url, installation_id)
KEDGE_FIELDS(incident::RunFact, workflow, path, branch, head_sha, run_id, run_number, attempt, conclusion,
             event, url, started_at, commit_subject, commit_author, actor)
KEDGE_FIELDS(incident::FailedJob, name, step, url)
KEDGE_FIELDS(incident::Suspect, sha, subject, author, pull_request, pull_request_url, reason, committed_at)
KEDGE_FIELDS(incident::Approval, login, head_sha, plan_id, at, how)
KEDGE_FIELDS(incident::PendingCommand, source, head_sha, comment_id, index, line, author, issue,
             on_pull_request, issue_title, issue_labels, at)
KEDGE_FIELDS(incident::PendingSignal, issue, label, actor, title, url, detected_at)

}  // namespace kedge::journal
