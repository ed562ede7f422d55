// SPDX-License-Identifier: Apache-2.0
// What every request has in common: headers, errors, redirects, conditional reads, pages, hostile answers.
#include "bot/adapters/github/etag_cache.h"
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

using Rest = GitHubTest;
constexpr auto* kPermission = "GET /repos/acme/api/collaborators/alice/permission";

TEST_F(Rest, SaysWhoAsksAndWhichVersion) {
  script.on(kPermission, 200, {{"role_name", "write"}});
  ASSERT_TRUE(github().permission(repository, "alice"));
  const auto asked = script.asked(kPermission)[0];
  EXPECT_EQ(asked.header("User-Agent"), "kedge");
  EXPECT_EQ(asked.header("Accept"), "application/vnd.github+json");
  EXPECT_EQ(asked.header("X-GitHub-Api-Version"), "2022-11-28");
  EXPECT_EQ(asked.header("Authorization"), "Bearer ghs_first");
}

TEST_F(Rest, ShowsAnObserverTheKindOfAuthorizationOnly) {
  std::vector<Exchange> seen;
  options.observe = [&](const Exchange& one) { seen.push_back(one); };
  script.on(kPermission, 200, {{"role_name", "write"}});
  ASSERT_TRUE(github().permission(repository, "alice"));
  ASSERT_EQ(seen.size(), 2U);
  const auto authorization = [](const Exchange& one) {
    for (const auto& [name, value] : one.headers)
      if (name == "Authorization") return value;
    return std::string();
  };
  EXPECT_EQ(authorization(seen[0]), "jwt");
  EXPECT_EQ(seen[0].path, "/app/installations/5/access_tokens");
  EXPECT_EQ(authorization(seen[1]), "installation");
  EXPECT_EQ(seen[1].status, 200);
}

TEST_F(Rest, FindsTheApiBelowAPath) {
  script.on("GET /api/v3/app", 200, {{"id", 77}, {"slug", "kedge"}});
  options.api_url += "/api/v3/";
  EXPECT_EQ(*github().self_login(), "kedge[bot]");
}

TEST_F(Rest, TellsErrorsByWhatCanBeDone) {
  struct Row {
    int status;
    Errc code;
    bool certainly_not_done;
  };
  for (const Row& row :
       {Row{400, Errc::invalid, true}, Row{401, Errc::unavailable, true}, Row{403, Errc::denied, true},
        Row{408, Errc::unavailable, false}, Row{409, Errc::conflict, true}, Row{410, Errc::not_found, true},
        Row{422, Errc::invalid, true}, Row{451, Errc::denied, true}, Row{500, Errc::unavailable, false},
        Row{502, Errc::unavailable, false}, Row{503, Errc::unavailable, false}}) {
    const auto route = fmt::format("POST /repos/acme/api/issues/comments/{}/reactions", row.status);
    script.on(route, row.status, {{"message", "why"}});
    const auto answer = github().react(repository, row.status, "eyes");
    ASSERT_FALSE(answer) << row.status;
    EXPECT_EQ(answer.error().code, row.code) << row.status;
    EXPECT_EQ(answer.error().certainly_not_done, row.certainly_not_done) << row.status;
    EXPECT_EQ(answer.error().message,
              fmt::format("cannot react to a comment of acme/api: {} why", row.status));
  }
}

TEST_F(Rest, NamesTheMissingPermission) {
  script.on("POST /repos/acme/api/issues/comments/1/reactions", 403,
            {{"message", "Resource not accessible by integration"}},
            {{"X-Accepted-GitHub-Permissions", "issues=write; pull_requests=write"},
             {"x-ratelimit-remaining", "0"}});
  const auto answer = github().react(repository, 1, "eyes");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::denied);
  EXPECT_NE(answer.error().message.find("issues=write; pull_requests=write"), std::string::npos);
}

TEST_F(Rest, TakesASuspendedInstallationForOneThatComesBack) {
  script.on("POST /repos/acme/api/issues/comments/1/reactions", 403,
            {{"message", "This installation has been suspended"}});
  const auto answer = github().react(repository, 1, "eyes");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().certainly_not_done);
}

TEST_F(Rest, PassesOnWhatAValidationSays) {
  script.on(
      "POST /repos/acme/api/issues/comments/1/reactions", 422,
      {{"message", "Validation Failed"},
       {"errors", {{{"resource", "Reaction"}, {"field", "content"}, {"code", "invalid"}}, "and words"}}});
  const auto answer = github().react(repository, 1, "eyes");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("Validation Failed; Reaction.content invalid; and words"),
            std::string::npos);
}

TEST_F(Rest, KeepsAHostileMessageShortAndOnOneLine) {
  script.on("POST /repos/acme/api/issues/comments/1/reactions", 422,
            {{"message", "a\r\nFAKE LOG LINE\x1b[31m" + std::string(5000, 'x')}});
  const auto answer = github().react(repository, 1, "eyes");
  ASSERT_FALSE(answer);
  EXPECT_LT(answer.error().message.size(), 500U);
  EXPECT_EQ(answer.error().message.find_first_of("\r\n\x1b"), std::string::npos);
}

// -- redirects --
TEST_F(Rest, FollowsARenamedRepositoryForReads) {
  script.on(kPermission, 301, {{"message", "Moved Permanently"}},
            {{"Location", "{url}/repositories/1001/collaborators/alice/permission"}});
  script.on("GET /repositories/1001/collaborators/alice/permission", 200, {{"role_name", "admin"}});
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::admin);
}

TEST_F(Rest, FollowsForWritesOnlyWhatKeepsTheMethod) {
  script.on("POST /repos/acme/api/issues/comments/1/reactions", 307, {},
            {{"Location", "{url}/repositories/1001/issues/comments/1/reactions"}});
  script.on("POST /repositories/1001/issues/comments/1/reactions", 201, {{"id", 1}});
  EXPECT_TRUE(github().react(repository, 1, "eyes"));
  EXPECT_EQ(script.asked("POST /repositories/1001/issues/comments/1/reactions")[0].body(),
            json({{"content", "eyes"}}));
  script.on("POST /repos/acme/api/issues/comments/2/reactions", 301, {}, {{"Location", "{url}/elsewhere"}});
  const auto answer = github().react(repository, 2, "eyes");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::not_found);
  EXPECT_TRUE(script.asked("POST /elsewhere").empty());
}

TEST_F(Rest, TakesItsTokenToNoOtherHost) {
  ScriptedGitHub stranger;
  for (const std::string& location : {stranger.url() + "/steal", std::string("//evil.invalid/steal"),
                                      std::string("https://api.github.com@evil.invalid/")}) {
    ScriptedGitHub own;
    own.on("POST /app/installations/5/access_tokens", 201, {{"token", "ghs_first"}});
    own.on(kPermission, 302, {}, {{"Location", location}});
    options.api_url = own.url();
    http::HttplibClient own_client;
    RestGitHub github(options, own_client, clock);
    const auto answer = github.permission(repository, "alice");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::denied);
  }
  EXPECT_TRUE(stranger.asked().empty());
}

TEST_F(Rest, EndsACircleOfRedirects) {
  script.on(kPermission, 302, {}, {{"Location", "/repos/acme/api/collaborators/alice/permission"}});
  const auto answer = github().permission(repository, "alice");
  ASSERT_FALSE(answer);
  EXPECT_EQ(script.asked(kPermission).size(), 6U);
}

// -- conditional reads --
TEST_F(Rest, AsksAgainOnlyWhetherSomethingChanged) {
  script.on(kPermission, 200, {{"role_name", "maintain"}}, {{"ETag", "W/\"abc\""}});
  script.on(kPermission, 304, {});
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::maintain);
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::maintain);
  const auto asked = script.asked(kPermission);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].header("If-None-Match"), "");
  EXPECT_EQ(asked[1].header("If-None-Match"), "W/\"abc\"");
}

TEST_F(Rest, TakesTheNewAnswerWhereSomethingChanged) {
  script.on(kPermission, 200, {{"role_name", "maintain"}}, {{"ETag", "\"a\""}});
  script.on(kPermission, 200, {{"role_name", "read"}}, {{"ETag", "\"b\""}});
  script.on(kPermission, 304, {});
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::maintain);
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::read);
  EXPECT_EQ(*github().permission(repository, "alice"), incident::Role::read);
  EXPECT_EQ(script.asked(kPermission)[2].header("If-None-Match"), "\"b\"");
}

TEST(AnswersKept, AreForgottenLeastRecentlyUsedFirst) {
  EtagCache cache;
  const http::Response answer{.status = 200, .headers = {{"etag", "x"}}, .body = "b"};
  for (std::size_t i = 0; i < EtagCache::kEntriesMax; ++i) cache.put(std::to_string(i), answer);
  ASSERT_TRUE(cache.find("0"));
  cache.put("one more", answer);
  EXPECT_TRUE(cache.find("0"));
  EXPECT_FALSE(cache.find("1"));
  EXPECT_TRUE(cache.find("one more"));
}

TEST(AnswersKept, AreBoundedInBytes) {
  EtagCache cache;
  const std::string large(EtagCache::kBodyBytesMax, 'x');
  const std::size_t fit = EtagCache::kBytesMax / EtagCache::kBodyBytesMax;
  for (std::size_t i = 0; i <= fit; ++i)
    cache.put(std::to_string(i), {.status = 200, .headers = {{"etag", "x"}}, .body = large});
  EXPECT_FALSE(cache.find("0"));
  EXPECT_TRUE(cache.find("1"));
  cache.put("too large", {.status = 200, .headers = {{"etag", "x"}}, .body = large + "x"});
  cache.put("no tag", {.status = 200, .headers = {}, .body = "b"});
  cache.put("refused", {.status = 404, .headers = {{"etag", "x"}}, .body = "b"});
  for (const auto* key : {"too large", "no tag", "refused"}) EXPECT_FALSE(cache.find(key)) << key;
}

// -- pages --
TEST_F(Rest, FollowsPagesByTheirLinksAlone) {
  const std::string list = "GET /repos/acme/api/issues/1/comments";
  const json mine = {{"user", {{"login", "kedge[bot]"}}}, {"body", "x <!-- kedge:comment id=1001/7/0 -->"}};
  script.on(list, 200, json::array(),
            {{"Link",
              "<{url}/repositories/1001/issues/1/comments?after=Y3Vyc29y>; rel=\"next\", "
              "<{url}/repositories/1001/issues/1/comments?after=last>; rel=\"last\""}});
  script.on("GET /repositories/1001/issues/1/comments?after=Y3Vyc29y", 200, json::array({mine}),
            {{"Link", "<{url}/repositories/1001/issues/1/comments?page=1>; rel=\"prev\""}});
  EXPECT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  EXPECT_TRUE(script.writes().empty());
  EXPECT_NE(script.asked(list)[0].query.find("per_page=100"), std::string::npos);
}

TEST_F(Rest, SeesThePageThatFollowsAFullOneSinceTheLastLook) {
  const std::string list = "GET /repos/acme/api/issues/1/comments";
  const json mine = {{"user", {{"login", "kedge[bot]"}}}, {"body", "x <!-- kedge:comment id=1001/7/0 -->"}};
  // The first page stays as it is, so a conditional read would get its old headers, too.
  script.on(list, 200, json::array(), {{"ETag", "\"full\""}});
  script.on(
      list, 200, json::array(),
      {{"ETag", "\"full\""}, {"Link", "<{url}/repos/acme/api/issues/1/comments?page=2>; rel=\"next\""}});
  script.on(list + "?page=2", 200, json::array({mine}));
  script.on("POST /repos/acme/api/issues/1/comments", 201, {{"id", 1}});
  ASSERT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  ASSERT_TRUE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  EXPECT_EQ(script.writes().size(), 1U);
  for (const Asked& one : script.asked(list)) EXPECT_EQ(one.header("If-None-Match"), "");
}

TEST_F(Rest, RefusesANextPageOnAnotherHost) {
  script.on("GET /repos/acme/api/issues/1/comments", 200, json::array(),
            {{"Link", "<http://evil.invalid/?page=2>; rel=\"next\""}});
  const auto answer = github().comment(repository, 1, "x", "comment", "1001/7/0");
  ASSERT_FALSE(answer);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Rest, EndsPagesThatNeverEnd) {
  script.on("GET /repos/acme/api/issues/1/comments", 200, json::array(),
            {{"Link", "<{url}/repositories/1001/issues/1/comments?again>; rel=\"next\""}});
  script.on("GET /repositories/1001/issues/1/comments", 200, json::array(),
            {{"Link", "<{url}/repositories/1001/issues/1/comments?again>; rel=\"next\""}});
  script.on("POST /repos/acme/api/issues/1/comments", 201, {{"id", 1}});
  EXPECT_FALSE(github().comment(repository, 1, "x", "comment", "1001/7/0"));
  EXPECT_EQ(script.asked("GET /repositories/1001/issues/1/comments").size(), 99U);
  EXPECT_TRUE(script.writes().empty());
}

// -- hostile answers --
TEST_F(Rest, TakesNoAnswerThatIsNotJson) {
  for (const std::string& body : {std::string("<html>"), std::string("{\"role_name\":"),
                                  std::string(100000, '['), std::string("\0\0", 2)}) {
    ScriptedGitHub own;
    own.on("POST /app/installations/5/access_tokens", 201, {{"token", "ghs_first"}});
    own.on_text(kPermission, 200, body);
    options.api_url = own.url();
    http::HttplibClient own_client;
    RestGitHub github(options, own_client, clock);
    const auto answer = github.permission(repository, "alice");
    ASSERT_FALSE(answer) << body.substr(0, 20);
    EXPECT_EQ(answer.error().code, Errc::unavailable);
    EXPECT_FALSE(answer.error().certainly_not_done);
  }
}

TEST_F(Rest, ReadsWhatIsMissingOrOfAnotherTypeAsNothing) {
  for (const json& body : {json::array({1, 2}), json("text"), json(nullptr), json({{"role_name", 5}}),
                           json({{"role_name", nullptr}, {"permission", json::array()}})}) {
    ScriptedGitHub own;
    own.on("POST /app/installations/5/access_tokens", 201, {{"token", "ghs_first"}});
    own.on_text(kPermission, 200, body.dump());
    options.api_url = own.url();
    http::HttplibClient own_client;
    RestGitHub github(options, own_client, clock);
    const auto answer = github.permission(repository, "alice");
    ASSERT_TRUE(answer) << body;
    EXPECT_EQ(*answer, incident::Role::none);
  }
}

TEST_F(Rest, AddressesNoRepositoryWithoutAProperName) {
  for (const auto* name : {"", "acme", "acme/", "/api", "acme/api/x", "acme/.."}) {
    repository.full_name = name;
    const auto answer = github().permission(repository, "alice");
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(answer.error().code, Errc::invalid);
  }
  repository.full_name = "acme/a?b#c";
  EXPECT_TRUE(github().permission(repository, "../../user"));
  EXPECT_EQ(script.asked().back().path, "/repos/acme/a%3Fb%23c/collaborators/..%2F..%2Fuser/permission");
}

}  // namespace
}  // namespace kedge::adapters::github
