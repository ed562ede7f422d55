// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/effect.h"

#include "bot/base/overloaded.h"

namespace kedge::incident {

std::string_view kind_of(const EffectBody& effect) {
  return std::visit(overloaded{
                        [](const LoadRunbook&) { return std::string_view("load_runbook"); },
                        [](const ReadPermission&) { return std::string_view("read_permission"); },
                        [](const FindSuspects&) { return std::string_view("find_suspects"); },
                        [](const PlanRollback&) { return std::string_view("plan_rollback"); },
                        [](const RerunFailedJobs&) { return std::string_view("rerun_failed_jobs"); },
                        [](const OpenIssue&) { return std::string_view("open_issue"); },
                        [](const WriteState&) { return std::string_view("write_state"); },
                        [](const LabelIssue&) { return std::string_view("label_issue"); },
                        [](const SetIssueOpen&) { return std::string_view("set_issue_open"); },
                        [](const React&) { return std::string_view("react"); },
                        [](const PostComment&) { return std::string_view("post_comment"); },
                        [](const PublishBranch&) { return std::string_view("publish_branch"); },
                        [](const OpenPullRequest&) { return std::string_view("open_pull_request"); },
                        [](const PushForwardFix&) { return std::string_view("push_forward_fix"); },
                        [](const OpenForwardFix&) { return std::string_view("open_forward_fix"); },
                        [](const ReportCheck&) { return std::string_view("report_check"); },
                        [](const PostUpdate&) { return std::string_view("post_update"); },
                        [](const EditLiving&) { return std::string_view("edit_living"); },
                    },
                    effect);
}

bool writes(const EffectBody& effect) {
  return !std::holds_alternative<LoadRunbook>(effect) && !std::holds_alternative<ReadPermission>(effect) &&
         !std::holds_alternative<FindSuspects>(effect) && !std::holds_alternative<PlanRollback>(effect);
}

std::string_view deed_of(std::string_view kind) {
  if (kind == kind_of(OpenIssue{})) return "opening the issue";
  if (kind == kind_of(LabelIssue{})) return "labelling the issue";
  if (kind == kind_of(SetIssueOpen{})) return "closing or reopening the issue";
  if (kind == kind_of(PostComment{})) return "a comment";
  if (kind == kind_of(ReportCheck{})) return "reporting a check";
  return kind;
}

bool is_left_to_people(std::string_view kind) {
  return deed_of(kind) != kind;
}

bool is_patient(const EffectBody& effect) {
  if (std::holds_alternative<LoadRunbook>(effect)) return true;
  const auto* asked = std::get_if<ReadPermission>(&effect);
  if (asked == nullptr) return false;
  // Keys of what was typed begin with the comment's id.
  return asked->about.starts_with(kSignal) || asked->about.starts_with("close:") ||
         asked->about.starts_with("reopen:") || asked->about.starts_with("review:");
}

}  // namespace kedge::incident
