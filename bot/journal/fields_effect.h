// SPDX-License-Identifier: Apache-2.0
// Every effect as it is stored: type name, version, members. docs/event-log.md says what each means.
#pragma once

#include "bot/incident/effect.h"
#include "bot/journal/fields_model.h"

namespace kedge::journal {

// -- reading the world --
KEDGE_RECORD(incident::LoadRunbook, "load_runbook", 1, reason)
KEDGE_RECORD(incident::ReadPermission, "read_permission", 1, login, about)
KEDGE_RECORD(incident::FindSuspects, "find_suspects", 1, run, last_green_sha)
KEDGE_RECORD(incident::PlanRollback, "plan_rollback", 1, targets, paths, branches, purpose, rollback, command,
             to, mainline)

// -- changing the world --
KEDGE_RECORD(incident::RerunFailedJobs, "rerun_failed_jobs", 1, run_id, attempt)
KEDGE_RECORD(incident::OpenIssue, "open_issue", 1)
KEDGE_RECORD(incident::WriteState, "write_state", 1, update_number)
KEDGE_RECORD(incident::LabelIssue, "label_issue", 1, issue, labels)
KEDGE_RECORD(incident::SetIssueOpen, "set_issue_open", 1, issue, open, state_reason)
KEDGE_RECORD(incident::React, "react", 1, comment_id, content)
KEDGE_RECORD(incident::PostComment, "post_comment", 1, issue, topic, rollback, base, channel, text, plan)
KEDGE_RECORD(incident::PublishBranch, "publish_branch", 1, rollback, base)
KEDGE_RECORD(incident::OpenPullRequest, "open_pull_request", 1, rollback, base)
KEDGE_RECORD(incident::PushForwardFix, "push_forward_fix", 1, branch)
KEDGE_RECORD(incident::OpenForwardFix, "open_forward_fix", 1, branch)
KEDGE_RECORD(incident::ReportCheck, "report_check", 1, name, head_sha, status, conclusion, title, summary)
KEDGE_RECORD(incident::PostUpdate, "post_update", 1, channel, number)
KEDGE_RECORD(incident::EditLiving, "edit_living", 1, channel)

}  // namespace kedge::journal
