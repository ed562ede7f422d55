// SPDX-License-Identifier: Apache-2.0
// Commits that GitHub makes: nothing in the request keeps it from signing.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

const std::string kTree(40, 'a');
const std::string kParent(40, 'b');
const std::string kMade(40, 'c');

struct GitHubCommit : GitHubTest {
  const std::string make = "POST /repos/acme/api/git/commits";
  const std::string refs = "POST /repos/acme/api/git/refs";
  ports::NewCommit wanted{.message = "Revert \"Break it\"\n", .tree = kTree, .parent = kParent};

  static json answer(bool verified, const std::string& tree = kTree) {
    return {{"sha", kMade}, {"tree", {{"sha", tree}}}, {"verification", {{"verified", verified}}}};
  }
};

TEST_F(GitHubCommit, IsAskedForWithoutAuthorCommitterOrDate) {
  script.on(make, 201, answer(true));
  const auto made = github().make_commit(repository, wanted);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->sha, kMade);
  EXPECT_TRUE(made->verified);
  EXPECT_EQ(script.asked(make)[0].body(),
            json({{"message", wanted.message}, {"tree", kTree}, {"parents", {kParent}}}));
}

TEST_F(GitHubCommit, SaysWhetherItIsSigned) {
  script.on(make, 201, answer(false));
  EXPECT_FALSE(github().make_commit(repository, wanted)->verified);
}

TEST_F(GitHubCommit, OfAnotherTreeIsNotTaken) {
  script.on(make, 201, answer(true, std::string(40, 'd')));
  EXPECT_EQ(github().make_commit(repository, wanted).error().code, Errc::unavailable);
}

TEST_F(GitHubCommit, GetsABranchUnlessThereIsOne) {
  script.on(refs, 201, {{"ref", "refs/heads/rollback/main-x"}});
  script.on(refs, 422, {{"message", "Reference already exists"}});
  EXPECT_TRUE(github().create_branch(repository, "rollback/main-x", kMade));
  EXPECT_EQ(script.asked(refs)[0].body(), json({{"ref", "refs/heads/rollback/main-x"}, {"sha", kMade}}));
  EXPECT_EQ(github().create_branch(repository, "rollback/main-x", kMade).error().code, Errc::conflict);
}

TEST_F(GitHubCommit, ARefThatIsGoneIsRemoved) {
  const std::string remove = "DELETE /repos/acme/api/git/refs/kedge/objects/x";
  script.on_text(remove, 204, "");
  script.on(remove, 422, {{"message", "Reference does not exist"}});
  script.on(remove, 422, {{"message", "Cannot delete this one"}});
  EXPECT_TRUE(github().remove_ref(repository, "refs/kedge/objects/x"));
  EXPECT_TRUE(github().remove_ref(repository, "refs/kedge/objects/x"));
  EXPECT_FALSE(github().remove_ref(repository, "refs/kedge/objects/x"));
}

TEST_F(GitHubCommit, WorkflowsAreForTheTokenToChangeOrNot) {
  const std::string tokens = "POST /app/installations/6/access_tokens";
  repository.installation_id = 6;
  const json without = {
      {"token", "ghs_a"}, {"expires_at", "2026-04-18T09:13:20Z"}, {"permissions", {{"contents", "write"}}}};
  json with = without;
  with["permissions"]["workflows"] = "write";
  script.on(tokens, 201, without);
  script.on(tokens, 201, with);
  EXPECT_FALSE(*github().may_change_workflows(repository));
  clock.advance(std::chrono::hours{2});
  EXPECT_TRUE(*github().may_change_workflows(repository));
  repository.installation_id = 5;
  EXPECT_TRUE(*github().may_change_workflows(repository)) << "GitHub did not say";
}

TEST_F(GitHubCommit, APlainTokenDoesNotTellWhatItMay) {
  use_plain_token();
  EXPECT_TRUE(*github().may_change_workflows(repository));
}

}  // namespace
}  // namespace kedge::adapters::github
