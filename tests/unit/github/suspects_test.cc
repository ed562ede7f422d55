// SPDX-License-Identifier: Apache-2.0
// What came between green and red.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

std::string sha(char digit) {
  return std::string(40, digit);
}

struct Suspects : GitHubTest {
  Suspects() {
    run.workflow = "CI";
    run.path = ".github/workflows/ci.yml";
    run.branch = "main";
    run.head_sha = sha('3');
    run.run_id = 8;
    run.run_number = 42;
    script.on("GET /repos/acme/api/actions/runs/8/jobs", 200,
              {{"jobs",
                {{{"name", "lint"}, {"conclusion", "success"}},
                 {{"name", "build"},
                  {"conclusion", "failure"},
                  {"html_url", "https://github.test/job/2"},
                  {"steps",
                   {{{"name", "checkout"}, {"conclusion", "success"}},
                    {{"name", "compile"}, {"conclusion", "failure"}},
                    {{"name", "upload"}, {"conclusion", "failure"}}}}},
                 {{"name", "slow"}, {"conclusion", "timed_out"}},
                 {{"name", "skipped"}, {"conclusion", "skipped"}},
                 {{"name", "odd"}, {"conclusion", nullptr}}}}});
    script.on(runs, 200,
              {{"workflow_runs",
                {green(43, sha('4'), 1001), green(41, sha('1'), 2002), green(40, sha('0'), 1001),
                 green(39, sha('9'), 1001)}}});
    script.on(compare, 200,
              {{"status", "ahead"},
               {"total_commits", 3},
               {"commits",
                {commit('1', "Add a (#11)"), commit('2', "Fix b\n\nlong"), commit('3', "Add c (#13)")}}});
    script.on("GET /repos/acme/api/commits/" + sha('2') + "/pulls", 200,
              {{{"number", 90}, {"merged_at", nullptr}, {"base", {{"ref", "main"}}}},
               {{"number", 89},
                {"merged_at", "2026-04-18T08:00:00Z"},
                {"head", {{"ref", "main"}}},
                {"base", {{"ref", "develop"}}}},
               {{"number", 91}, {"merged_at", "2026-04-18T08:00:00Z"}, {"base", {{"ref", "develop"}}}},
               {{"number", 12},
                {"merged_at", "2026-04-18T08:00:00Z"},
                {"html_url", "https://github.test/acme/api/pull/12"},
                {"base", {{"ref", "main"}}}}});
    script.on("GET /repos/acme/api/commits/" + sha('3') + "/pulls", 200,
              {{{"number", 89},
                {"merged_at", "2026-04-18T08:00:00Z"},
                {"head", {{"ref", "main"}}},
                {"base", {{"ref", "develop"}}}}});
    script.on("GET /repos/acme/api/commits/" + sha('1') + "/pulls", 200, json::array());
  }
  static json green(int number, const std::string& head, int home) {
    return {{"id", 100 + number},
            {"name", "CI"},
            {"path", ".github/workflows/ci.yml@refs/heads/main"},
            {"head_branch", "main"},
            {"head_sha", head},
            {"run_number", number},
            {"run_attempt", 1},
            {"event", "push"},
            {"conclusion", "success"},
            {"status", "completed"},
            {"head_repository", {{"id", home}}},
            {"html_url", fmt::format("https://github.test/run/{}", number)}};
  }
  static json commit(char digit, const std::string& message) {
    return {{"sha", sha(digit)},
            {"author", digit == '2' ? json(nullptr) : json({{"login", "alice"}})},
            {"commit",
             {{"message", message},
              {"author", {{"name", "Bob"}}},
              {"committer", {{"date", "2026-04-18T07:00:00Z"}}}}}};
  }
  Result<ports::SuspectReport> find(const std::string& green_sha = "") {
    return github().find_suspects(repository, run, green_sha);
  }
  incident::RunFact run;
  const std::string runs = "GET /repos/acme/api/actions/workflows/ci.yml/runs";
  const std::string compare = "GET /repos/acme/api/compare/" + sha('0') + "..." + sha('3');
};

TEST_F(Suspects, AreTheCommitsSinceTheLastGreenRunNewestFirst) {
  const auto report = find();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->suspects.size(), 3U);
  EXPECT_EQ(report->suspects[0].sha, sha('3'));
  EXPECT_EQ(report->suspects[0].author, "alice");
  EXPECT_EQ(report->suspects[0].reason, "It is the commit on which the workflow failed.");
  EXPECT_EQ(report->suspects[1].subject, "Fix b");
  EXPECT_EQ(report->suspects[1].author, "Bob");
  EXPECT_EQ(report->suspects[1].committed_at, parse_utc("2026-04-18T07:00:00Z"));
  EXPECT_EQ(report->suspects[2].reason, "It came after the last green commit 000000000000.");
  EXPECT_EQ(report->note, "");
  ASSERT_TRUE(report->last_green);
  EXPECT_EQ(report->last_green->run_number, 40);
  EXPECT_EQ(report->last_green->path, ".github/workflows/ci.yml");
  EXPECT_EQ(script.asked(runs)[0].query,
            "branch=main&status=success&exclude_pull_requests=true&per_page=100");
}

TEST_F(Suspects, AreKnownByTheirPullRequests) {
  const auto report = find();
  EXPECT_EQ(report->suspects[0].pull_request, 13);
  EXPECT_EQ(report->suspects[0].pull_request_url, "https://github.test/acme/api/pull/13");
  EXPECT_EQ(report->suspects[1].pull_request, 12);
  EXPECT_EQ(report->suspects[1].pull_request_url, "https://github.test/acme/api/pull/12");
  EXPECT_EQ(report->suspects[2].pull_request, 11);
}

TEST_F(Suspects, ComeWithTheJobsThatFailedAndTheirFirstRedStep) {
  const auto report = find();
  ASSERT_EQ(report->failed_jobs.size(), 2U);
  EXPECT_EQ(report->failed_jobs[0].name, "build");
  EXPECT_EQ(report->failed_jobs[0].step, "compile");
  EXPECT_EQ(report->failed_jobs[0].url, "https://github.test/job/2");
  EXPECT_EQ(report->failed_jobs[1].name, "slow");
}

TEST_F(Suspects, AreComparedWithTheGreenCommitThatIsGiven) {
  const auto report = find(sha('0'));
  EXPECT_EQ(report->suspects.size(), 3U);
  EXPECT_FALSE(report->last_green);
  EXPECT_TRUE(script.asked(runs).empty());
}

TEST_F(Suspects, AreLookedForAmongAllRunsWhereTheWorkflowHasNoFile) {
  run.path = "dynamic/pages/pages-build";
  json other = green(41, sha('0'), 1001);
  other["path"] = "dynamic/pages/pages-build";
  script.on("GET /repos/acme/api/actions/runs", 200, {{"workflow_runs", {green(41, sha('5'), 1001), other}}});
  EXPECT_EQ(find()->last_green->head_sha, sha('0'));
}

TEST_F(Suspects, AreTheRedCommitAloneWhereNothingWasEverGreen) {
  run.path = ".github/workflows/new.yml";
  script.on("GET /repos/acme/api/actions/workflows/new.yml/runs", 200, {{"workflow_runs", json::array()}});
  script.on("GET /repos/acme/api/commits/" + sha('3'), 200, commit('3', "Add c"));
  const auto report = find();
  ASSERT_TRUE(report);
  ASSERT_EQ(report->suspects.size(), 1U);
  EXPECT_EQ(report->note, "No earlier green run of this workflow is known on this branch.");
}

TEST_F(Suspects, AreTheRedCommitAloneWhereTheGreenOneIsGone) {
  script.on("GET /repos/acme/api/commits/" + sha('3'), 200, commit('3', "Add c"));
  const auto report = find(sha('7'));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->suspects.size(), 1U);
  EXPECT_EQ(report->note, "The last green commit is not in the repository any more.");
}

TEST_F(Suspects, AreNoneWhereNoCommitCame) {
  script.on("GET /repos/acme/api/compare/" + sha('3') + "..." + sha('3'), 200,
            {{"status", "identical"}, {"total_commits", 0}, {"commits", json::array()}});
  const auto report = find(sha('3'));
  EXPECT_TRUE(report->suspects.empty());
  EXPECT_EQ(report->note,
            "No commit came since the last green run: it may be flaky, or its surroundings changed.");
}

TEST_F(Suspects, AreNotedAsCutShort) {
  script.on("GET /repos/acme/api/compare/" + sha('6') + "..." + sha('3'), 200,
            {{"status", "diverged"}, {"total_commits", 400}, {"commits", {commit('3', "Add c")}}});
  const auto report = find(sha('6'));
  EXPECT_EQ(report->note,
            "400 commits came since the last green run; only 1 of them are listed. The branch was rewritten "
            "since the "
            "last green run.");
}

TEST_F(Suspects, DoNotNeedTheJobs) {
  run.run_id = 9;
  script.on("GET /repos/acme/api/actions/runs/9/jobs", 403,
            {{"message", "Resource not accessible by integration"}});
  const auto report = find();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->suspects.size(), 3U);
  EXPECT_EQ(report->note, "The failed jobs could not be read.");
}

TEST_F(Suspects, WaitForWhatTimeCanHeal) {
  run.run_id = 9;
  script.on("GET /repos/acme/api/actions/runs/9/jobs", 503, {});
  EXPECT_EQ(find().error().code, Errc::unavailable);
}

TEST_F(Suspects, SurviveARefusedPullRequestLookup) {
  script.on("GET /repos/acme/api/compare/" + sha('8') + "..." + sha('3'), 200,
            {{"commits",
              {commit('1', "Merge pull request #21 from acme/x"), commit('5', "x (#-1)"),
               commit('6', "x (#99999999999999999999)"), commit('7', "x (#7) y")}}});
  script.on("GET /repos/acme/api/commits/" + sha('7') + "/pulls", 500, {});
  const auto report = find(sha('8'));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->suspects[3].pull_request, 21);
  EXPECT_EQ(report->suspects[2].pull_request, 0);
  EXPECT_EQ(report->suspects[1].pull_request, 0);
  EXPECT_EQ(report->suspects[0].pull_request, 0);
  EXPECT_TRUE(script.asked("GET /repos/acme/api/commits/" + sha('1') + "/pulls").empty());
}

}  // namespace
}  // namespace kedge::adapters::github
