// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

class ForgePulls : public ::testing::Test {
 protected:
  World world;
  std::string base_sha, head_sha;

  Json open(const std::string& head = "topic") {
    base_sha = world.as("bob", "GET", "/repos/acme/api/git/ref/heads/main").body["object"]["sha"];
    head_sha = world.commit(head, {{"src/b.txt", "two\n"}}, "Add b", base_sha);
    const auto made = world.as("bob", "POST", "/repos/acme/api/pulls",
                               {{"title", "Add b"}, {"head", head}, {"base", "main"}});
    EXPECT_EQ(made.status, 201) << made.text;
    return made.body;
  }
  Answered merge(const Json& body = Json::object()) {
    return world.as("alice", "PUT", "/repos/acme/api/pulls/1/merge", body);
  }
};

TEST_F(ForgePulls, MergeMakesGitsMergeCommit) {
  const auto pull = open();
  EXPECT_EQ(pull["number"], 1);
  EXPECT_EQ(pull["mergeable"], true);
  EXPECT_EQ(pull["changed_files"], 1);
  const auto done = merge({{"sha", head_sha}});
  ASSERT_EQ(done.status, 200) << done.text;
  const auto commit =
      world.as("bob", "GET", "/repos/acme/api/commits/" + done.body["sha"].get<std::string>());
  ASSERT_EQ(commit.body["parents"].size(), 2U);
  EXPECT_EQ(commit.body["parents"][0]["sha"], base_sha);
  EXPECT_EQ(commit.body["parents"][1]["sha"], head_sha);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/git/ref/heads/main").body["object"]["sha"],
            done.body["sha"]);
  const auto after = world.as("bob", "GET", "/repos/acme/api/pulls/1");
  EXPECT_EQ(after.body["merged"], true);
  EXPECT_EQ(after.body["merged_by"]["login"], "alice");
  EXPECT_EQ(after.body["merge_commit_sha"], done.body["sha"]);
  const auto pulls =
      world.as("bob", "GET", "/repos/acme/api/commits/" + done.body["sha"].get<std::string>() + "/pulls");
  ASSERT_EQ(pulls.body.size(), 1U);
  EXPECT_EQ(pulls.body[0]["number"], 1);
  world.settle();
  const auto closed = world.receiver.of("pull_request.closed");
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].json()["pull_request"]["merged"], true);
  EXPECT_EQ(merge().status, 405);
}

TEST_F(ForgePulls, SquashMakesOneCommit) {
  open();
  const auto done = merge({{"merge_method", "squash"}});
  ASSERT_EQ(done.status, 200);
  const auto commit = world.as("bob", "GET", "/repos/acme/api/commits/main");
  EXPECT_EQ(commit.body["parents"].size(), 1U);
  EXPECT_EQ(commit.body["commit"]["message"], "Add b (#1)");
}

TEST_F(ForgePulls, MovedHeadIsAConflict) {
  open();
  world.commit("topic", {{"src/c.txt", "three\n"}});
  EXPECT_EQ(merge({{"sha", head_sha}}).status, 409);
  world.settle();
  const auto moved = world.receiver.of("pull_request.synchronize");
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].json()["before"], head_sha);
}

TEST_F(ForgePulls, ConflictingHeadIsNotMergeable) {
  open();
  world.commit("main", {{"src/b.txt", "another two\n"}});
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls/1").body["mergeable"], false);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls/1").body["mergeable_state"], "dirty");
  EXPECT_EQ(merge().status, 405);
}

TEST_F(ForgePulls, SecondOneForTheSameBranchIsRefused) {
  open();
  const auto again = world.as("bob", "POST", "/repos/acme/api/pulls",
                              {{"title", "Again"}, {"head", "topic"}, {"base", "main"}});
  EXPECT_EQ(again.status, 422);
  EXPECT_EQ(again.body["errors"][0]["message"], "A pull request already exists for acme:topic.");
  world.as("bob", "POST", "/repos/acme/api/git/refs", {{"ref", "refs/heads/same"}, {"sha", base_sha}});
  const auto none = world.as("bob", "POST", "/repos/acme/api/pulls",
                             {{"title", "None"}, {"head", "same"}, {"base", "main"}});
  EXPECT_EQ(none.body["errors"][0]["message"], "No commits between main and same");
}

TEST_F(ForgePulls, HeadFilterNeedsTheOwner) {
  open("topic");
  open("other");
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls?head=acme:topic&state=all").body.size(), 1U);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls?head=topic").body.size(), 2U)
      << "without an owner there is no filter";
}

TEST_F(ForgePulls, RequiredApprovalComesFromAWriterOtherThanTheAuthor) {
  open();
  world.control("PUT", "/repos/acme/api/protection", {{"branch", "main"}, {"approvals", 1}});
  EXPECT_EQ(merge().status, 405);
  const Json approve = {{"event", "APPROVE"}};
  EXPECT_EQ(world.as("bob", "POST", "/repos/acme/api/pulls/1/reviews", approve).status, 422);
  EXPECT_EQ(world.as("mallory", "POST", "/repos/acme/api/pulls/1/reviews", approve).status, 200);
  EXPECT_EQ(merge().status, 405) << "a reader's approval counts for nothing";
  EXPECT_EQ(world.as("alice", "POST", "/repos/acme/api/pulls/1/reviews", approve).status, 200);
  EXPECT_EQ(merge().status, 200);
  world.settle();
  const auto reviews = world.receiver.of("pull_request_review.submitted");
  ASSERT_EQ(reviews.size(), 2U);
  EXPECT_EQ(reviews[1].json()["review"]["state"], "approved");
  EXPECT_EQ(reviews[1].json()["review"]["commit_id"], head_sha);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls/1/reviews").body[1]["state"], "APPROVED");
}

TEST_F(ForgePulls, PushingTheHeadToTheBaseMergesIt) {
  open();
  EXPECT_EQ(world.as("bob", "PATCH", "/repos/acme/api/git/refs/heads/main", {{"sha", head_sha}}).status, 200);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls/1").body["merged"], true);
}

TEST_F(ForgePulls, RefsFollowGitHubsRules) {
  open();
  const Json ref = {{"ref", "refs/heads/topic"}, {"sha", head_sha}};
  EXPECT_EQ(world.as("bob", "POST", "/repos/acme/api/git/refs", ref).body["message"],
            "Reference already exists");
  EXPECT_EQ(world.as("bob", "PATCH", "/repos/acme/api/git/refs/heads/topic", {{"sha", base_sha}}).status,
            422);
  EXPECT_EQ(world.as("bob", "DELETE", "/repos/acme/api/git/refs/heads/topic").status, 204);
  EXPECT_EQ(world.as("bob", "DELETE", "/repos/acme/api/git/refs/heads/topic").status, 422);
  EXPECT_EQ(world.as("bob", "GET", "/repos/acme/api/pulls/1").body["state"], "closed");
}

TEST_F(ForgePulls, CompareTellsBothSides) {
  open();
  world.commit("main", {{"src/c.txt", "three\n"}});
  const auto compared = world.as("bob", "GET", "/repos/acme/api/compare/main...topic");
  ASSERT_EQ(compared.status, 200);
  EXPECT_EQ(compared.body["status"], "diverged");
  EXPECT_EQ(compared.body["ahead_by"], 1);
  EXPECT_EQ(compared.body["behind_by"], 1);
  EXPECT_EQ(compared.body["commits"][0]["sha"], head_sha);
  EXPECT_EQ(compared.body["merge_base_commit"]["sha"], base_sha);
  EXPECT_EQ(compared.body["files"][0]["filename"], "src/b.txt");
}

}  // namespace
}  // namespace kedge::test
