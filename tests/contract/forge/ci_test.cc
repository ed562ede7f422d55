// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

TEST(ForgeCi, GoesRedByTheWordAndGreenWithoutIt) {
  World world;
  const auto bad = world.commit("main", {{"src/a.txt", "a BUG here\n"}});
  world.settle();
  auto completed = world.receiver.of("workflow_run.completed");
  ASSERT_EQ(completed.size(), 1U);
  auto run = completed[0].json()["workflow_run"];
  EXPECT_EQ(run["conclusion"], "failure");
  EXPECT_EQ(run["head_sha"], bad);
  EXPECT_EQ(run["event"], "push");
  EXPECT_EQ(run["head_branch"], "main");
  EXPECT_EQ(run["head_repository"]["id"], run["repository"]["id"]);
  EXPECT_EQ(completed[0].json()["workflow"]["path"], ".github/workflows/ci.yml");
  const auto jobs = world.as("carol", "GET", "/repos/acme/api/actions/runs/" + run["id"].dump() + "/jobs");
  ASSERT_EQ(jobs.body["total_count"], 2);
  EXPECT_EQ(jobs.body["jobs"][0]["conclusion"], "success");
  EXPECT_EQ(jobs.body["jobs"][1]["name"], "test");
  EXPECT_EQ(jobs.body["jobs"][1]["conclusion"], "failure");
  world.commit("main", {{"src/a.txt", "no DEBUGGER, fine\n"}});
  world.settle();
  completed = world.receiver.of("workflow_run.completed");
  ASSERT_EQ(completed.size(), 2U);
  EXPECT_EQ(completed[1].json()["workflow_run"]["conclusion"], "success");
}

TEST(ForgeCi, EventsOfOneRunComeInOrder) {
  World world;
  world.commit("main", {{"src/a.txt", "BUG\n"}});
  world.settle();
  std::vector<std::string> names;
  for (const auto& each : world.receiver.received()) {
    if (each.event != "ping")
      names.push_back(each.event + (each.action().empty() ? "" : "." + each.action()));
  }
  const std::vector<std::string> expected{"push",
                                          "workflow_run.requested",
                                          "check_run.created",
                                          "check_run.created",
                                          "workflow_run.in_progress",
                                          "check_run.completed",
                                          "check_run.completed",
                                          "check_suite.completed",
                                          "workflow_run.completed"};
  EXPECT_EQ(names, expected);
}

TEST(ForgeCi, RerunRaisesTheAttemptAndAFlakePasses) {
  World world;
  world.commit("main", {{"src/a.txt", "FLAKY\n"}});
  world.settle();
  const auto red = world.as("bob", "GET", "/repos/acme/api/actions/runs?branch=main&status=failure");
  ASSERT_EQ(red.body["total_count"], 1);
  const auto id = red.body["workflow_runs"][0]["id"].dump();
  EXPECT_EQ(world.as("mallory", "POST", "/repos/acme/api/actions/runs/" + id + "/rerun-failed-jobs").status,
            403);
  EXPECT_EQ(world.call("POST", "/repos/acme/api/actions/runs/" + id + "/rerun-failed-jobs", world.app_token())
                .status,
            201);
  world.settle();
  const auto run = world.as("bob", "GET", "/repos/acme/api/actions/runs/" + id);
  EXPECT_EQ(run.body["run_attempt"], 2);
  EXPECT_EQ(run.body["conclusion"], "success");
  const auto first = world.as("bob", "GET", "/repos/acme/api/actions/runs/" + id + "/attempts/1/jobs");
  EXPECT_EQ(first.body["jobs"][1]["conclusion"], "failure");
  EXPECT_EQ(world.as("bob", "POST", "/repos/acme/api/actions/runs/" + id + "/rerun-failed-jobs").status, 403);
}

TEST(ForgeCi, AnyBranchRuns) {
  World world;
  const auto tip = world.commit("main", {{"src/a.txt", "BUG\n"}});
  world.commit("rollback/main-" + tip.substr(0, 12), {{"src/a.txt", "one\n"}}, "Revert", tip);
  world.settle();
  const auto runs =
      world.as("bob", "GET", "/repos/acme/api/actions/runs?branch=rollback%2Fmain-" + tip.substr(0, 12));
  ASSERT_EQ(runs.body["total_count"], 1);
  EXPECT_EQ(runs.body["workflow_runs"][0]["conclusion"], "success");
}

TEST(ForgeCi, ChecksAreAnAppsToWrite) {
  World world;
  const auto sha = world.commit("main", {{"src/b.txt", "two\n"}});
  const auto token = world.app_token();
  const Json body = {
      {"name", "kedge/freeze"}, {"head_sha", sha}, {"status", "completed"}, {"external_id", "1/2/3"}};
  EXPECT_EQ(world.as("alice", "POST", "/repos/acme/api/check-runs", body).status, 403);
  const auto refused = world.call("POST", "/repos/acme/api/check-runs", token, body);
  EXPECT_EQ(refused.status, 422) << "completed needs a conclusion";
  auto good = body;
  good["conclusion"] = "failure";
  good["output"] = {{"title", "Frozen"}, {"summary", "Held"}};
  const auto made = world.call("POST", "/repos/acme/api/check-runs", token, good);
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["external_id"], "1/2/3");
  const auto changed = world.call("PATCH", "/repos/acme/api/check-runs/" + made.body["id"].dump(), token,
                                  {{"conclusion", "success"}});
  EXPECT_EQ(changed.body["conclusion"], "success");
  const auto listed =
      world.call("GET", "/repos/acme/api/commits/" + sha + "/check-runs?check_name=kedge%2Ffreeze", token);
  ASSERT_EQ(listed.body["total_count"], 1);
  EXPECT_EQ(listed.body["check_runs"][0]["app"]["id"].dump(), world.sandbox.app_id());
}

TEST(ForgeCi, StatusesCombine) {
  World world;
  const auto sha = world.commit("main", {{"src/b.txt", "two\n"}});
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/commits/main/status").body["state"], "pending");
  EXPECT_EQ(world
                .as("bob", "POST", "/repos/acme/api/statuses/" + sha,
                    {{"state", "success"}, {"context", "kedge/freeze"}})
                .status,
            201);
  EXPECT_EQ(world.as("bob", "POST", "/repos/acme/api/statuses/" + sha, {{"state", "odd"}}).status, 422);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/commits/main/status").body["state"], "success");
  EXPECT_EQ(
      world.as("bob", "POST", "/repos/acme/api/statuses/" + sha, {{"state", "failure"}, {"context", "other"}})
          .status,
      201);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/commits/main/status").body["state"], "failure");
}

}  // namespace
}  // namespace kedge::test
