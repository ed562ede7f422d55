// SPDX-License-Identifier: Apache-2.0
// Every path that a parser reads is one that GitHub describes: a misspelt one would read as absent for ever.
#include <gtest/gtest.h>

#include <vector>

#include "tests/contract/webhooks/description.h"

namespace kedge::webhooks {
namespace {

struct Reads {
  std::string_view event, action;
  std::vector<std::string_view> paths;
};

const std::vector<Reads> kReads{
    {"ping", "", {"zen", "hook_id", "repository.id", "sender.login"}},
    {"workflow_run",
     "completed",
     {"action",
      "repository.id",
      "repository.full_name",
      "repository.default_branch",
      "repository.html_url",
      "repository.private",
      "sender.login",
      "sender.id",
      "sender.type",
      "installation.id",
      "workflow.name",
      "workflow.path",
      "workflow_run.id",
      "workflow_run.name",
      "workflow_run.path",
      "workflow_run.event",
      "workflow_run.head_branch",
      "workflow_run.head_sha",
      "workflow_run.status",
      "workflow_run.conclusion",
      "workflow_run.run_number",
      "workflow_run.run_attempt",
      "workflow_run.html_url",
      "workflow_run.created_at",
      "workflow_run.run_started_at",
      "workflow_run.updated_at",
      "workflow_run.actor.login",
      "workflow_run.triggering_actor.login",
      "workflow_run.head_commit.message",
      "workflow_run.head_commit.author.name",
      "workflow_run.head_repository.id",
      "workflow_run.pull_requests.[].number"}},
    {"check_suite",
     "completed",
     {"check_suite.id", "check_suite.head_branch", "check_suite.head_sha", "check_suite.status",
      "check_suite.conclusion", "check_suite.app.slug", "check_suite.pull_requests.[].number"}},
    {"check_run",
     "requested_action",
     {"check_run.id", "check_run.name", "check_run.head_sha", "check_run.status", "check_run.conclusion",
      "check_run.external_id", "check_run.html_url", "check_run.app.slug", "check_run.check_suite.id",
      "check_run.check_suite.head_branch", "requested_action.identifier"}},
    {"status", "", {"sha", "state", "context", "description", "target_url", "branches.[].name"}},
    {"issues",
     "labeled",
     {"issue.number", "issue.title", "issue.body", "issue.state", "issue.html_url", "issue.labels.[].name",
      "issue.user.login", "issue.user.type", "issue.created_at", "label.name"}},
    {"issue_comment",
     "created",
     {"issue.number", "issue.pull_request", "issue.labels.[].name", "comment.id", "comment.body",
      "comment.html_url", "comment.user.login", "comment.created_at", "comment.performed_via_github_app.id"}},
    {"pull_request",
     "closed",
     {"pull_request.number", "pull_request.title", "pull_request.state", "pull_request.html_url",
      "pull_request.merged", "pull_request.draft", "pull_request.merged_by.login",
      "pull_request.merge_commit_sha", "pull_request.base.ref", "pull_request.base.sha",
      "pull_request.head.ref", "pull_request.head.sha", "pull_request.head.repo.id",
      "pull_request.user.login", "pull_request.labels.[].name"}},
    {"pull_request_review",
     "submitted",
     {"review.id", "review.state", "review.user.login", "review.commit_id", "review.body",
      "pull_request.number", "pull_request.head.sha", "pull_request.base.ref"}},
    {"push",
     "",
     {"ref", "before", "after", "created", "deleted", "forced", "commits.[].added", "commits.[].modified",
      "commits.[].removed", "pusher.name"}},
    {"installation",
     "created",
     {"installation.id", "installation.account.login", "repositories.[].id", "repositories.[].full_name",
      "repositories.[].private"}},
    {"installation_repositories",
     "added",
     {"installation.id", "repositories_added.[].id", "repositories_added.[].full_name",
      "repositories_removed.[].id"}},
    {"merge_group",
     "checks_requested",
     {"merge_group.head_sha", "merge_group.head_ref", "merge_group.base_sha", "merge_group.base_ref"}},
    {"merge_group", "destroyed", {"reason"}},
    {"deployment_protection_rule",
     "requested",
     {"environment", "deployment_callback_url", "deployment.id", "deployment.sha", "deployment.ref"}},
};

TEST(PublishedDescription, HasEveryPathThatParsersRead) {
  const testing::Description description;
  for (const Reads& reads : kReads) {
    EXPECT_TRUE(description.knows(reads.event, reads.action)) << reads.event;
    for (const std::string_view path : reads.paths) {
      EXPECT_TRUE(description.has_path(reads.event, reads.action, path)) << reads.event << " " << path;
    }
  }
}

TEST(PublishedDescription, DoesNotHaveWhatDoesNotExist) {
  const testing::Description description;
  EXPECT_FALSE(description.knows("workflow_run", "exploded"));
  EXPECT_FALSE(description.has_path("workflow_run", "completed", "workflow_run.head_sah"));
  EXPECT_FALSE(description.has_path("status", "", "branches.[].nom"));
}

}  // namespace
}  // namespace kedge::webhooks
