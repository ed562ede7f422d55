// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/forge/workflow_file.h"

#include <gtest/gtest.h>

namespace kedge::sandbox::forge {
namespace {

TEST(ForgeWorkflowFile, ReadsNameEventsAndJobs) {
  const auto file = parse_workflow(
      "name: 'CI'  # comment\non:\n  push:\n    branches: [main, 'release/**']\n  pull_request:\njobs:\n  "
      "build:\n"
      "    runs-on: ubuntu\n    steps:\n      - run: make\n  test:\n    needs: build\n");
  EXPECT_EQ(file.name, "CI");
  EXPECT_EQ(file.jobs, (std::vector<std::string>{"build", "test"}));
  EXPECT_TRUE(file.listens("push", "main"));
  EXPECT_TRUE(file.listens("push", "release/1/2"));
  EXPECT_FALSE(file.listens("push", "develop"));
  EXPECT_TRUE(file.listens("pull_request", "anything"));
  EXPECT_FALSE(file.listens("schedule", "main"));
}

TEST(ForgeWorkflowFile, ReadsTheShortForms) {
  EXPECT_TRUE(parse_workflow("on: push\n").listens("push", "any/branch"));
  EXPECT_TRUE(parse_workflow("on: [push, pull_request]\n").listens("pull_request", "x"));
  const auto listed = parse_workflow("on:\n  push:\n    branches:\n      - main\n      - 'rollback/**'\n");
  EXPECT_TRUE(listed.listens("push", "rollback/main-abc"));
  EXPECT_FALSE(listed.listens("push", "topic"));
}

TEST(ForgeWorkflowFile, StarStaysWithinOnePart) {
  EXPECT_TRUE(matches_branch("release/*", "release/1"));
  EXPECT_FALSE(matches_branch("release/*", "release/1/2"));
  EXPECT_TRUE(matches_branch("**", "a/b/c"));
  EXPECT_FALSE(matches_branch("main", "mainly"));
}

}  // namespace
}  // namespace kedge::sandbox::forge
