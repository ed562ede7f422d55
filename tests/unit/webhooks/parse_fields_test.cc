// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/support/webhook_fixture.h"
#include "webhooks/event.h"

namespace kedge::webhooks {
namespace {

using ::testing::ElementsAre;
using testing::parsed_fixture;

template <typename T>
T body_of(std::string_view fixture) {
  const Event event = parsed_fixture(fixture);
  const T* body = std::get_if<T>(&event.body);
  EXPECT_NE(body, nullptr) << fixture;
  return body == nullptr ? T{} : *body;
}

constexpr std::string_view kBad = "8f3d2c1b0a9e8d7c6b5a49382716f5e4d3c2b1a0";
constexpr std::string_view kHead = "a0b1c2d3e4f5061728394a5b6c7d8e9f00112233";

TEST(ParseWorkflowRun, ReadsARedRun) {
  const auto run = body_of<WorkflowRun>("workflow_run.completed.failure");
  EXPECT_EQ(run.id, 14500000001);
  EXPECT_EQ(run.name, "CI");
  EXPECT_EQ(run.workflow_name, "CI");
  EXPECT_EQ(run.path, ".github/workflows/ci.yml");
  EXPECT_EQ(run.event, "push");
  EXPECT_EQ(run.head_branch, "main");
  EXPECT_EQ(run.head_sha, kBad);
  EXPECT_EQ(run.status, "completed");
  EXPECT_EQ(run.conclusion, "failure");
  EXPECT_EQ(run.run_number, 412);
  EXPECT_EQ(run.run_attempt, 1);
  EXPECT_EQ(run.actor, "alice");
  EXPECT_EQ(run.commit_author, "Alice Example");
  EXPECT_EQ(run.commit_message, "Cache sessions by tenant (#118)\n\nThe key was the user alone.");
  EXPECT_EQ(run.head_repository_id, 814100001);
  ASSERT_TRUE(run.created_at && run.run_started_at && run.updated_at);
  EXPECT_EQ(format_utc(*run.updated_at), "2026-04-18T09:05:07Z");
  EXPECT_TRUE(run.pull_requests.empty());
}

TEST(ParseWorkflowRun, TellsAForksMainFromOurs) {
  const Event event = parsed_fixture("workflow_run.completed.failure.fork_main");
  const auto& run = std::get<WorkflowRun>(event.body);
  EXPECT_EQ(run.head_branch, "main");
  EXPECT_NE(run.head_repository_id, event.common.repository->id);
  EXPECT_EQ(run.event, "pull_request");
}

TEST(ParseWorkflowRun, ReadsTheOtherConclusionsAndAttempts) {
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.completed.timed_out").conclusion, "timed_out");
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.completed.startup_failure").conclusion, "startup_failure");
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.completed.startup_failure").name, "CI");
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.completed.failure.rerun").run_attempt, 2);
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.completed.failure.path_with_ref").path,
            ".github/workflows/ci.yml");
  EXPECT_EQ(body_of<WorkflowRun>("workflow_run.requested").conclusion, "");
  EXPECT_THAT(body_of<WorkflowRun>("workflow_run.completed.failure.rollback_head").pull_requests,
              ElementsAre(121));
}

TEST(ParseCheckSuite, ReadsAForksSuiteWithoutBranch) {
  const auto suite = body_of<CheckSuite>("check_suite.requested.fork");
  EXPECT_EQ(suite.id, 33300000001);
  EXPECT_EQ(suite.head_branch, "");
  EXPECT_EQ(suite.head_sha, kBad);
  EXPECT_EQ(suite.status, "queued");
  EXPECT_EQ(suite.app_slug, "kedge");
}

TEST(ParseCheckRun, ReadsTheButtonThatWasPressed) {
  const auto run = body_of<CheckRun>("check_run.requested_action");
  EXPECT_EQ(run.id, 41200000001);
  EXPECT_EQ(run.name, "kedge/rollback");
  EXPECT_EQ(run.requested_action, "approve");
  EXPECT_EQ(run.external_id, "814100001/31/2");
  EXPECT_EQ(run.conclusion, "neutral");
  EXPECT_EQ(run.check_suite_id, 33300000001);
  EXPECT_EQ(run.head_branch, "rollback/main-8f3d2c1b0a9e");
  EXPECT_EQ(run.app_slug, "kedge");
}

TEST(ParseStatus, ReadsContextAndBranches) {
  const auto status = body_of<Status>("status.failure");
  EXPECT_EQ(status.sha, kBad);
  EXPECT_EQ(status.state, "failure");
  EXPECT_EQ(status.context, "ci/integration");
  EXPECT_EQ(status.description, "3 of 250 failed");
  EXPECT_THAT(status.branches, ElementsAre("main", "develop"));
}

TEST(ParseIssues, ReadsLabelsAndTheNewOne) {
  const auto labeled = body_of<Issues>("issues.labeled.p0");
  EXPECT_EQ(labeled.issue.number, 43);
  EXPECT_EQ(labeled.label, "P0");
  EXPECT_THAT(labeled.issue.labels, ElementsAre("P0", "bug"));
  EXPECT_EQ(labeled.issue.user.login, "alice");
  EXPECT_FALSE(labeled.issue.is_pull_request);
  EXPECT_TRUE(labeled.issue.created_at);
  const auto opened = body_of<Issues>("issues.opened.no_body");
  EXPECT_EQ(opened.issue.body, "");
  EXPECT_EQ(opened.label, "");
}

TEST(ParseIssueComment, TellsPullRequestsFromIssues) {
  const auto on_pull = body_of<IssueComment>("issue_comment.created.pull_request");
  EXPECT_TRUE(on_pull.issue.is_pull_request);
  EXPECT_EQ(on_pull.issue.number, 121);
  EXPECT_EQ(on_pull.body, "Looks right to me.\n\n/approve");
  ASSERT_TRUE(on_pull.user);
  EXPECT_EQ(on_pull.user->login, "bob");
  EXPECT_FALSE(body_of<IssueComment>("issue_comment.created.incident").issue.is_pull_request);
}

TEST(ParseIssueComment, ReadsWhoWroteItAndThroughWhichApp) {
  EXPECT_FALSE(body_of<IssueComment>("issue_comment.created.no_user").user);
  const auto by_app = body_of<IssueComment>("issue_comment.created.by_app");
  EXPECT_EQ(by_app.via_app_id, 910001);
  EXPECT_EQ(by_app.user->type, "Bot");
  EXPECT_EQ(parsed_fixture("issue_comment.edited.command_added").common.action, "edited");
}

TEST(ParsePullRequest, ReadsAMerge) {
  const auto pull = body_of<PullRequest>("pull_request.closed.merged");
  EXPECT_EQ(pull.number, 121);
  EXPECT_EQ(pull.state, "closed");
  EXPECT_TRUE(pull.merged);
  EXPECT_EQ(pull.merged_by, "bob");
  EXPECT_EQ(pull.merge_commit_sha, "5e6f7a8b9c0d1e2f3a4b5c6d7e8f90a1b2c3d4e5");
  EXPECT_EQ(pull.base_ref, "main");
  EXPECT_EQ(pull.base_sha, kBad);
  EXPECT_EQ(pull.head_ref, "rollback/main-8f3d2c1b0a9e");
  EXPECT_EQ(pull.head_sha, kHead);
  EXPECT_EQ(pull.head_repository_id, 814100001);
  EXPECT_EQ(pull.user.login, "kedge[bot]");
  EXPECT_THAT(pull.labels, ElementsAre("rollback", "P0"));
}

TEST(ParsePullRequest, OutlivesTheForkItCameFrom) {
  const auto pull = body_of<PullRequest>("pull_request.closed.fork_gone");
  EXPECT_FALSE(pull.merged);
  EXPECT_EQ(pull.merged_by, "");
  EXPECT_EQ(pull.head_repository_id, 0);
}

TEST(ParsePullRequestReview, ReadsStateCommitAndPullRequest) {
  const auto review = body_of<PullRequestReview>("pull_request_review.submitted.approved");
  EXPECT_EQ(review.id, 1990000001);
  EXPECT_EQ(review.state, "approved");
  EXPECT_EQ(review.login, "bob");
  EXPECT_EQ(review.commit_id, kHead);
  EXPECT_EQ(review.body, "");
  EXPECT_EQ(review.pull_request.number, 121);
  EXPECT_EQ(review.pull_request.head_sha, kHead);
}

TEST(ParsePush, CollectsThePathsOfAllCommitsOnce) {
  const auto push = body_of<Push>("push.main");
  EXPECT_EQ(push.ref, "refs/heads/main");
  EXPECT_EQ(push.after, kBad);
  EXPECT_EQ(push.pusher, "alice");
  EXPECT_THAT(push.paths, ElementsAre(".github/kedge.yml", "src/cache.cc", "src/limits.cc", "src/old.cc",
                                      "src/session.cc"));
  EXPECT_TRUE(push.paths_complete);
}

TEST(ParsePush, DoesNotCallPathsCompleteWhereTheListCannotBe) {
  EXPECT_FALSE(body_of<Push>("push.forced").paths_complete);
  EXPECT_FALSE(body_of<Push>("push.tag_created").paths_complete);
  const auto deleted = body_of<Push>("push.branch_deleted");
  EXPECT_TRUE(deleted.deleted);
  EXPECT_FALSE(deleted.paths_complete);
  EXPECT_EQ(deleted.after, std::string(40, '0'));

  std::string commits;
  for (int i = 0; i < 2048; ++i) commits += R"({"added":[],"modified":[],"removed":[]},)";
  commits.pop_back();
  const std::string head =
      R"({"ref":"r","after":"a","repository":{"id":7,"full_name":"acme/api"},"commits":[)";
  EXPECT_FALSE(std::get<Push>(parse("push", head + commits + "]}").body).paths_complete);
  EXPECT_TRUE(std::get<Push>(parse("push", head + R"({"added":[],"modified":[],"removed":[]}]})").body)
                  .paths_complete);
  EXPECT_FALSE(std::get<Push>(parse("push", head + R"({"added":[]}]})").body).paths_complete);
}

TEST(ParseInstallation, ReadsAccountAndRepositories) {
  const Event event = parsed_fixture("installation.created");
  const auto& installation = std::get<Installation>(event.body);
  EXPECT_EQ(installation.id, 52410001);
  EXPECT_EQ(installation.account, "acme");
  ASSERT_EQ(installation.repositories.size(), 2U);
  EXPECT_EQ(installation.repositories[1].full_name, "acme/web");
  EXPECT_TRUE(installation.repositories[1].is_private);
  EXPECT_FALSE(event.common.repository);
  EXPECT_EQ(event.common.installation_id, 52410001);

  const auto changed = body_of<InstallationRepositories>("installation_repositories.added");
  EXPECT_EQ(changed.id, 52410001);
  ASSERT_EQ(changed.added.size(), 1U);
  EXPECT_EQ(changed.added[0].id, 814100002);
  EXPECT_TRUE(changed.removed.empty());
}

TEST(ParseMergeGroup, ReadsHeadBaseAndReason) {
  const auto group = body_of<MergeGroup>("merge_group.destroyed.invalidated");
  EXPECT_EQ(group.head_sha, kHead);
  EXPECT_EQ(group.base_ref, "refs/heads/main");
  EXPECT_EQ(group.base_sha, kBad);
  EXPECT_EQ(group.reason, "invalidated");
  EXPECT_TRUE(group.head_ref.starts_with("refs/heads/gh-readonly-queue/main/"));
}

TEST(ParseDeploymentProtectionRule, KeepsTheCallbackAsGiven) {
  const auto rule = body_of<DeploymentProtectionRule>("deployment_protection_rule.requested");
  EXPECT_EQ(rule.environment, "production");
  EXPECT_EQ(rule.callback_url,
            "https://api.github.com/repos/acme/api/actions/runs/14500000001/deployment_protection_rule");
  EXPECT_EQ(rule.sha, kBad);
  EXPECT_EQ(rule.ref, "main");
  EXPECT_EQ(rule.deployment_id, 1700000001);
}

TEST(ParsePing, ReadsZenAndHook) {
  const auto ping = body_of<Ping>("ping.app");
  EXPECT_EQ(ping.zen, "Small steps arrive.");
  EXPECT_EQ(ping.hook_id, 470000001);
}

}  // namespace
}  // namespace kedge::webhooks
