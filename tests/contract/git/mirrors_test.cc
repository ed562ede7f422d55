// SPDX-License-Identifier: Apache-2.0
// GitMirrors against git's own server over HTTP: fetching, planning, pushing, and every refusal.
#include "bot/adapters/git/mirrors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using rollback::Outcome;
using test::GitHttpHost;
using test::GitShell;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(Mirrors, FetchesTheHeadThatTellsWhichSquashHoldsACommit) {
  work_.git({"checkout", "--quiet", "-b", "topic", "develop"});
  const std::string first = work_.commit("Add one", {{"one.txt", "1\n"}});
  work_.git({"update-ref", "refs/pull/9/head", work_.commit("Add two", {{"two.txt", "2\n"}})});
  work_.git({"update-ref", "refs/pull/10/head", work_.sha("main")});
  work_.git({"checkout", "--quiet", "main"});
  const std::string squash = work_.commit("Add both (#9)", {{"one.txt", "1\n"}, {"two.txt", "2\n"}});
  work_.commit("Other (#10)", {{"o.txt", "o\n"}});
  work_.git({"branch", "-D", "topic"});
  push();
  bare_.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  const auto planned = mirrors_->plan(repository(), {.targets = {first}, .branches = {"main"}});
  ASSERT_TRUE(planned) << planned.error().message;
  ASSERT_TRUE(planned->branches[0].carrier) << planned->branches[0].reason;
  EXPECT_EQ(planned->branches[0].carrier->sha, squash);
  EXPECT_EQ(planned->branches[0].carrier->how, rollback::CarrierHow::squash);
  GitShell mirror(scratch_.path() / "state/mirrors/42.git");
  EXPECT_EQ(mirror.git({"for-each-ref", "--format=%(refname)", "refs/kedge/pull"}), "refs/kedge/pull/9/head")
      << "only of those whose squash changes the same files";
}

TEST_F(Mirrors, PlansOnBothBranchesAndWritesNoCommit) {
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  ASSERT_EQ(planned->branches.size(), 2U);
  for (const rollback::BranchPlan& branch : planned->branches) {
    EXPECT_EQ(branch.outcome, Outcome::clean) << branch.reason;
    EXPECT_EQ(branch.carrier->how, rollback::CarrierHow::same);
    EXPECT_EQ(branch.commit, std::nullopt);
    EXPECT_EQ(branch.base_ref, "refs/heads/" + branch.base);
  }
  EXPECT_EQ(planned->branches[0].branch, "rollback/main-" + bad_.substr(0, 12));
  GitShell mirror(scratch_.path() / "state/mirrors/42.git");
  EXPECT_NE(mirror.try_git({"cat-file", "-e", *planned->branches[0].tree}).status, 0);
  EXPECT_TRUE(mirror.is_sound()) << mirror.try_git({"fsck", "--strict"}).err
                                 << mirror.try_git({"fsck", "--strict"}).out;
}

TEST_F(Mirrors, FetchesNothingWhereNothingIsNew) {
  ASSERT_TRUE(plan(bad_));
  host_->clear_log();
  ASSERT_TRUE(plan(bad_));
  EXPECT_EQ(host_->log(), std::vector<std::string>{"GET /acme/api.git/info/refs?service=git-upload-pack"});
}

TEST_F(Mirrors, PublishesTheBranchWithItsSafetyRef) {
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  const auto published = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_FALSE(published->unchanged);
  EXPECT_EQ(published->safety_ref, "refs/kedge/safety/kabc/main");
  EXPECT_EQ(published->safety_where, "pushed");
  EXPECT_EQ(bare_.sha("refs/kedge/safety/kabc/main"), tip_);
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
  EXPECT_EQ(bare_.sha(published->branch + "^"), tip_);
  EXPECT_EQ(bare_.tree(published->branch), *planned->branches[0].tree);
  EXPECT_EQ(bare_.git({"log", "-1", "--format=%an <%ae> %at|%cn <%ce> %ct|%B", published->branch}),
            "kedge[bot] <kedge@example.com> 1700100000|kedge[bot] <kedge@example.com> 1700100000|Revert "
            "\"Break it (#7)\"\n\nThis reverts commit " +
                bad_ + ".\n\nIt is broken.\n\nIncident: https://example.com/acme/api/issues/42\n");
  EXPECT_TRUE(bare_.is_sound());
}

TEST_F(Mirrors, PublishingTwiceChangesNothing) {
  const auto planned = plan(bad_);
  const auto first = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(first) << first.error().message;
  const auto second = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_TRUE(second->unchanged);
  EXPECT_EQ(second->commit, first->commit);
  auto later = publish_request(*planned);
  later.date += std::chrono::hours{1};
  const auto third = mirrors_->publish(repository(), later);
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->commit, first->commit) << "the same plan is left as it is";
}

TEST_F(Mirrors, ALostMirrorGivesTheSameCommit) {
  const auto first = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(first) << first.error().message;
  bare_.git({"update-ref", "-d", "refs/heads/" + first->branch});
  const auto request = publish_request(*plan(bad_));
  std::filesystem::remove_all(scratch_.path() / "state/mirrors");
  const auto second = mirrors_->publish(repository(), request);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_FALSE(second->unchanged);
  EXPECT_EQ(second->commit, first->commit);
}

TEST_F(Mirrors, AMovedBaseIsNamedSo) {
  const auto planned = plan(bad_);
  work_.commit("And on", {{"d.txt", "d\n"}});
  push();
  const auto published = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, Errc::conflict);
  EXPECT_THAT(published.error().message, StartsWith("base_moved"));
  const auto again = plan(bad_);
  EXPECT_EQ(again->id, planned->id) << "the revert is the same, so an approval stands";
}

TEST_F(Mirrors, ItsOwnBranchOnAnOlderTipIsMoved) {
  const auto first = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(first) << first.error().message;
  const std::string old_tip = tip_;
  bare_.git({"update-ref", "refs/keep", first->commit});
  work_.commit("And on", {{"d.txt", "d\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  const auto second = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->branch, first->branch);
  EXPECT_EQ(bare_.sha(second->branch + "^"), work_.sha("main"));
  EXPECT_EQ(bare_.sha(second->safety_ref), old_tip) << "the safety ref keeps the first tip";
}

TEST_F(Mirrors, ItsOwnBranchIsKnownWhereTheMirrorIsLost) {
  const auto first = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(first) << first.error().message;
  std::filesystem::remove_all(scratch_.path() / "state/mirrors");
  work_.commit("And on", {{"d.txt", "d\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  const auto second = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(bare_.sha(first->branch + "^"), work_.sha("main"));
}

TEST_F(Mirrors, ACommitInItsWordsAndNameIsStillAPersons) {
  const auto first = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(first) << first.error().message;
  work_.git({"fetch", "--quiet", bare_.directory().string(), first->branch});
  work_.git({"checkout", "--quiet", "FETCH_HEAD"});
  work_.set("GIT_COMMITTER_EMAIL", "kedge@example.com");
  const std::string theirs =
      work_.commit("Revert more\n\nThis reverts commit " + bad_ + ".", {{"e.txt", "e\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "HEAD:refs/heads/" + first->branch});
  work_.git({"checkout", "--quiet", "main"});
  work_.commit("And on", {{"d.txt", "d\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  const auto second = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, StartsWith("branch_taken"));
  EXPECT_EQ(bare_.sha(first->branch), theirs);
}

TEST_F(Mirrors, SomebodyElsesCommitsAreNeverOverwritten) {
  const auto planned = plan(bad_);
  const auto first = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(first) << first.error().message;
  work_.git({"fetch", "--quiet", bare_.directory().string(), first->branch});
  work_.git({"checkout", "--quiet", "FETCH_HEAD"});
  const std::string theirs = work_.commit("A person's fix", {{"e.txt", "e\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "HEAD:refs/heads/" + first->branch});
  const auto second = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_THAT(second.error().message, StartsWith("branch_taken"));
  EXPECT_THAT(second.error().message, HasSubstr("A person's fix"));
  EXPECT_EQ(bare_.sha(first->branch), theirs);
}

TEST_F(Mirrors, AHooksRefusalComesBackVerbatim) {
  struct Row {
    std::string words;
    std::string reason;
  };
  const std::vector<Row> rows = {
      {"error: GH006: Protected branch update failed for refs/heads/rollback/x.", "protected_branch: "},
      {"error: GH013: Repository rule violations found for refs/heads/rollback/x.", "protected_branch: "},
      {"refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without "
       "`workflows` permission",
       "workflow_permission: "},
      {"Not on a Friday.", "refused: "}};
  const auto planned = plan(bad_);
  for (const Row& row : rows) {
    install_hook("pre-receive", "cat <<'END' >&2\n" + row.words + "\nEND\nexit 1\n");
    const auto published = mirrors_->publish(repository(), publish_request(*planned));
    ASSERT_FALSE(published) << row.words;
    EXPECT_EQ(published.error().code, Errc::denied);
    EXPECT_THAT(published.error().message, StartsWith(row.reason));
    EXPECT_THAT(published.error().message, HasSubstr(row.words));
  }
}

TEST_F(Mirrors, ARefusedSafetyRefIsKeptHereAndSaid) {
  install_hook("update", "case $1 in refs/kedge/*) echo 'no such refs here' >&2; exit 1;; esac\n");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(published->safety_where, StartsWith("kept in the mirror only: "));
  GitShell mirror(scratch_.path() / "state/mirrors/42.git");
  EXPECT_EQ(mirror.sha(published->safety_ref), tip_);
}

TEST_F(Mirrors, ASafetyRefThatBlocksTheWholePushIsLeftBehind) {
  install_hook("pre-receive",
               "while read -r old new ref; do case $ref in refs/kedge/*) exit 1;; esac; done\n");
  const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(published->safety_where, StartsWith("kept in the mirror only: "));
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
}

TEST_F(Mirrors, AskForTheTokenAtMostTwice) {
  mirrors_ =
      std::make_unique<GitMirrors>(MirrorOptions{.state_dir = scratch_.path() / "state",
                                                 .git_url = host_->url(),
                                                 .token = [this](const ports::Repository&) -> Result<Secret> {
                                                   return Secret(++token_calls_ < 2 ? "old" : kToken);
                                                 }});
  EXPECT_TRUE(plan(bad_)) << "a token that ran out is renewed";
  EXPECT_EQ(token_calls_, 2);
}

TEST_F(Mirrors, AWrongTokenIsDeniedAndNeverShown) {
  mirrors_ =
      std::make_unique<GitMirrors>(MirrorOptions{.state_dir = scratch_.path() / "state",
                                                 .git_url = host_->url(),
                                                 .token = [this](const ports::Repository&) -> Result<Secret> {
                                                   ++token_calls_;
                                                   return Secret("ghs_wrong");
                                                 }});
  const auto planned = plan(bad_);
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::denied);
  EXPECT_THAT(planned.error().message, HasSubstr("Bad credentials"));
  EXPECT_THAT(planned.error().message, ::testing::Not(HasSubstr("ghs_wrong")));
  EXPECT_EQ(token_calls_, 2);
}

TEST_F(Mirrors, NothingGoesToAnotherHostAfterARedirect) {
  const GitHttpHost other(scratch_.path() / "server");
  for (const int status : {301, 302, 307}) {
    intercept_ = [&](const GitHttpHost::Asked& asked) {
      return GitHttpHost::Answer{.status = status, .headers = {{"Location", other.url() + asked.target}}};
    };
    const auto planned = plan(bad_);
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().code, Errc::denied);
    EXPECT_THAT(planned.error().message, HasSubstr("redirects to " + other.url()));
    EXPECT_THAT(planned.error().message, ::testing::Not(HasSubstr(kToken)));
  }
  EXPECT_EQ(other.log(), std::vector<std::string>{});
}

TEST_F(Mirrors, ARenamedRepositoryIsFollowedOnItsHost) {
  std::filesystem::rename(repository_dir(), scratch_.path() / "server/acme/renamed.git");
  bare_ = GitShell(scratch_.path() / "server/acme/renamed.git");
  intercept_ = [](const GitHttpHost::Asked& asked) -> std::optional<GitHttpHost::Answer> {
    const std::string old = "/acme/api.git/";
    if (!asked.target.starts_with(old)) return std::nullopt;
    const std::string location = "/acme/renamed.git/" + asked.target.substr(old.size());
    return GitHttpHost::Answer{.status = 301, .headers = {{"Location", location}}};
  };
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  const auto published = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
}

TEST_F(Mirrors, RedirectsInACircleEnd) {
  intercept_ = [](const GitHttpHost::Asked& asked) {
    return GitHttpHost::Answer{.status = 302, .headers = {{"Location", asked.target}}};
  };
  const auto planned = plan(bad_);
  ASSERT_FALSE(planned);
  EXPECT_THAT(planned.error().message, HasSubstr("HTTP 302"));
}

TEST_F(Mirrors, ACommitOutsideTheBranchesIsAskedForById) {
  work_.git({"checkout", "--quiet", "-b", "picked", "main~2"});
  work_.git({"cherry-pick", bad_});
  const std::string copy = work_.sha("HEAD");
  push();
  EXPECT_EQ(plan(copy).error().code, Errc::not_found) << "this server gives out what is named only";
  bare_.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  const auto planned = plan(copy);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].carrier->sha, bad_);
  const auto unknown = plan(std::string(40, 'a'));
  EXPECT_EQ(unknown.error().code, Errc::not_found) << unknown.error().message;
}

TEST_F(Mirrors, WhatWasComputedOfChangesIsKeptBesideTheMirror) {
  work_.git({"checkout", "--quiet", "develop"});
  const std::string only_here = work_.commit("Only here", {{"e.txt", "e\n"}});
  push();
  const std::filesystem::path kept = scratch_.path() / "state/mirrors/42.git/kedge-changes";
  ASSERT_TRUE(plan(bad_));
  EXPECT_FALSE(std::filesystem::exists(kept)) << "both branches hold the commit itself";
  ASSERT_TRUE(plan(only_here));
  ASSERT_TRUE(std::filesystem::exists(kept)) << "main was searched for the same change";
  const auto written = std::filesystem::last_write_time(kept);
  ASSERT_TRUE(plan(only_here));
  EXPECT_EQ(std::filesystem::last_write_time(kept), written) << "nothing was computed again";
}

TEST_F(Mirrors, AVersionIsRestoredThroughTheMirrorToo) {
  const std::string good = work_.sha(bad_ + "^");
  work_.git({"tag", "v1", good});
  push();
  const auto planned = mirrors_->plan(repository(), {.branches = {"main"}, .to = "v1"});
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->targets.front().kind, rollback::TargetKind::restore);
  const auto published = mirrors_->publish(repository(), publish_request(*planned));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(published->branch, "rollback/main-to-" + good.substr(0, 12));
  EXPECT_EQ(bare_.tree(published->branch), work_.tree(good));
}

TEST_F(Mirrors, TroubleWhileAskingForACommitIsNotItsAbsence) {
  struct Row {
    int status;
    Errc code;
  };
  ASSERT_TRUE(plan(bad_));
  bare_.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
  for (const Row& row : {Row{403, Errc::denied}, Row{429, Errc::rate_limited}, Row{503, Errc::unavailable}}) {
    // After the branches were listed: while the refs are listed once more, and while the commit is asked for.
    for (const int fails : {2, 3}) {
      int asked = 0;
      intercept_ = [&](const GitHttpHost::Asked&) -> std::optional<GitHttpHost::Answer> {
        if (++asked < fails) return std::nullopt;
        return GitHttpHost::Answer{.status = row.status};
      };
      const auto planned = plan(std::string(40, 'a'));
      ASSERT_FALSE(planned);
      EXPECT_EQ(planned.error().code, row.code) << planned.error().message;
      EXPECT_EQ(asked, fails);
    }
  }
}

TEST_F(Mirrors, ABranchThatMovesWhileItIsPushedIsLeftAlone) {
  const auto planned = plan(bad_);
  const std::string ref = "refs/heads/" + planned->branches[0].branch;
  const auto move_before_push = [&](const std::string& sha) {
    intercept_ = [this, ref, sha](const GitHttpHost::Asked& asked) -> std::optional<GitHttpHost::Answer> {
      if (asked.method == "POST" && asked.target.ends_with("/git-receive-pack")) {
        bare_.git({"update-ref", ref, sha});
      }
      return std::nullopt;
    };
  };
  // Made by somebody after we saw that there was none, then moved after we saw our own.
  for (const std::string& theirs : {tip_, work_.sha("main~1")}) {
    move_before_push(theirs);
    const auto published = mirrors_->publish(repository(), publish_request(*plan(bad_)));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Errc::conflict);
    EXPECT_THAT(published.error().message, StartsWith("branch_taken: "));
    EXPECT_EQ(bare_.sha(ref), theirs);
    intercept_ = {};
    bare_.git({"update-ref", "-d", ref});
    ASSERT_TRUE(mirrors_->publish(repository(), publish_request(*plan(bad_))));
    work_.commit("And on", {{"d.txt", theirs + "\n"}});
    work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  }
}

TEST_F(Mirrors, TheServersTroubleKeepsItsKind) {
  struct Row {
    int status;
    Errc code;
  };
  for (const Row& row : {Row{403, Errc::denied}, Row{404, Errc::not_found}, Row{429, Errc::rate_limited},
                         Row{500, Errc::unavailable}, Row{503, Errc::unavailable}}) {
    intercept_ = [&](const GitHttpHost::Asked&) {
      return GitHttpHost::Answer{
          .status = row.status, .body = "Some words", .headers = {{"Retry-After", "30"}}};
    };
    if (row.status == 403) {
      intercept_ = [&](const GitHttpHost::Asked&) {
        return GitHttpHost::Answer{.status = 403, .body = "Some words"};
      };
    }
    const auto planned = plan(bad_);
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().code, row.code) << row.status;
    EXPECT_THAT(planned.error().message, HasSubstr("Some words"));
    EXPECT_EQ(planned.error().retry_after.has_value(), row.status != 403) << row.status;
  }
}

}  // namespace
}  // namespace kedge::adapters::git
