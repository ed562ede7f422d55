// SPDX-License-Identifier: Apache-2.0
// Check runs of the App, commit statuses of a plain token.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

constexpr auto* kCheckedHead = "1111111111111111111111111111111111111111";

struct Check : GitHubTest {
  ports::Check wanted{.name = "kedge/rollback",
                      .head_sha = kCheckedHead,
                      .status = "completed",
                      .conclusion = "success",
                      .title = "Approved",
                      .summary = "By alice",
                      .external_id = "1001/9/1"};
  const std::string list = fmt::format("GET /repos/acme/api/commits/{}/check-runs", kCheckedHead);
  const std::string create = "POST /repos/acme/api/check-runs";
  const std::string status = fmt::format("GET /repos/acme/api/commits/{}/status", kCheckedHead);
  const std::string set_status = fmt::format("POST /repos/acme/api/statuses/{}", kCheckedHead);
  static json run(const std::string& external_id, const std::string& conclusion) {
    return {{"id", 31},
            {"name", "kedge/rollback"},
            {"external_id", external_id},
            {"status", "completed"},
            {"conclusion", conclusion},
            {"output", {{"title", "Approved"}, {"summary", "By alice"}}}};
  }
};

TEST_F(Check, IsCreatedWhereThereIsNone) {
  script.on(list, 200, {{"total_count", 1}, {"check_runs", {run("1001/8/0", "success")}}});
  script.on(create, 201, {{"id", 32}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_EQ(script.asked(list)[0].query, "check_name=kedge%2Frollback&filter=all&app_id=77&per_page=100");
  EXPECT_EQ(script.asked(create)[0].body(),
            json({{"name", "kedge/rollback"},
                  {"head_sha", kCheckedHead},
                  {"external_id", "1001/9/1"},
                  {"status", "completed"},
                  {"conclusion", "success"},
                  {"output", {{"title", "Approved"}, {"summary", "By alice"}}}}));
}

TEST_F(Check, IsUpdatedWhereItSaysSomethingElse) {
  script.on(list, 200, {{"check_runs", {run("1001/9/1", "failure")}}});
  script.on("PATCH /repos/acme/api/check-runs/31", 200, {{"id", 31}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_EQ(script.writes(), std::vector<std::string>{"PATCH /repos/acme/api/check-runs/31"});
  EXPECT_FALSE(script.asked("PATCH /repos/acme/api/check-runs/31")[0].body().contains("head_sha"));
}

TEST_F(Check, IsLeftWhereItSaysTheSame) {
  script.on(list, 200, {{"check_runs", {run("1001/9/1", "success")}}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Check, InProgressHasNoConclusion) {
  wanted.status = "in_progress";
  wanted.conclusion = "";
  script.on(list, 200, {{"check_runs", json::array()}});
  script.on(create, 201, {{"id", 32}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_FALSE(script.asked(create)[0].body().contains("conclusion"));
}

TEST_F(Check, CompletedWithoutAConclusionIsRefused) {
  wanted.conclusion = "";
  EXPECT_EQ(github().report_check(repository, wanted).error().code, Errc::invalid);
  EXPECT_TRUE(script.asked().empty());
}

TEST_F(Check, KeepsToGitHubsLengths) {
  wanted.summary = std::string(100000, 'x');
  script.on(list, 200, {{"check_runs", json::array()}});
  script.on(create, 201, {{"id", 32}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_LE(script.asked(create)[0].body()["output"]["summary"].get<std::string>().size(), 65540U);
}

TEST_F(Check, IsAStatusWithAPlainToken) {
  use_plain_token();
  wanted.title = std::string(200, 'x');
  script.on(status, 200, {{"state", "pending"}, {"statuses", json::array()}});
  script.on(set_status, 201, {{"id", 1}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  const json body = script.asked(set_status)[0].body();
  EXPECT_EQ(body["state"], "success");
  EXPECT_EQ(body["context"], "kedge/rollback");
  EXPECT_EQ(body["description"], std::string(139, 'x') + "…");
}

TEST_F(Check, IsAStatusOfItsConclusion) {
  use_plain_token();
  script.on(status, 200, {{"statuses", json::array()}});
  script.on(set_status, 201, {{"id", 1}});
  std::vector<std::string> states;
  for (const auto& [state, conclusion] :
       {std::pair("in_progress", ""), std::pair("completed", "neutral"), std::pair("completed", "failure"),
        std::pair("completed", "cancelled")}) {
    wanted.status = state;
    wanted.conclusion = conclusion;
    ASSERT_TRUE(github().report_check(repository, wanted));
    states.push_back(script.asked(set_status).back().body()["state"]);
  }
  EXPECT_EQ(states, (std::vector<std::string>{"pending", "success", "failure", "error"}));
}

TEST_F(Check, IsNoSecondStatusWhereItSaysTheSame) {
  use_plain_token();
  script.on(
      status, 200,
      {{"statuses", {{{"context", "kedge/rollback"}, {"state", "success"}, {"description", "Approved"}}}}});
  ASSERT_TRUE(github().report_check(repository, wanted));
  EXPECT_TRUE(script.writes().empty());
}

}  // namespace
}  // namespace kedge::adapters::github
