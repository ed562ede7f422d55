// SPDX-License-Identifier: Apache-2.0
// Issues, comments, reactions and people: what is sent, and that a repeat writes nothing.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

struct Issue : GitHubTest {
  Issue() {
    script.on("GET /repos/acme/api/labels/incident", 200, {{"name", "incident"}});
    script.on("GET /repos/acme/api/labels/P0", 200, {{"name", "P0"}});
  }
  static json issue(int number, const std::string& login, const std::string& body) {
    return {{"number", number},
            {"html_url", fmt::format("https://github.test/acme/api/issues/{}", number)},
            {"user", {{"login", login}}},
            {"body", body},
            {"created_at", "2026-04-18T08:00:00Z"}};
  }
  ports::NewIssue wanted{.title = "[P0] CI is red\non main",
                         .body = "Facts",
                         .labels = {"incident", "P0"},
                         .kind = "incident",
                         .marker = "1001/7/0"};
  const std::string list = "GET /repos/acme/api/issues";
  const std::string create = "POST /repos/acme/api/issues";
};

TEST_F(Issue, IsOpenedWithItsMarker) {
  script.on(list, 200, json::array());
  script.on(create, 201, issue(42, "kedge[bot]", ""));
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->number, 42);
  EXPECT_EQ(opened->url, "https://github.test/acme/api/issues/42");
  EXPECT_EQ(script.asked(create)[0].body(), json({{"title", "[P0] CI is red on main"},
                                                  {"body", "Facts\n\n<!-- kedge:incident id=1001/7/0 -->"},
                                                  {"labels", {"incident", "P0"}}}));
  EXPECT_EQ(script.asked(list)[0].query,
            "state=all&sort=created&direction=desc&labels=incident&per_page=100");
}

TEST_F(Issue, IsFoundInsteadOfOpenedTwice) {
  script.on(list, 200,
            {issue(43, "kedge[bot]", "Facts <!-- kedge:incident id=1001/7/1 -->"),
             issue(42, "Kedge[bot]", "Facts <!-- kedge:incident id=1001/7/0 -->\nedited by people")});
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->number, 42);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Issue, OfAnotherAuthorIsNotOurs) {
  json pull = issue(44, "kedge[bot]", "<!-- kedge:incident id=1001/7/0 -->");
  pull["pull_request"] = {{"url", "x"}};
  script.on(list, 200,
            {issue(43, "mallory", "<!-- kedge:incident id=1001/7/0 -->"),
             pull,
             {{"number", 45}, {"user", nullptr}, {"body", "<!-- kedge:incident id=1001/7/0 -->"}}});
  script.on(create, 201, issue(46, "kedge[bot]", ""));
  EXPECT_EQ(github().open_issue(repository, wanted)->number, 46);
}

TEST_F(Issue, MakesItsLabelsWhereTheyAreMissing) {
  wanted.labels = {"incident", "SEV-1"};
  script.on(list, 200, json::array());
  script.on("POST /repos/acme/api/labels", 201, {{"name", "SEV-1"}});
  script.on(create, 201, issue(42, "kedge[bot]", ""));
  ASSERT_TRUE(github().open_issue(repository, wanted));
  EXPECT_EQ(script.asked("POST /repos/acme/api/labels")[0].body(),
            json({{"name", "SEV-1"}, {"color", "b60205"}, {"description", "Severity SEV-1"}}));
  ASSERT_TRUE(github().label_issue(repository, 42, {}));
  EXPECT_EQ(script.asked("GET /repos/acme/api/labels/incident").size(), 1U);
}

TEST_F(Issue, MindsNoLabelThatSomebodyElseMadeMeanwhile) {
  wanted.labels = {"incident", "odd one"};
  script.on(list, 200, json::array());
  script.on("POST /repos/acme/api/labels", 422,
            {{"message", "Validation Failed"},
             {"errors", {{{"resource", "Label"}, {"code", "already_exists"}, {"field", "name"}}}}});
  script.on(create, 201, issue(42, "kedge[bot]", ""));
  EXPECT_TRUE(github().open_issue(repository, wanted));
  EXPECT_EQ(script.asked("GET /repos/acme/api/labels/odd%20one").size(), 1U);
}

TEST_F(Issue, SaysThatIssuesAreDisabled) {
  script.on(list, 410, {{"message", "Issues has been disabled in this repository."}});
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::invalid);
  EXPECT_NE(opened.error().message.find("issues are disabled"), std::string::npos);
}

TEST_F(Issue, SaysThatIssuesAreDisabledAlsoWhereOnlyTheWriteIsRefused) {
  script.on(list, 200, json::array());
  script.on(create, 410, {{"message", "Issues has been disabled in this repository."}});
  EXPECT_EQ(github().open_issue(repository, wanted).error().code, Errc::invalid);
}

TEST_F(Issue, AboveTheLimitIsRefusedBeforeItIsSent) {
  wanted.body = std::string(65536, 'x');
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::invalid);
  EXPECT_TRUE(script.asked().empty());
}

TEST_F(Issue, WithoutALookIsNotOpened) {
  script.on(list, 503, {});
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::unavailable);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Issue, WhoseAnswerWasLostIsNotCertainlyNotOpened) {
  script.on(list, 200, json::array());
  script.on(create, 502, {});
  const auto opened = github().open_issue(repository, wanted);
  ASSERT_FALSE(opened);
  EXPECT_FALSE(opened.error().certainly_not_done);
}

TEST_F(Issue, IsLabelled) {
  script.on("POST /repos/acme/api/issues/42/labels", 200, json::array());
  ASSERT_TRUE(github().label_issue(repository, 42, {"incident", "P0"}));
  EXPECT_EQ(script.asked("POST /repos/acme/api/issues/42/labels")[0].body(),
            json({{"labels", {"incident", "P0"}}}));
}

TEST_F(Issue, IsClosedAndReopenedWhereItIsNotSoAlready) {
  script.on("GET /repos/acme/api/issues/42", 200, {{"number", 42}, {"state", "open"}});
  script.on("GET /repos/acme/api/issues/42", 200, {{"number", 42}, {"state", "closed"}});
  script.on("PATCH /repos/acme/api/issues/42", 200, {{"number", 42}});
  ASSERT_TRUE(github().set_issue_open(repository, 42, false, "completed"));
  ASSERT_TRUE(github().set_issue_open(repository, 42, false, "completed"));
  ASSERT_TRUE(github().set_issue_open(repository, 42, true, "reopened"));
  const auto asked = script.asked("PATCH /repos/acme/api/issues/42");
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].body(), json({{"state", "closed"}, {"state_reason", "completed"}}));
  EXPECT_EQ(asked[1].body(), json({{"state", "open"}, {"state_reason", "reopened"}}));
}

// -- the state section --
TEST_F(Issue, KeepsWhatPeopleWroteAroundItsState) {
  script.on(
      "GET /repos/acme/api/issues/42", 200,
      {{"number", 42}, {"body", "Above\n<!-- kedge:state:begin -->\nold\n<!-- kedge:state:end -->\nBelow"}});
  script.on("PATCH /repos/acme/api/issues/42", 200, {{"number", 42}});
  ASSERT_TRUE(github().write_state(repository, 42, "new"));
  EXPECT_EQ(script.asked("PATCH /repos/acme/api/issues/42")[0].body(),
            json({{"body", "Above\n<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->\nBelow"}}));
}

TEST_F(Issue, IsNotWrittenWhereItsStateIsTheSame) {
  script.on("GET /repos/acme/api/issues/42", 200,
            {{"number", 42}, {"body", "<!-- kedge:state:begin -->\r\nsame\r\n<!-- kedge:state:end -->"}});
  ASSERT_TRUE(github().write_state(repository, 42, "same"));
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Issue, WithoutABodyGetsItsState) {
  script.on("GET /repos/acme/api/issues/42", 200, {{"number", 42}, {"body", nullptr}});
  script.on("PATCH /repos/acme/api/issues/42", 200, {{"number", 42}});
  ASSERT_TRUE(github().write_state(repository, 42, "new"));
  EXPECT_EQ(script.asked("PATCH /repos/acme/api/issues/42").size(), 1U);
}

TEST_F(Issue, ThatIsGoneIsNotFound) {
  script.on("GET /repos/acme/api/issues/42", 410, {{"message", "This issue was deleted"}});
  EXPECT_EQ(github().write_state(repository, 42, "new").error().code, Errc::not_found);
}

// -- comments --
struct Comment : GitHubTest {
  const std::string list = "GET /repos/acme/api/issues/42/comments";
  const std::string create = "POST /repos/acme/api/issues/42/comments";
  static json comment(const std::string& login, const std::string& body) {
    return {{"id", 1}, {"user", {{"login", login}}}, {"body", body}};
  }
};

TEST_F(Comment, IsWrittenWithItsMarker) {
  script.on(list, 200, json::array({comment("alice", "hello <!-- kedge:status id=1001/7/0 -->")}));
  script.on(create, 201, {{"id", 1}});
  ASSERT_TRUE(github().comment(repository, 42, "Hello @acme/ops", "status", "1001/7/0"));
  EXPECT_EQ(script.asked(create)[0].body(),
            json({{"body", "Hello @acme/ops\n\n<!-- kedge:status id=1001/7/0 -->"}}));
  EXPECT_EQ(script.asked(list)[0].query, "since=2026-01-18T00%3A00%3A00Z&per_page=100");
}

TEST_F(Comment, IsFoundInsteadOfWrittenTwice) {
  script.on(list, 200, json::array({comment("kedge[bot]", "Hello\n\n<!-- kedge:status id=1001/7/0 -->")}));
  ASSERT_TRUE(github().comment(repository, 42, "Hello", "status", "1001/7/0"));
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Comment, IsWrittenAgainForAnotherEffect) {
  script.on(list, 200,
            {comment("kedge[bot]", "Hello\n\n<!-- kedge:status id=1001/7/0 -->"), {{"user", nullptr}}});
  script.on(create, 201, {{"id", 2}});
  ASSERT_TRUE(github().comment(repository, 42, "Hello", "status", "1001/7/1"));
  EXPECT_EQ(script.writes().size(), 1U);
}

TEST_F(Comment, WithoutUtf8IsMended) {
  script.on(list, 200, json::array());
  script.on(create, 201, {{"id", 2}});
  ASSERT_TRUE(github().comment(repository, 42, "bad \xff byte", "status", "1001/7/1"));
  EXPECT_TRUE(script.asked(create)[0].body()["body"].get<std::string>().starts_with("bad \xEF\xBF\xBD byte"));
}

TEST_F(Comment, GetsItsReaction) {
  script.on("POST /repos/acme/api/issues/comments/9/reactions", 200, {{"id", 1}});
  ASSERT_TRUE(github().react(repository, 9, "rocket"));
  EXPECT_EQ(script.asked("POST /repos/acme/api/issues/comments/9/reactions")[0].body(),
            json({{"content", "rocket"}}));
}

// -- people --
TEST_F(GitHubTest, ReadsARoleFromItsName) {
  using incident::Role;
  const std::vector<std::pair<json, Role>> rows = {
      {{{"permission", "write"}, {"role_name", "maintain"}}, Role::maintain},
      {{{"permission", "read"}, {"role_name", "triage"}}, Role::triage},
      {{{"permission", "admin"}, {"role_name", "admin"}}, Role::admin},
      {{{"permission", "write"}, {"role_name", "release-captain"}}, Role::write},
      {{{"permission", "read"}}, Role::read},
      {{{"permission", "none"}, {"role_name", "none"}}, Role::none},
      {json::object(), Role::none},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    script.on(fmt::format("GET /repos/acme/api/collaborators/p{}/permission", i), 200, rows[i].first);
    EXPECT_EQ(*github().permission(repository, fmt::format("p{}", i)), rows[i].second) << rows[i].first;
  }
  EXPECT_EQ(*github().permission(repository, "stranger"), Role::none);
  Repository elsewhere = repository;
  elsewhere.installation_id = 0;  // GitHub knows of no installation there, either.
  EXPECT_EQ(github().permission(elsewhere, "p0").error().code, Errc::denied);
  elsewhere.installation_id = 6;  // No token can be had for it.
  EXPECT_EQ(github().permission(elsewhere, "p0").error().code, Errc::denied);
  EXPECT_EQ(*github().permission(repository, ""), Role::none);
}

}  // namespace
}  // namespace kedge::adapters::github
