// SPDX-License-Identifier: Apache-2.0
// One row a topic and case: tests/golden/comment/<case>.md.
#include <gtest/gtest.h>

#include "templates/views.h"
#include "tests/support/golden.h"
#include "tests/support/incident_samples.h"

namespace kedge {
namespace {

using incident::Incident;
using incident::PostComment;
using incident::RollbackState;
using incident::Topic;

struct Row {
  const char* name;
  Incident incident;
  PostComment comment;
};

Incident merged_on_main() {
  Incident incident = samples::rolling_back(RollbackState::monitoring);
  incident::RollbackBranch& develop = incident.rollbacks[0].branches[1];
  develop.pull_state = incident::PullState::open;
  develop.merge_commit.clear();
  develop.merged_by.clear();
  return incident;
}

Incident refused_push() {
  Incident incident = samples::rolling_back(RollbackState::verifying);
  incident::RollbackBranch& develop = incident.rollbacks[0].branches[1];
  develop.pull_request = 0;
  develop.pull_state = incident::PullState::none;
  develop.push_refusal =
      "GH013: Repository rule violations found for refs/heads/rollback/develop-a1b2c3d4e5f6.\n"
      "- Cannot create ref due to creations being restricted.";
  return incident;
}

Incident red_head() {
  Incident incident = samples::rolling_back(RollbackState::awaiting_approval);
  for (auto& [path, run] : incident.rollbacks[0].branches[0].runs)
    run.conclusion = incident::Conclusion::failure;
  return incident;
}

Incident approved_once_of_two() {
  Incident incident = samples::rolling_back(RollbackState::merging);
  incident.policy.severities[0].approvals = 2;
  return incident;
}

Incident without_issue() {
  Incident incident = samples::identified();
  incident.issue = 0;
  incident.issue_url.clear();
  incident.issue_failure = "cannot open an issue in acme/api: 410 Issues are disabled";
  return incident;
}

std::vector<Row> rows() {
  using samples::rolling_back;
  const Incident waiting = rolling_back(RollbackState::awaiting_approval);
  return {
      {"refused",
       samples::identified(),
       {.topic = Topic::command_refused,
        .text = "`/resolve` needs a reason where no rollback succeeded. Type `/resolve <reason>`."}},
      {"failed",
       samples::identified(),
       {.topic = Topic::command_failed,
        .text = "There is no commit, tag or pull request `a1b2c3f`. Near it:\n- `a1b2c3d` Cache sessions in "
                "memory\n"
                "- `a1b2c40` Bump the compiler image"}},
      {"help", samples::identified(), {.topic = Topic::help}},
      {"status", waiting, {.topic = Topic::status}},
      {"status_identified", samples::conflicting(), {.topic = Topic::status}},
      {"plan_clean", samples::identified(), {.topic = Topic::plan, .plan = samples::clean_plan()}},
      {"plan_conflict", samples::identified(), {.topic = Topic::plan, .plan = samples::conflict_plan()}},
      {"result", rolling_back(RollbackState::verifying), {.topic = Topic::rollback_result, .rollback = "r1"}},
      {"result_push_refused", refused_push(), {.topic = Topic::rollback_result, .rollback = "r1"}},
      {"conflict",
       rolling_back(RollbackState::conflicted),
       {.topic = Topic::rollback_conflict, .rollback = "r1"}},
      {"forward_fix", samples::fixed_forward(), {.topic = Topic::forward_fix, .base = samples::kFixBranch}},
      {"verification_green", waiting, {.topic = Topic::verification, .rollback = "r1", .base = "main"}},
      {"verification_red", red_head(), {.topic = Topic::verification, .rollback = "r1", .base = "main"}},
      {"approved",
       rolling_back(RollbackState::merging),
       {.topic = Topic::approved, .rollback = "r1", .base = "main"}},
      {"approved_once_of_two",
       approved_once_of_two(),
       {.topic = Topic::approved, .rollback = "r1", .base = "main"}},
      {"merged", merged_on_main(), {.topic = Topic::merged, .rollback = "r1", .base = "main"}},
      {"recovered", samples::recovered(), {.topic = Topic::recovered}},
      {"resolved", samples::resolved(), {.topic = Topic::resolved}},
      {"reopened", samples::identified(), {.topic = Topic::reopened, .text = "bob reopened the issue."}},
      {"followed", samples::identified(), {.topic = Topic::followed}},
      {"followed_without_issue", without_issue(), {.topic = Topic::followed}},
      {"canceled", samples::canceled(), {.topic = Topic::canceled}},
      {"channel_failed",
       samples::identified(),
       {.topic = Topic::channel_failed,
        .channel = "ops",
        .text = "Discord answered 404: the webhook was deleted."}},
      {"note",
       samples::identified(),
       {.topic = Topic::note,
        .text = "Removing the label `P0` changes nothing: type `/severity`, or `/resolve`."}},
      {"hostile", samples::identified(), {.topic = Topic::command_refused, .text = samples::hostile_words()}},
      {"hostile_plan",
       samples::with_words(samples::hostile_words()),
       {.topic = Topic::rollback_conflict, .rollback = "r1"}},
  };
}

class CommentGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(CommentGolden, ReadsAsKept) {
  const Row row = rows()[GetParam()];
  testing::expect_golden(std::string("comment/") + row.name + ".md",
                         templates::comment_with(samples::state(), &row.incident, row.comment,
                                                 samples::site(), samples::commands()));
}

INSTANTIATE_TEST_SUITE_P(Topics, CommentGolden, ::testing::Range<std::size_t>(0, rows().size()),
                         [](const auto& row) { return std::string(rows()[row.param].name); });

}  // namespace
}  // namespace kedge
