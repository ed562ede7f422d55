// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

class ForgeIssues : public ::testing::Test {
 protected:
  World world;
  const std::string issues = "/repos/acme/api/issues";
};

TEST_F(ForgeIssues, AppOpensWithLabelsAndTheEventsSaySo) {
  const auto token = world.app_token();
  const auto made = world.call("POST", issues, token,
                               {{"title", "[P0] red"}, {"body", "why"}, {"labels", {"P0", "incident"}}});
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body["user"]["login"], "kedge-sandbox[bot]");
  EXPECT_EQ(made.body["user"]["type"], "Bot");
  EXPECT_EQ(made.body["labels"].size(), 2U);
  world.settle();
  EXPECT_EQ(world.receiver.of("issues.opened").size(), 1U);
  EXPECT_EQ(world.receiver.of("issues.labeled").size(), 2U);
  const auto payload = world.receiver.of("issues.opened")[0].json();
  EXPECT_EQ(payload["issue"]["performed_via_github_app"]["id"].dump(), world.sandbox.app_id());
  EXPECT_EQ(payload["sender"]["login"], "kedge-sandbox[bot]");
}

TEST_F(ForgeIssues, LabelsAreDroppedWithoutPushAccess) {
  const auto made = world.as("mallory", "POST", issues, {{"title", "hello"}, {"labels", {"P0"}}});
  EXPECT_EQ(made.status, 201);
  EXPECT_TRUE(made.body["labels"].empty());
  EXPECT_EQ(world.as("mallory", "POST", issues + "/1/labels", {{"labels", {"P0"}}}).status, 403);
  EXPECT_EQ(world.as("carol", "POST", issues + "/1/labels", {{"labels", {"P0"}}}).status, 200);
}

TEST_F(ForgeIssues, ListFiltersAndPages) {
  for (int i = 1; i <= 5; ++i) {
    world.as("bob", "POST", issues,
             {{"title", "n" + std::to_string(i)}, {"labels", i % 2 == 1 ? Json{"odd"} : Json::array()}});
  }
  world.as("bob", "PATCH", issues + "/1", {{"state", "closed"}, {"state_reason", "not_planned"}});
  EXPECT_EQ(world.as("bob", "GET", issues + "?labels=odd").body.size(), 2U);
  EXPECT_EQ(world.as("bob", "GET", issues + "?labels=odd&state=all").body.size(), 3U);
  EXPECT_EQ(world.as("bob", "GET", issues + "?creator=alice").body.size(), 0U);
  const auto page = world.as("bob", "GET", issues + "?state=all&per_page=2");
  ASSERT_EQ(page.body.size(), 2U);
  EXPECT_EQ(page.body[0]["number"], 5);
  EXPECT_NE(page.header("Link").find("page=2>; rel=\"next\""), std::string::npos) << page.header("Link");
  EXPECT_EQ(world.as("bob", "GET", issues + "/1").body["state_reason"], "not_planned");
}

TEST_F(ForgeIssues, CommentsAreCreatedEditedAndReactedTo) {
  world.as("bob", "POST", issues, {{"title", "talk"}});
  const auto made = world.as("bob", "POST", issues + "/1/comments", {{"body", "/rollback abc"}});
  ASSERT_EQ(made.status, 201);
  const auto path = issues + "/comments/" + made.body["id"].dump();
  const auto token = world.app_token();
  EXPECT_EQ(world.call("POST", path + "/reactions", token, {{"content", "eyes"}}).status, 201);
  EXPECT_EQ(world.call("POST", path + "/reactions", token, {{"content", "eyes"}}).status, 200);
  EXPECT_EQ(world.call("POST", path + "/reactions", token, {{"content", "shrug"}}).status, 422);
  EXPECT_EQ(world.as("mallory", "PATCH", path, {{"body", "hijacked"}}).status, 403);
  EXPECT_EQ(world.as("bob", "PATCH", path, {{"body", "edited"}}).status, 200);
  world.settle();
  EXPECT_EQ(world.receiver.of("issue_comment.created").size(), 1U);
  const auto edited = world.receiver.of("issue_comment.edited");
  ASSERT_EQ(edited.size(), 1U);
  EXPECT_EQ(edited[0].json()["changes"]["body"]["from"], "/rollback abc");
  EXPECT_EQ(world.as("bob", "GET", issues + "/1/comments").body[0]["reactions"]["eyes"], 1);
}

TEST_F(ForgeIssues, LimitsAreGitHubs) {
  EXPECT_EQ(world.as("bob", "POST", issues, Json::object()).body["errors"][0]["code"], "missing_field");
  EXPECT_EQ(world.as("bob", "POST", issues, {{"title", std::string(257, 'x')}}).status, 422);
  EXPECT_EQ(world.as("bob", "POST", issues, {{"title", "x"}, {"body", std::string(65'537, 'x')}}).status,
            422);
  EXPECT_EQ(world.as("bob", "POST", issues, {{"title", 5}}).status, 422);
  world.control("PATCH", "/repos/acme/api", {{"has_issues", false}});
  EXPECT_EQ(world.as("bob", "POST", issues, {{"title", "x"}}).status, 410);
}

TEST_F(ForgeIssues, LockedIssueTakesNoWordFromReaders) {
  world.as("bob", "POST", issues, {{"title", "x"}});
  EXPECT_EQ(world.as("carol", "PUT", issues + "/1/lock", {{"lock_reason", "resolved"}}).status, 204);
  EXPECT_EQ(world.as("mallory", "POST", issues + "/1/comments", {{"body", "but"}}).status, 403);
  EXPECT_EQ(world.as("bob", "POST", issues + "/1/comments", {{"body", "and"}}).status, 201);
}

TEST_F(ForgeIssues, LabelOfTheSameNameExists) {
  EXPECT_EQ(world.as("bob", "POST", "/repos/acme/api/labels", {{"name", "P0"}, {"color", "ff0000"}}).status,
            201);
  const auto again = world.as("bob", "POST", "/repos/acme/api/labels", {{"name", "p0"}});
  EXPECT_EQ(again.status, 422);
  EXPECT_EQ(again.body["errors"][0]["code"], "already_exists");
}

TEST_F(ForgeIssues, ContentsComeAsJsonAndRaw) {
  const auto file = world.as("bob", "GET", "/repos/acme/api/contents/README.md");
  EXPECT_EQ(file.body["content"], "aGVsbG8K\n");
  const auto raw = world.call("GET", "/repos/acme/api/contents/src/a.txt?ref=main", "", nullptr,
                              {{"Accept", "application/vnd.github.raw+json"}});
  EXPECT_EQ(raw.text, "one\n");
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/contents/none.txt").status, 404);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/contents/src").body[0]["path"], "src/a.txt");
}

}  // namespace
}  // namespace kedge::test
