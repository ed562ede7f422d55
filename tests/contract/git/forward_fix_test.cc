// SPDX-License-Identifier: Apache-2.0
// The branch of a forward fix, with git's own conflicting revert as the oracle of what stands in its files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using rollback::Outcome;
using test::GitShell;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ForwardFix : public Mirrors {
 protected:
  ForwardFix() {
    work_.commit("Build on it", {{"a.txt", "1\nbroken further\n3\n"}});
    push();
  }

  ports::GitRepo::Publish fix_request() {
    const auto planned = plan(bad_);
    EXPECT_TRUE(planned) << planned.error().message;
    ports::GitRepo::Publish request = publish_request(*planned);
    EXPECT_EQ(request.branch.outcome, Outcome::conflict);
    request.branch.branch = rollback::hotfix_branch_name("kabc", planned->targets.front().sha);
    request.forward_fix = true;
    return request;
  }

  /// With the end of line that the shell takes away.
  std::string file(const std::string& at, const std::string& path) {
    return bare_.git({"cat-file", "blob", at + ":" + path}) + "\n";
  }
};

/// Without what stands behind the markers, which are ours to name.
std::string unlabeled(const std::string& text) {
  return std::regex_replace(text, std::regex("(<<<<<<<|>>>>>>>) [^\n]*"), "$1");
}

TEST_F(ForwardFix, HoldsWhatGitsRevertLeavesInTheWorkTree) {
  const auto request = fix_request();
  const auto published = mirrors_->publish(repository(), request);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(published->branch, "hotfix/kabc-" + bad_.substr(0, 12));
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
  EXPECT_EQ(bare_.sha(published->branch + "^"), work_.sha("main"));

  EXPECT_NE(work_.try_git({"revert", "--no-commit", bad_}).status, 0);
  const std::string ours = file(published->branch, "a.txt");
  EXPECT_EQ(unlabeled(ours), unlabeled(test::read_file(work_.directory() / "a.txt")));
  EXPECT_THAT(ours,
              HasSubstr("<<<<<<< main\nbroken further\n=======\n2\n>>>>>>> before " + bad_.substr(0, 12)));
  EXPECT_EQ(file(published->branch, "c.txt"), "c\n");
  EXPECT_TRUE(bare_.is_sound());
}

TEST_F(ForwardFix, SaysWhatItIsWithoutClaimingARevert) {
  const auto published = mirrors_->publish(repository(), fix_request());
  ASSERT_TRUE(published) << published.error().message;
  const std::string message = bare_.git({"log", "-1", "--format=%B", published->branch});
  EXPECT_THAT(message, StartsWith("Begin to take back \"Break it (#7)\"\n\n"));
  EXPECT_THAT(message, HasSubstr("- " + bad_ + "\n\nIt is broken.\n\nIncident: https://example.com/"));
  EXPECT_THAT(message, Not(HasSubstr("This reverts commit")));
}

TEST_F(ForwardFix, IsMadeOnTheTipOfTheMoment) {
  const auto request = fix_request();
  const std::string newest = work_.commit("And on", {{"d.txt", "d\n"}});
  push();
  const auto published = mirrors_->publish(repository(), request);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch + "^"), newest);
}

TEST_F(ForwardFix, TwiceIsOnce) {
  const auto request = fix_request();
  const auto first = mirrors_->publish(repository(), request);
  ASSERT_TRUE(first) << first.error().message;
  const auto second = mirrors_->publish(repository(), request);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->unchanged);
  EXPECT_EQ(second->commit, first->commit);
}

TEST_F(ForwardFix, WhatPeopleMadeOfItIsNeverOverwritten) {
  const auto request = fix_request();
  const auto first = mirrors_->publish(repository(), request);
  ASSERT_TRUE(first) << first.error().message;
  work_.git({"fetch", "--quiet", bare_.directory().string(), first->branch});
  work_.git({"checkout", "--quiet", "--force", "FETCH_HEAD"});
  const std::string settled = work_.commit("Settle it", {{"a.txt", "1\nmended\n3\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), settled + ":refs/heads/" + first->branch});
  const auto second = mirrors_->publish(repository(), request);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, StartsWith("branch_taken"));
  EXPECT_EQ(bare_.sha(first->branch), settled);
}

TEST_F(ForwardFix, IsRefusedWhereTheRevertAppliesByNow) {
  const auto request = fix_request();
  work_.commit("Back to what it was", {{"a.txt", "1\nbroken\n3\n"}});
  push();
  const auto published = mirrors_->publish(repository(), request);
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Errc::conflict);
  EXPECT_THAT(published.error().message, StartsWith("applies: "));
  EXPECT_NE(bare_.try_git({"rev-parse", "--verify", "--quiet", "refs/heads/" + request.branch.branch}).status,
            0);
}

TEST_F(ForwardFix, IsRefusedWhereTheBaseWasMovedAwayFromTheCommit) {
  const auto request = fix_request();
  work_.git({"checkout", "--quiet", "-B", "main", bad_ + "^"});
  work_.commit("Another history", {{"a.txt", "1\n2\n3\nfour\n"}});
  push();
  const auto published = mirrors_->publish(repository(), request);
  ASSERT_FALSE(published) << "the mirror still has the commit, but main does not";
  EXPECT_EQ(published.error().code, Errc::conflict);
  EXPECT_THAT(published.error().message, HasSubstr("main no longer holds " + bad_.substr(0, 12)));
  EXPECT_NE(bare_.try_git({"rev-parse", "--verify", "--quiet", "refs/heads/" + request.branch.branch}).status,
            0);
}

TEST_F(ForwardFix, OfSeveralCommitsGoesOnThroughTheConflict) {
  const std::string second = work_.commit("Break more", {{"b.txt", "worse\n"}});
  push();
  const auto planned = mirrors_->plan(repository(), {.targets = {bad_, second}, .branches = {"main"}});
  ASSERT_TRUE(planned) << planned.error().message;
  ports::GitRepo::Publish request = publish_request(*planned);
  ASSERT_EQ(request.branch.outcome, Outcome::conflict);
  request.branch.branch = rollback::hotfix_branch_name("kabc", planned->targets.front().sha);
  request.forward_fix = true;
  const auto published = mirrors_->publish(repository(), request);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(file(published->branch, "a.txt"), HasSubstr("<<<<<<< main\n"));
  EXPECT_EQ(file(published->branch, "b.txt"), "b\n");
}

}  // namespace
}  // namespace kedge::adapters::git
