// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bot/sandbox/jwt.h"
#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

class ForgeAuth : public ::testing::Test {
 protected:
  World world;
};

TEST_F(ForgeAuth, JwtOpensTheAppsOwnCallsOnly) {
  EXPECT_EQ(world.call("GET", "/app", world.jwt()).body["slug"], "kedge-sandbox");
  EXPECT_EQ(world.call("GET", "/repos/acme/api", world.jwt()).status, 401);
  EXPECT_EQ(world.call("GET", "/app", world.app_token()).status, 401);
  EXPECT_EQ(world.call("GET", "/app", "").status, 401);
  EXPECT_EQ(world.call("GET", "/repos/acme/none/installation", world.jwt()).status, 404);
}

TEST_F(ForgeAuth, JwtsTimesAndSignatureCount) {
  EXPECT_EQ(world.call("GET", "/app", world.jwt(-700, -10)).status, 401) << "expired";
  EXPECT_EQ(world.call("GET", "/app", world.jwt(-60, 900)).status, 401) << "too long a life";
  EXPECT_EQ(world.call("GET", "/app", world.jwt(300, 600)).status, 401) << "issued in the future";
  auto forged = world.jwt();
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(world.call("GET", "/app", forged).status, 401);
}

TEST_F(ForgeAuth, InstallationTokenIsLongAndHasDots) {
  const auto token = world.app_token();
  EXPECT_GT(token.size(), 400U);
  EXPECT_NE(token.find('.'), std::string::npos);
  EXPECT_EQ(world.call("GET", "/repos/acme/api", token).status, 200);
  EXPECT_EQ(world.call("GET", "/user", token).status, 403);
  EXPECT_EQ(world.call("GET", "/installation/repositories", token).body["total_count"], 1);
}

TEST_F(ForgeAuth, NarrowedTokenStaysWithinItsRepositories) {
  world.control("POST", "/repos", {{"owner", "acme"}, {"name", "web"}, {"private", true}});
  const auto token = world.app_token({{"repositories", {"api"}}, {"permissions", {{"issues", "write"}}}});
  EXPECT_EQ(world.call("GET", "/repos/acme/web", token).status, 404);
  EXPECT_EQ(world.call("POST", "/repos/acme/api/issues", token, {{"title", "mine"}}).status, 201);
  const auto refused =
      world.call("POST", "/repos/acme/api/pulls", token, {{"title", "x"}, {"head", "a"}, {"base", "main"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body["message"], "Resource not accessible by integration");
  EXPECT_EQ(refused.header("X-Accepted-GitHub-Permissions"), "pull_requests=write");
}

TEST_F(ForgeAuth, TokenRequestsBeyondTheGrantAreRefused) {
  const auto path = "/app/installations/" + std::to_string(world.installation_id()) + "/access_tokens";
  EXPECT_EQ(world.call("POST", path, world.jwt(), {{"permissions", {{"secrets", "write"}}}}).status, 422);
  EXPECT_EQ(world.call("POST", path, world.jwt(), {{"repositories", {"nothing"}}}).status, 422);
}

TEST_F(ForgeAuth, SuspendedInstallationIsShut) {
  const auto token = world.app_token();
  const auto id = std::to_string(world.installation_id());
  world.control("PATCH", "/installations/" + id, {{"suspended", true}});
  EXPECT_EQ(world.call("GET", "/repos/acme/api", token).status, 403);
  EXPECT_EQ(world.call("POST", "/app/installations/" + id + "/access_tokens", world.jwt()).status, 403);
}

TEST_F(ForgeAuth, RolesAreReadAsGitHubTellsThem) {
  const auto permission = [&](const std::string& login) {
    const auto answer = world.as("bob", "GET", "/repos/acme/api/collaborators/" + login + "/permission");
    return std::pair(answer.body.value("permission", ""), answer.body.value("role_name", ""));
  };
  EXPECT_EQ(permission("alice"), std::pair(std::string("write"), std::string("maintain")));
  EXPECT_EQ(permission("carol"), std::pair(std::string("read"), std::string("triage")));
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/collaborators/nobody/permission").status, 404);
  EXPECT_EQ(world.as("alice", "GET", "/user").body["login"], "alice");
}

TEST_F(ForgeAuth, ConditionalRequestsAreFree) {
  const auto token = world.sandbox.token_of("bob");
  const auto first = world.call("GET", "/repos/acme/api/labels", token);
  const auto tag = first.header("ETag");
  ASSERT_FALSE(tag.empty());
  const auto second = world.call("GET", "/repos/acme/api/labels", token, nullptr, {{"If-None-Match", tag}});
  EXPECT_EQ(second.status, 304);
  EXPECT_TRUE(second.text.empty());
  EXPECT_EQ(second.header("X-RateLimit-Remaining"), first.header("X-RateLimit-Remaining"));
}

TEST_F(ForgeAuth, RateLimitEnds) {
  world.control("PUT", "/settings", {{"rate_limit", 1}});
  const auto token = world.sandbox.token_of("carol");
  EXPECT_EQ(world.call("GET", "/repos/acme/api", token).status, 200);
  const auto over = world.call("GET", "/repos/acme/api", token);
  EXPECT_EQ(over.status, 403);
  EXPECT_EQ(over.header("X-RateLimit-Remaining"), "0");
  EXPECT_FALSE(over.header("X-RateLimit-Reset").empty());
}

TEST_F(ForgeAuth, HeadersAreAskedFor) {
  EXPECT_EQ(world.call("GET", "/meta", "", nullptr, {{"X-GitHub-Api-Version", "1999-01-01"}}).status, 400);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/nothing").status, 404);
  EXPECT_EQ(world.call("GET", "/repos/acme/api", "ghs_stale.token.here").status, 401);
}

}  // namespace
}  // namespace kedge::test
