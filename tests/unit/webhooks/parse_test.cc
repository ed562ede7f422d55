// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/webhook_fixture.h"
#include "webhooks/event.h"

namespace kedge::webhooks {
namespace {

using testing::parsed_fixture;

std::string ignored_because(std::string_view event, std::string_view json) {
  const Event parsed = parse(event, json);
  const auto* ignored = std::get_if<Ignored>(&parsed.body);
  return ignored == nullptr ? "not ignored" : ignored->reason;
}

TEST(Parse, ReadsWhatEveryPayloadHas) {
  const Event event = parsed_fixture("issue_comment.created.incident");
  EXPECT_EQ(event.name, "issue_comment");
  EXPECT_EQ(event.common.action, "created");
  ASSERT_TRUE(event.common.repository);
  EXPECT_EQ(event.common.repository->id, 814100001);
  EXPECT_EQ(event.common.repository->full_name, "acme/api");
  EXPECT_EQ(event.common.repository->default_branch, "main");
  EXPECT_EQ(event.common.repository->html_url, "https://github.com/acme/api");
  EXPECT_FALSE(event.common.repository->is_private);
  ASSERT_TRUE(event.common.sender);
  EXPECT_EQ(event.common.sender->login, "alice");
  EXPECT_EQ(event.common.sender->type, "User");
  EXPECT_EQ(event.common.installation_id, 52410001);
}

TEST(Parse, LeavesOutASenderThatIsAbsent) {
  const Event event = parsed_fixture("push.tag_created");
  EXPECT_FALSE(event.common.sender);
  ASSERT_TRUE(std::holds_alternative<Push>(event.body));
  EXPECT_TRUE(std::get<Push>(event.body).created);
}

TEST(Parse, IgnoresEventsItDoesNotKnow) {
  const Event event = parsed_fixture("repository_ruleset.edited");
  ASSERT_TRUE(std::holds_alternative<Ignored>(event.body));
  EXPECT_EQ(std::get<Ignored>(event.body).reason, "unknown event");
  EXPECT_EQ(event.common.repository->full_name, "acme/api");
  EXPECT_EQ(ignored_because("", "{}"), "unknown event");
  EXPECT_EQ(ignored_because("PUSH", "{}"), "unknown event");
}

struct Missing {
  std::string_view event;
  std::string_view payload;  ///< Inside an object that names the repository.
  std::string_view reason;
};

TEST(Parse, NamesThePathThatIsMissing) {
  const std::vector<Missing> rows{
      {"workflow_run", R"("action":"completed")", "workflow_run.id is missing"},
      {"workflow_run", R"("workflow_run":{"id":1,"head_sha":"a","path":"p"})", "action is missing"},
      {"workflow_run", R"("action":"completed","workflow_run":{"id":1})", "workflow_run.head_sha is missing"},
      {"workflow_run", R"("action":"completed","workflow_run":{"id":1,"head_sha":"a"})",
       "workflow_run.path is missing"},
      {"workflow_run", R"("action":"completed","workflow_run":{"id":"1"})",
       "workflow_run.id is not an integer"},
      {"workflow_run", R"("action":"completed","workflow_run":[])", "workflow_run.id is missing"},
      {"check_suite", R"("action":"completed","check_suite":{"id":1,"head_sha":null})",
       "check_suite.head_sha is missing"},
      {"check_run", R"("action":"completed","check_run":{"id":1,"head_sha":"a"})",
       "check_run.name is missing"},
      {"status", R"("sha":"a","state":"failure")", "context is missing"},
      {"status", R"("sha":5)", "sha is not a text with content"},
      {"issues", R"("action":"opened","issue":{})", "issue.number is missing"},
      {"issue_comment", R"("action":"created","issue":{"number":1})", "comment.id is missing"},
      {"pull_request", R"("action":"closed","pull_request":{"number":1,"head":{"sha":"a"}})",
       "pull_request.base.ref is missing"},
      {"pull_request_review", R"("action":"submitted","pull_request":{"number":1},"review":{"id":1})",
       "review.state is missing"},
      {"push", R"("ref":"refs/heads/main")", "after is missing"},
      {"push", R"("ref":"","after":"a")", "ref is not a text with content"},
      {"merge_group", R"("action":"destroyed","merge_group":{"base_ref":"b"})",
       "merge_group.head_sha is missing"},
      {"deployment_protection_rule", R"("action":"requested","environment":"production")",
       "deployment_callback_url is missing"},
      {"installation", R"("action":"created")", "installation.id is missing"},
      {"installation_repositories", R"("action":"added","installation":{"id":1.5})",
       "installation.id is not an integer"},
  };
  for (const Missing& row : rows) {
    const std::string json =
        R"({"repository":{"id":7,"full_name":"acme/api"},)" + std::string(row.payload) + "}";
    EXPECT_EQ(ignored_because(row.event, json), row.reason) << row.event << " " << row.payload;
  }
}

TEST(Parse, NeedsTheRepositoryOfWhatHappensInOne) {
  EXPECT_EQ(ignored_because("push", R"({"ref":"r","after":"a"})"), "repository.id is missing");
  EXPECT_EQ(ignored_because("push", R"({"ref":"r","after":"a","repository":{"id":7}})"),
            "repository.full_name is missing");
  EXPECT_EQ(ignored_because("installation", R"({"action":"deleted","installation":{"id":7}})"),
            "not ignored");
  EXPECT_EQ(ignored_because("ping", "{}"), "not ignored");
}

TEST(Parse, DropsTheRefFromAWorkflowsPath) {
  struct Row {
    std::string_view path, expect;
  };
  const std::vector<Row> rows{
      {".github/workflows/ci.yml", ".github/workflows/ci.yml"},
      {".github/workflows/ci.yml@refs/heads/main", ".github/workflows/ci.yml"},
      {".github/workflows/ci.yaml@v2", ".github/workflows/ci.yaml"},
      {".github/workflows/ci.yml@feature@2", ".github/workflows/ci.yml"},
      {".github/workflows/ci.yml@refs/heads/fix.yml", ".github/workflows/ci.yml"},
      {".github/workflows/deploy@eu.yml", ".github/workflows/deploy@eu.yml"},
      {".github/workflows/deploy@eu.yml@main", ".github/workflows/deploy@eu.yml"},
      {"dynamic/pages/build", "dynamic/pages/build"},
      {"dynamic/pages/build@main", "dynamic/pages/build"},
  };
  for (const Row& row : rows) {
    const std::string json = R"({"action":"completed","repository":{"id":7,"full_name":"acme/api"},)"
                             R"("workflow_run":{"id":1,"head_sha":"a","path":")" +
                             std::string(row.path) + R"("}})";
    const Event event = parse("workflow_run", json);
    ASSERT_TRUE(std::holds_alternative<WorkflowRun>(event.body)) << row.path;
    EXPECT_EQ(std::get<WorkflowRun>(event.body).path, row.expect);
  }
}

TEST(Parse, ReadsOptionalFieldsOfAWrongTypeAsAbsent) {
  const Event event = parse("workflow_run", R"({"action":"completed","sender":"alice","installation":[],
    "repository":{"id":7,"full_name":"acme/api","private":"yes","default_branch":1},
    "workflow_run":{"id":1,"head_sha":"a","path":"p.yml","name":null,"run_number":99999999999,"run_attempt":-1,
      "created_at":"yesterday","conclusion":{},"head_repository":{"id":"x"},"pull_requests":{"number":1},
      "actor":null,"head_commit":"none"}})");
  ASSERT_TRUE(std::holds_alternative<WorkflowRun>(event.body));
  const auto& run = std::get<WorkflowRun>(event.body);
  EXPECT_FALSE(event.common.sender);
  EXPECT_EQ(event.common.installation_id, 0);
  EXPECT_FALSE(event.common.repository->is_private);
  EXPECT_EQ(event.common.repository->default_branch, "");
  EXPECT_EQ(run.name, "");
  EXPECT_EQ(run.run_number, 0);
  EXPECT_EQ(run.run_attempt, 1);
  EXPECT_FALSE(run.created_at);
  EXPECT_EQ(run.conclusion, "");
  EXPECT_EQ(run.head_repository_id, 0);
  EXPECT_TRUE(run.pull_requests.empty());
}

TEST(Parse, ReadsIntegersAsJsonWritesThem) {
  struct Row {
    std::string_view written;
    std::int64_t id;
    bool used;
  };
  const std::vector<Row> rows{
      {"14123456789", 14123456789, true},
      {"9223372036854775807", 9223372036854775807, true},
      {"42.0", 42, true},
      {"1.4e10", 14000000000, true},
      {"-5", -5, true},
      {"9223372036854775808", 0, false},
      {"123456789012345678901234567890", 0, false},
      {"0.5", 0, false},
      {"\"42\"", 0, false},
      {"true", 0, false},
      {"null", 0, false},
  };
  for (const Row& row : rows) {
    const Event event = parse(
        "installation", R"({"action":"created","installation":{"id":)" + std::string(row.written) + "}}");
    const auto* installation = std::get_if<Installation>(&event.body);
    ASSERT_EQ(installation != nullptr, row.used) << row.written;
    EXPECT_EQ(installation == nullptr ? 0 : installation->id, row.id) << row.written;
  }
}

}  // namespace
}  // namespace kedge::webhooks
