// SPDX-License-Identifier: Apache-2.0
#include "bot/engine/translate.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "bot/base/overloaded.h"
#include "tests/support/webhook_fixture.h"

namespace kedge::testing {
namespace {

namespace in = incident;

std::string kind_of(const in::InputBody& body) {
  return std::visit(overloaded{[](const in::WorkflowCompleted&) { return "WorkflowCompleted"; },
                               [](const in::IssueLabeled&) { return "IssueLabeled"; },
                               [](const in::IssueUnlabeled&) { return "IssueUnlabeled"; },
                               [](const in::IssueClosedBy&) { return "IssueClosedBy"; },
                               [](const in::IssueReopenedBy&) { return "IssueReopenedBy"; },
                               [](const in::IssueGone&) { return "IssueGone"; },
                               [](const in::CommentPosted&) { return "CommentPosted"; },
                               [](const in::PullRequestChanged&) { return "PullRequestChanged"; },
                               [](const in::ReviewSubmitted&) { return "ReviewSubmitted"; },
                               [](const in::Pushed&) { return "Pushed"; },
                               [](const in::RepositoryAdded&) { return "RepositoryAdded"; },
                               [](const in::RepositoryChanged&) { return "RepositoryChanged"; },
                               [](const in::TimerFired&) { return "TimerFired"; },
                               [](const in::EffectFinished&) { return "EffectFinished"; }},
                    body);
}

engine::Translation translated(const std::string& fixture) {
  return engine::translate(parsed_fixture(fixture), from_unix_ms(1'776'500'000'000));
}

struct Row {
  std::string fixture;
  std::string becomes;  ///< Empty: nothing follows, and a reason says why.
};

class Translate : public ::testing::TestWithParam<Row> {};

TEST_P(Translate, MakesOfEachPayloadWhatItMeansToIncidents) {
  const engine::Translation found = translated(GetParam().fixture);
  if (GetParam().becomes.empty()) {
    EXPECT_TRUE(found.inputs.empty());
    EXPECT_NE(found.ignored, "");
    return;
  }
  ASSERT_FALSE(found.inputs.empty()) << found.ignored;
  EXPECT_EQ(kind_of(found.inputs.front().body), GetParam().becomes);
  EXPECT_NE(found.inputs.front().repository.id.value, 0);
  EXPECT_NE(found.inputs.front().repository.full_name, "");
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, Translate,
    ::testing::Values(
        Row{"check_run.requested_action", ""}, Row{"check_suite.requested.fork", ""},
        Row{"deployment_protection_rule.requested", ""}, Row{"installation.created", "RepositoryAdded"},
        Row{"installation_repositories.added", "RepositoryAdded"},
        Row{"issue_comment.created.by_app", "CommentPosted"},
        Row{"issue_comment.created.incident", "CommentPosted"}, Row{"issue_comment.created.no_user", ""},
        Row{"issue_comment.created.pull_request", "CommentPosted"},
        Row{"issue_comment.edited.command_added", ""}, Row{"issues.labeled.p0", "IssueLabeled"},
        Row{"issues.opened.p0", "IssueLabeled"}, Row{"issues.transferred", "IssueGone"},
        Row{"merge_group.destroyed.invalidated", ""}, Row{"ping.app", ""},
        Row{"pull_request.closed.merged", "PullRequestChanged"},
        Row{"pull_request.closed.fork_gone", "PullRequestChanged"},
        Row{"pull_request.synchronize", "PullRequestChanged"},
        Row{"pull_request_review.submitted.approved", "ReviewSubmitted"}, Row{"push.main", "Pushed"},
        Row{"push.forced", "Pushed"}, Row{"push.branch_deleted", ""}, Row{"push.tag_created", ""},
        Row{"repository_ruleset.edited", ""}, Row{"status.failure", ""},
        Row{"workflow_run.completed.failure", "WorkflowCompleted"},
        Row{"workflow_run.completed.success", "WorkflowCompleted"},
        Row{"workflow_run.completed.cancelled", "WorkflowCompleted"},
        Row{"workflow_run.completed.timed_out", "WorkflowCompleted"},
        Row{"workflow_run.completed.startup_failure", "WorkflowCompleted"},
        Row{"workflow_run.requested", ""}));

const in::WorkflowCompleted& run_in(const engine::Translation& found) {
  return std::get<in::WorkflowCompleted>(found.inputs.front().body);
}

TEST(TranslateRun, KnowsAForkThatCallsItsBranchMain) {
  const engine::Translation fork = translated("workflow_run.completed.failure.fork_main");
  const engine::Translation own = translated("workflow_run.completed.failure");
  EXPECT_TRUE(run_in(fork).from_fork);
  EXPECT_EQ(run_in(fork).run.branch, "main");
  EXPECT_FALSE(run_in(own).from_fork);
}

TEST(TranslateRun, CutsTheRefOffThePath) {
  const engine::Translation found = translated("workflow_run.completed.failure.path_with_ref");
  EXPECT_EQ(run_in(found).run.path, ".github/workflows/ci.yml");
}

TEST(TranslateRun, KeepsTheAttemptOfARerun) {
  EXPECT_GT(run_in(translated("workflow_run.completed.failure.rerun")).run.attempt, 1);
}

TEST(TranslatePush, AForcedPushMayHaveTouchedTheRunbook) {
  const engine::Translation found = translated("push.forced");
  EXPECT_TRUE(std::get<in::Pushed>(found.inputs.front().body).touches_runbook);
}

TEST(TranslatePull, NamesWhoMergedIt) {
  const engine::Translation found = translated("pull_request.closed.merged");
  const auto& pull = std::get<in::PullRequestChanged>(found.inputs.front().body);
  EXPECT_TRUE(pull.merged);
  EXPECT_NE(pull.actor, "");
  EXPECT_EQ(pull.merge_commit.size(), 40U);
}

engine::Translation translated(const std::string& event, const std::string& body) {
  return engine::translate(webhooks::parse(event, body), from_unix_ms(1'776'500'000'000));
}

TEST(TranslateInstallation, InventsNoDefaultBranch) {
  const engine::Translation found = translated(
      "installation",
      R"({"action":"created","installation":{"id":3},"repositories":[{"id":7,"full_name":"a/b"}]})");
  ASSERT_EQ(found.inputs.size(), 1U);
  EXPECT_EQ(found.inputs.front().repository.default_branch, "");
}

TEST(TranslateInstallation, TellsWhatItMayDoFromNowOn) {
  for (const char* action : {"created", "unsuspend", "new_permissions_accepted"}) {
    const engine::Translation found =
        translated("installation", fmt::format(R"({{"action":"{}","installation":{{"id":3}}}})", action));
    EXPECT_EQ(found.allowed_installation, 3) << action;
    EXPECT_EQ(found.notice, "") << action;
  }
}

TEST(TranslateInstallation, NoticesWhatItMayNotDoAnyMore) {
  for (const char* action : {"suspend", "deleted"}) {
    const engine::Translation found = translated(
        "installation",
        fmt::format(R"({{"action":"{}","installation":{{"id":3,"account":{{"login":"acme"}}}}}})", action));
    EXPECT_EQ(found.allowed_installation, 0) << action;
    EXPECT_NE(found.notice.find("acme"), std::string::npos) << action;
    EXPECT_TRUE(found.inputs.empty()) << action;
  }
  const engine::Translation removed = translated(
      "installation_repositories",
      R"({"action":"removed","installation":{"id":3},"repositories_removed":[{"id":7,"full_name":"acme/api"}]})");
  EXPECT_NE(removed.notice.find("acme/api"), std::string::npos);
  EXPECT_EQ(removed.allowed_installation, 0);
}

TEST(TranslateRepository, TellsOfAnotherDefaultBranch) {
  const engine::Translation found =
      translated("repository",
                 R"({"action":"edited","repository":{"id":7,"full_name":"a/b","default_branch":"trunk"}})");
  ASSERT_EQ(found.inputs.size(), 1U);
  EXPECT_EQ(kind_of(found.inputs.front().body), "RepositoryChanged");
  EXPECT_EQ(found.inputs.front().repository.default_branch, "trunk");
  EXPECT_TRUE(translated("repository", R"({"action":"deleted","repository":{"id":7,"full_name":"a/b"}})")
                  .inputs.empty());
}

TEST(TranslateTime, CountsFromWhenTheDeliveryWasAccepted) {
  const TimePoint at = from_unix_ms(1'776'500'123'000);
  const engine::Translation found = engine::translate(parsed_fixture("workflow_run.completed.failure"), at);
  EXPECT_EQ(found.inputs.front().received_at, at);
}

}  // namespace
}  // namespace kedge::testing
