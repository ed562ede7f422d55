// SPDX-License-Identifier: Apache-2.0
// What strangers, mistaken people and broken files do to the running server.
#include <gmock/gmock.h>

#include "tests/e2e/world.h"
#include "webhooks/delivery.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr Duration kAnswerMax = 60s;
constexpr const char* kGuid = "00000000-0000-4000-8000-000000000001";

TEST(BadDelivery, IsRefusedWithItsStatusAndChangesNothing) {
  World world;
  world.start_server();
  const std::string wrong = "sha256=" + std::string(64, '0');
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = "{}", .signature = wrong}).status, 401);
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = "{}", .signature = ""}).status, 401);
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = "{}", .signature = "sha256=short"}).status, 401);
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = R"({"action":"crea)"}).status, 400);
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = "{}", .content_type = "text/plain"}).status, 415);
  EXPECT_EQ(world.deliver({.event = "", .guid = kGuid, .body = "{}"}).status, 400);
  EXPECT_EQ(world.deliver({.guid = "", .body = "{}"}).status, 400);
  const std::string huge = "\"" + std::string(webhooks::kBodyBytesMax, 'a') + "\"";
  EXPECT_EQ(world.deliver({.guid = kGuid, .body = huge}).status, 413);
  EXPECT_TRUE(world.is_ready());
  // None of them took the GUID.
  EXPECT_EQ(world.deliver({.event = "star", .guid = kGuid, .body = "{}"}).status, 202);
  EXPECT_EQ(world.deliver({.event = "star", .guid = kGuid, .body = "{}"}).status, 200);
}

TEST(BadDelivery, NestedWithoutEndIsAnsweredAndHarmless) {
  World world;
  world.start_server();
  constexpr std::size_t kDepth = 1'000'000;
  const std::string nested = std::string(kDepth, '[') + std::string(kDepth, ']');
  const std::string in_object = R"({"action":)" + nested + "}";
  int number = 1;
  for (const std::string& body : {nested, in_object, std::string(kDepth, '[')}) {
    const auto answer =
        world.deliver({.event = "issues",
                       .guid = "00000000-0000-4000-8000-00000000001" + std::to_string(number++),
                       .body = body});
    EXPECT_GE(answer.status, 200);
    EXPECT_LT(answer.status, 500) << answer.body;
  }
  EXPECT_TRUE(world.is_ready());
  world.play();
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();
}

TEST(BadRunbook, IsSaidInACheckRunAndTheLastGoodOneHolds) {
  World world;
  world.start_server();
  const Json made =
      world.control("POST", "/repos/acme/api/commits",
                    {{"branch", "main"},
                     {"as", "bob"},
                     {"message", "Change the runbook"},
                     {"files", {{".github/kedge.yml", "extends: aegis\nrollback:\n  branchez: [main]\n"}}}});
  const std::string sha = made["sha"];
  const auto check = world.forge().until("the check run", kAnswerMax, [&]() -> Json {
    const Json runs = world.as("alice", "GET", "/commits/" + sha + "/check-runs?check_name=kedge%2Frunbook");
    return runs["check_runs"].empty() ? Json(nullptr) : runs["check_runs"][0];
  });
  ASSERT_TRUE(check) << check.error().message << world.server_log();
  EXPECT_EQ((*check)["name"], "kedge/runbook");
  EXPECT_EQ((*check)["conclusion"], "failure");
  EXPECT_THAT((*check)["output"].dump(), HasSubstr("3"));
  EXPECT_THAT((*check)["output"].dump(), HasSubstr("branchez"));
  // The seeded runbook protects main and develop and rolls both back: the story needs that.
  const cli::DemoStory story = world.play();
  world.settle();
  expect_whole_story(world, story);
}

/// An incident that somebody declared by hand, and what is said on it.
class Talk : public testing::Test {
 protected:
  void SetUp() override {
    world_.start_server();
    world_.control("POST", "/repos/acme/api/commits",
                   {{"branch", "main"},
                    {"as", "bob"},
                    {"message", "Cache sessions in memory"},
                    {"files", {{"src/cache.js", "export const cache = 1; // BUG\n"}}}});
    const auto issue = world_.forge().until("the incident's issue", kAnswerMax, [&]() -> Json {
      const Json issues = world_.as("alice", "GET", "/issues?labels=incident&state=open");
      return issues.empty() ? Json(nullptr) : issues[0];
    });
    ASSERT_TRUE(issue) << issue.error().message << world_.server_log();
    issue_ = (*issue)["number"];
  }

  std::int64_t say(const std::string& login, const std::string& text) {
    return world_.as(login, "POST", "/issues/" + std::to_string(issue_) + "/comments",
                     {{"body", text}})["id"];
  }
  Json reactions(std::int64_t comment) {
    return world_.as("alice", "GET", "/issues/comments/" + std::to_string(comment) + "/reactions");
  }
  /// Waits until the comment has the reaction.
  void see(std::int64_t comment, const std::string& content) {
    const auto seen = world_.forge().until("the reaction " + content, kAnswerMax, [&]() -> Json {
      for (const Json& reaction : reactions(comment))
        if (reaction["content"] == content) return true;
      return nullptr;
    });
    EXPECT_TRUE(seen) << reactions(comment).dump() << world_.server_log();
  }
  /// All comments on the incident, one text.
  std::string conversation() {
    std::string text;
    for (const Json& comment :
         world_.as("alice", "GET", "/issues/" + std::to_string(issue_) + "/comments?per_page=100"))
      text += comment["body"].get<std::string>() + "\n";
    return text;
  }

  World world_;
  std::int64_t issue_ = 0;
};

TEST_F(Talk, AnUnknownTargetIsAnsweredWithNearMisses) {
  const Json main = world_.as("alice", "GET", "/git/ref/heads/main");
  world_.as("alice", "POST", "/git/refs", {{"ref", "refs/tags/v9.9.8"}, {"sha", main["object"]["sha"]}});
  see(say("bob", "/rollback v9.9.9"), "confused");
  world_.settle();
  EXPECT_THAT(conversation(), HasSubstr("v9.9.8"));
}

TEST_F(Talk, AStrangersCommandGetsAReactionOnly) {
  world_.settle();
  const std::string before = conversation();
  const std::int64_t comment = say("mallory", "/rollback main");
  see(comment, "confused");
  world_.settle();
  EXPECT_EQ(conversation(), before + "/rollback main\n");
  for (const Json& branch : world_.as("alice", "GET", "/branches?per_page=100"))
    EXPECT_FALSE(branch["name"].get<std::string>().starts_with("rollback/")) << branch["name"];
}

}  // namespace
}  // namespace kedge::test
