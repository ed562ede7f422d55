// SPDX-License-Identifier: Apache-2.0
// Installation tokens: asked for once, narrowed, renewed early and after a refusal.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

using Tokens = GitHubTest;
constexpr auto* kTokenRoute = "POST /app/installations/5/access_tokens";

TEST_F(Tokens, AreNarrowedToTheRepositoryAndKept) {
  EXPECT_EQ(github().token(repository)->reveal(), "ghs_first");
  EXPECT_EQ(github().token(repository)->reveal(), "ghs_first");
  const auto asked = script.asked(kTokenRoute);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].body(), json({{"repository_ids", {1001}}}));
  EXPECT_TRUE(asked[0].header("Authorization").starts_with("Bearer ey"));
}

TEST_F(Tokens, AreOnePerRepository) {
  auto other = repository;
  other.id = RepositoryId{1002};
  other.full_name = "acme/web";
  ASSERT_TRUE(github().token(repository));
  ASSERT_TRUE(github().token(other));
  const auto asked = script.asked(kTokenRoute);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[1].body(), json({{"repository_ids", {1002}}}));
}

TEST_F(Tokens, AreRenewedFiveMinutesEarly) {
  script.on("GET /repos/acme/api/issues/1", 200, {{"number", 1}, {"state", "open"}});
  ASSERT_TRUE(github().set_issue_open(repository, 1, true, ""));
  // The first one ends at 09:13:20, fifty minutes on.
  const TimePoint ends = *parse_utc("2026-04-18T09:13:20Z");
  clock.advance(ends - clock.now() - std::chrono::minutes{5} - std::chrono::seconds{1});
  ASSERT_TRUE(github().token(repository));
  EXPECT_EQ(script.asked(kTokenRoute).size(), 1U);
  clock.advance(std::chrono::seconds{1});
  ASSERT_TRUE(github().token(repository));
  EXPECT_EQ(script.asked(kTokenRoute).size(), 2U);
}

TEST_F(Tokens, OfAnyLengthAndFormAreCarriedWhole) {
  const std::string longest = "ghs_77_" + std::string(2000, 'x') + ".eyJ.a-b_c";
  script.on("POST /app/installations/6/access_tokens", 201, {{"token", longest}});
  script.on("GET /repos/acme/api/issues/1", 200, {{"number", 1}, {"state", "open"}});
  repository.installation_id = 6;
  ASSERT_TRUE(github().set_issue_open(repository, 1, true, ""));
  EXPECT_EQ(script.asked("GET /repos/acme/api/issues/1")[0].header("Authorization"), "Bearer " + longest);
}

TEST_F(Tokens, AreRenewedOnceAfterARefusal) {
  script.on(kTokenRoute, 201, {{"token", "ghs_second"}, {"expires_at", "2026-04-18T09:13:20Z"}});
  script.on("GET /repos/acme/api/issues/1", 401, {{"message", "Bad credentials"}});
  script.on("GET /repos/acme/api/issues/1", 200, {{"number", 1}, {"state", "open"}});
  ASSERT_TRUE(github().set_issue_open(repository, 1, true, ""));
  const auto asked = script.asked("GET /repos/acme/api/issues/1");
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].header("Authorization"), "Bearer ghs_first");
  EXPECT_EQ(asked[1].header("Authorization"), "Bearer ghs_second");
}

TEST_F(Tokens, AreNotRenewedForEver) {
  script.on("GET /repos/acme/api/issues/1", 401, {{"message", "Bad credentials"}});
  const auto answer = github().set_issue_open(repository, 1, true, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_EQ(script.asked("GET /repos/acme/api/issues/1").size(), 2U);
}

TEST_F(Tokens, FindTheInstallationThatTheRepositoryDoesNotName) {
  repository.installation_id = 0;
  script.on("GET /repos/acme/api/installation", 200, {{"id", 5}});
  ASSERT_TRUE(github().token(repository));
  ASSERT_TRUE(github().token(repository));
  const auto asked = script.asked("GET /repos/acme/api/installation");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].header("Authorization").starts_with("Bearer ey"));
}

TEST_F(Tokens, SayWhereTheAppIsNotInstalled) {
  repository.installation_id = 0;
  const auto token = github().token(repository);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::denied);
  EXPECT_NE(token.error().message.find("the App is not installed on acme/api"), std::string::npos);
  EXPECT_TRUE(token.error().certainly_not_done);
}

TEST_F(Tokens, SayWhereTheRepositoryIsNoPartOfTheInstallation) {
  script.on(
      "POST /app/installations/6/access_tokens", 422,
      {{"message", "There is at least one repository that is not accessible to the parent installation."}});
  repository.installation_id = 6;
  const auto token = github().token(repository);
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::denied);
  EXPECT_NE(token.error().message.find("the App is not installed on acme/api"), std::string::npos);
}

TEST_F(Tokens, AreGivenToTheirEndWhereNoNewOneCanBeHad) {
  script.on(kTokenRoute, 502, {{"message", "Bad Gateway"}});
  ASSERT_TRUE(github().token(repository));
  const TimePoint ends = *parse_utc("2026-04-18T09:13:20Z");
  clock.advance(ends - clock.now() - std::chrono::minutes{2});
  const auto old = github().token(repository);
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->reveal(), "ghs_first");
  clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(github().token(repository).error().code, Errc::unavailable);
}

TEST_F(Tokens, OfAnInstallationThatIsGoneAreGivenNoMore) {
  script.on(kTokenRoute, 404, {{"message", "Not Found"}});
  ASSERT_TRUE(github().token(repository));
  clock.advance(*parse_utc("2026-04-18T09:13:20Z") - clock.now() - std::chrono::minutes{2});
  EXPECT_EQ(github().token(repository).error().code, Errc::denied);
}

TEST_F(Tokens, AreNotTakenFromAnAnswerWithoutOne) {
  for (const json& body :
       {json::object(), json({{"token", 5}}), json({{"token", "a\r\nX: y"}}), json::array()}) {
    ScriptedGitHub other;
    other.on("POST /app/installations/5/access_tokens", 201, body);
    options.api_url = other.url();
    http::HttplibClient own;
    RestGitHub github(options, own, clock);
    const auto token = github.token(repository);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().code, Errc::unavailable);
  }
}

TEST_F(Tokens, NeverStandInAnError) {
  script.on("GET /repos/acme/api/issues/1", 500, {{"message", "boom"}});
  const auto answer = github().set_issue_open(repository, 1, true, "");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message.find("ghs_"), std::string::npos);
}

TEST_F(Tokens, PlainOnesAreSentAsTheyAre) {
  use_plain_token();
  EXPECT_EQ(github().token(repository)->reveal(), "ghp_plain");
  EXPECT_EQ(*github().self_login(), "alice");
  EXPECT_EQ(script.asked("GET /user")[0].header("Authorization"), "Bearer ghp_plain");
  EXPECT_EQ(script.asked().size(), 1U);
}

TEST_F(Tokens, GiveTheBotItsIdentity) {
  script.on("GET /users/kedge%5Bbot%5D", 200, {{"id", 4242}, {"login", "kedge[bot]"}});
  EXPECT_EQ(*github().self_login(), "kedge[bot]");
  const auto identity = github().commit_identity(&repository);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->name, "kedge[bot]");
  EXPECT_EQ(identity->email, "4242+kedge[bot]@users.noreply.github.test");
  EXPECT_EQ(github().commit_identity()->email, identity->email);
  EXPECT_EQ(script.asked("GET /app").size(), 1U);
  EXPECT_EQ(script.asked("GET /users/kedge%5Bbot%5D")[0].header("Authorization"), "Bearer ghs_first");
}

TEST_F(Tokens, AreNotShownWhereTheIdentityIsLookedUpWithoutARepository) {
  script.on("GET /users/kedge%5Bbot%5D", 200, {{"id", 4242}});
  ASSERT_TRUE(github().commit_identity());
  EXPECT_EQ(script.asked("GET /users/kedge%5Bbot%5D")[0].header("Authorization"), "");
}

TEST_F(Tokens, GiveAPersonTheirIdentity) {
  use_plain_token();
  EXPECT_EQ(github().commit_identity()->email, "9+alice@users.noreply.github.test");
}

TEST_F(Tokens, OfAWorkflowSpeakForTheUserOfActions) {
  options.app_id.clear();
  options.token = Secret("ghs_actions");
  script.on("GET /user", 403, {{"message", "Resource not accessible by integration"}});
  EXPECT_EQ(*github().self_login(), "github-actions[bot]");
}

TEST_F(Tokens, ThatAreRefusedSpeakForNobody) {
  options.app_id.clear();
  options.token = Secret("ghp_wrong");
  script.on("GET /user", 401, {{"message", "Bad credentials"}});
  EXPECT_FALSE(github().self_login());
}

TEST_F(Tokens, ThatCannotReadTheirUserTakeTheLoginTheyAreTold) {
  use_plain_token();
  options.login = "github-actions[bot]";
  EXPECT_EQ(*github().self_login(), "github-actions[bot]");
  EXPECT_TRUE(script.asked().empty());
}

}  // namespace
}  // namespace kedge::adapters::github
