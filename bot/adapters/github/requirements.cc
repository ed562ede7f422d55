// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/requirements.h"

#include <fmt/format.h>

namespace kedge::adapters::github {

const std::vector<RequiredPermission>& required_permissions() {
  static const std::vector<RequiredPermission> table{
      {"metadata", "Metadata", "read", "read",
       "every App has it; reads who may do what (the role of whoever typed a command)"},
      {"issues", "Issues", "write", "write",
       "the incident's issue, its labels, comments, reactions; commands typed there"},
      {"pull_requests", "Pull requests", "write", "write",
       "the rollback pull requests, their comments and labels, reviews; the pull request of a suspect"},
      {"contents", "Contents", "write", "write",
       "`.github/kedge.yml`, the commits since the last green run, fetching; pushing `rollback/…` branches "
       "and "
       "safety refs"},
      {"actions", "Actions", "write", "read",
       "runs and failed jobs; write is for rerunning the failed jobs (`confirm: rerun`) and can be read "
       "where no "
       "runbook asks for it"},
      {"checks", "Checks", "write", "write", "the check runs `kedge/rollback` and `kedge/runbook`"},
      {"statuses", "Commit statuses", "read", "",
       "optional: its event is accepted, and triggers nothing in this version"},
      {"workflows", "Workflows", "write", "",
       "optional: only where a rollback may change files under `.github/workflows`. Without it nothing "
       "is pushed for that branch, and the incident says so with the reason `workflow_permission`"},
  };
  return table;
}

const std::vector<RequiredEvent>& required_events() {
  static const std::vector<RequiredEvent> table{
      {"workflow_run", "Workflow run",
       "a red run opens an incident; green ones prove recovery; runs of a rollback's head are its "
       "verification"},
      {"issues", "Issues",
       "a trigger label; closing and reopening by hand; an issue that was deleted or moved"},
      {"issue_comment", "Issue comment", "commands; on pull requests too. Only new comments count"},
      {"pull_request", "Pull request", "a rollback pull request got another head, was merged or closed"},
      {"pull_request_review", "Pull request review",
       "an approving review on the prepared head counts as `/approve`"},
      {"push", "Push", "a changed runbook on the default branch; a branch that moved under a rollback"},
      {"repository", "Repository", "another default branch, whose runbook is then in force; another name"},
  };
  return table;
}

int access_level(std::string_view access) {
  if (access == "admin") return 3;
  if (access == "write") return 2;
  return access == "read" ? 1 : 0;
}

std::string_view access_words(std::string_view access) {
  const int level = access_level(access);
  return level >= 2 ? "read and write" : level == 1 ? "read" : "no access";
}

std::string permissions_rows() {
  std::string rows;
  for (const RequiredPermission& one : required_permissions()) {
    rows += fmt::format("| {} | {} | {} |\n", one.title, access_words(one.asks), one.reason);
  }
  return rows;
}

std::string events_rows() {
  std::string rows;
  for (const RequiredEvent& one : required_events())
    rows += fmt::format("| {} | {} |\n", one.title, one.reason);
  return rows;
}

}  // namespace kedge::adapters::github
