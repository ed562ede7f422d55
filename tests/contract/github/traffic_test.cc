// SPDX-License-Identifier: Apache-2.0
// The unit scenarios' traffic against GitHub's published OpenAPI description, and proof that the judge can
// say no. Needs node and the packages of tests/package.json.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/command.h"

namespace kedge {
namespace {

using nlohmann::json;

struct GitHubTraffic : testing::Test {
  GitHubTraffic() : file(testing::TempDir() + "kedge-traffic-" + std::to_string(::getpid()) + ".jsonl") {
    std::filesystem::remove(file);
  }
  ~GitHubTraffic() override { std::filesystem::remove(file); }
  [[nodiscard]] std::string judged(const std::string& flags = "") const {
    return run_and_read("node " KEDGE_SOURCE_DIR "/tests/contract/github/judge.mjs " + flags + " '" + file +
                        "' 2>&1");
  }
  std::string file;
};

TEST_F(GitHubTraffic, OfEveryUnitScenarioIsValid) {
  const std::string run = run_and_read("KEDGE_TRAFFIC='" + file + "' '" KEDGE_GITHUB_TEST "' 2>&1");
  ASSERT_NE(run.find("[  PASSED  ]"), std::string::npos) << run;
  ASSERT_TRUE(std::filesystem::exists(file));
  const std::string verdict = judged();
  EXPECT_NE(verdict.find(", 0 violations\n"), std::string::npos) << verdict;
  EXPECT_EQ(verdict.find("[exit"), std::string::npos) << verdict;
  // Every operation that the adapter knows was heard.
  for (const auto* operation :
       {"POST /app/installations/{installation_id}/access_tokens", "POST /repos/{owner}/{repo}/issues\n",
        "PATCH /repos/{owner}/{repo}/issues/{issue_number}", "POST /repos/{owner}/{repo}/pulls",
        "POST /repos/{owner}/{repo}/check-runs", "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "POST /repos/{owner}/{repo}/statuses/{sha}", "POST /repos/{owner}/{repo}/labels",
        "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
        "POST /repos/{owner}/{repo}/git/commits", "POST /repos/{owner}/{repo}/git/refs",
        "DELETE /repos/{owner}/{repo}/git/refs/{ref}", "POST /app/hook/deliveries/{delivery_id}/attempts",
        "GET /repos/{owner}/{repo}/compare/{basehead}"})
    EXPECT_NE(verdict.find(operation), std::string::npos) << operation;
}

struct Row {
  std::string finds;
  json change;  ///< A merge patch on a good exchange.
};

/// One exchange for each row, the good one with its change.
void write_changed(const std::string& file, const json& good, const std::vector<Row>& rows) {
  std::ofstream out(file);
  for (const Row& row : rows) {
    json line = good;
    line.merge_patch(row.change);
    out << line.dump() << "\n";
  }
}

TEST_F(GitHubTraffic, ThatIsWrongIsFound) {
  const json good = {
      {"method", "POST"},
      {"path", "/repos/acme/api/issues"},
      {"query", ""},
      {"headers",
       {{"User-Agent", "kedge"}, {"X-GitHub-Api-Version", "2022-11-28"}, {"Authorization", "installation"}}},
      {"body", R"({"title":"t","body":"b","labels":["incident"]})"},
      {"status", 201},
      {"response", R"({"number":1,"html_url":"u"})"}};
  const auto body = [](const json& value) { return json{{"body", value.dump()}}; };
  const auto call = [](const std::string& method, const std::string& path, const std::string& text) {
    return json{{"method", method}, {"path", path}, {"body", text}, {"response", "{}"}, {"status", 404}};
  };
  const auto list = [](const std::string& query) {
    return json{{"method", "GET"}, {"query", query}, {"body", ""}, {"response", "[]"}, {"status", 200}};
  };
  const std::string check = R"({"name":"n","head_sha":"s","status":")";
  const std::vector<Row> rows = {
      {"", json::object()},
      {"no such operation", {{"path", "/repos/acme/api/issue"}}},
      {"no such operation", {{"method", "PUT"}}},
      {"the body is missing", {{"body", ""}}},
      {"the body is not valid", body({{"body", "no title"}})},
      {"the body is not valid", body({{"title", json::array()}})},
      {"unknown key titel", body({{"title", "t"}, {"titel", "t"}})},
      {"more than 256", body({{"title", std::string(257, 'x')}})},
      {"a line break", body({{"title", "a\nb"}})},
      {"more than 65536", body({{"title", "t"}, {"body", std::string(65537, 'x')}})},
      {"unknown query parameter page_size", {{"query", "page_size=3"}}},
      {"is none of open,closed,all", list("state=both")},
      {"per_page is above 100", list("per_page=101")},
      {"no User-Agent", {{"headers", {{"User-Agent", nullptr}}}}},
      {"no X-GitHub-Api-Version", {{"headers", {{"X-GitHub-Api-Version", "2021-01-01"}}}}},
      {"the JWT is used outside", {{"headers", {{"Authorization", "jwt"}}}}},
      {"no authorization", {{"headers", {{"Authorization", nullptr}}}}},
      {"recorded whole", {{"headers", {{"Authorization", "Bearer ghs_x"}}}}},
      {"where only the JWT works", call("GET", "/app", "")},
      {"not open to installation tokens", call("GET", "/user", "")},
      {"completed without a conclusion", call("POST", "/repos/acme/api/check-runs", check + "completed\"}")},
      {"while it is not completed",
       call("POST", "/repos/acme/api/check-runs", check + "queued\",\"conclusion\":\"success\"}")},
      {"the body is not valid", call("POST", "/repos/acme/api/check-runs", check + "sleeping\"}")},
      {"state_reason without state",
       call("PATCH", "/repos/acme/api/issues/1", R"({"state_reason":"completed"})")},
      {"more than 140", call("POST", "/repos/acme/api/statuses/abc",
                             json{{"state", "success"}, {"description", std::string(141, 'x')}}.dump())},
      {"more than 50", call("POST", "/repos/acme/api/labels", json{{"name", std::string(51, 'x')}}.dump())},
      {"the answer lacks number", {{"response", R"({"html_url":"u"})"}}},
  };
  write_changed(file, good, rows);
  const std::string verdict = judged("--answers");
  EXPECT_NE(verdict.find("[exit"), std::string::npos) << verdict;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t at = verdict.find("line " + std::to_string(i + 1) + ": ");
    if (rows[i].finds.empty()) {
      EXPECT_EQ(at, std::string::npos) << verdict;
      continue;
    }
    ASSERT_NE(at, std::string::npos) << rows[i].finds << " was not found\n" << verdict;
    const std::string text = verdict.substr(at, verdict.find('\n', at) - at);
    EXPECT_NE(text.find(rows[i].finds), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace kedge
