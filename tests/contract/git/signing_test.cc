// SPDX-License-Identifier: Apache-2.0
// Signed commits, judged by git itself, and commits that the forge makes of objects that git brought.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using incident::CommitMode;
using test::GitShell;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
namespace fs = std::filesystem;

/// Makes commits in the server's own repository, as GitHub does.
class OwnCommits : public ports::Commits {
 public:
  explicit OwnCommits(GitShell& server) : server_(server) {}

  Result<ports::MadeCommit> make_commit(const ports::Repository&, const ports::NewCommit& commit) override {
    if (fails_ > 0 && fails_-- > 0) return fail(Errc::unavailable, "cannot make a commit: 503");
    server_.set("GIT_COMMITTER_EMAIL", "noreply@example.com");
    server_.set("GIT_AUTHOR_NAME", "kedge[bot]");
    server_.set("GIT_AUTHOR_EMAIL", "kedge@example.com");
    const auto made =
        server_.try_git({"commit-tree", commit.tree, "-p", commit.parent, "-m", commit.message});
    if (made.status != 0) return fail(Errc::invalid, "cannot make a commit: {}", made.err);
    return ports::MadeCommit{.sha = made.out.substr(0, 40), .verified = verified_};
  }
  Result<void> create_branch(const ports::Repository&, const std::string& branch,
                             const std::string& sha) override {
    const auto made = server_.try_git({"update-ref", "refs/heads/" + branch, sha, std::string(40, '0')});
    if (made.status != 0) return fail(Errc::conflict, "cannot make the branch: Reference already exists");
    return {};
  }
  Result<void> remove_ref(const ports::Repository&, const std::string& ref) override {
    server_.try_git({"update-ref", "-d", ref});
    return {};
  }
  Result<bool> may_change_workflows(const ports::Repository&) override { return may_; }

  bool verified_ = true;
  bool may_ = true;
  int fails_ = 0;

 private:
  GitShell& server_;
};

class Signing : public Mirrors {
 protected:
  void use(SigningKeys keys) {
    MirrorOptions options{.state_dir = scratch_.path() / "state",
                          .git_url = host_->url(),
                          .token = [](const ports::Repository&) -> Result<Secret> { return Secret(kToken); }};
    options.keys = std::move(keys);
    options.commits = &github_;
    mirrors_ = std::make_unique<GitMirrors>(std::move(options));
  }

  Result<ports::GitRepo::Published> publish(CommitMode mode, bool signoff = false) {
    const auto planned = plan(bad_);
    if (!planned) return pass(planned.error());
    ports::GitRepo::Publish request = publish_request(*planned);
    request.commit_mode = mode;
    request.signoff = signoff;
    return mirrors_->publish(repository(), request);
  }

  fs::path make_ssh_key() {
    const fs::path key = scratch_.path() / "key";
    const auto made =
        test::run({.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.string()}});
    EXPECT_EQ(made.status, 0) << made.err;
    return key;
  }

  std::string all_refs() { return bare_.git({"for-each-ref", "--format=%(refname)"}); }

  OwnCommits github_{bare_};
};

TEST_F(Signing, ByAnSshKeyIsVerifiedByGit) {
  const fs::path key = make_ssh_key();
  use({.ssh_key_file = key.string()});
  const auto published = publish(CommitMode::ssh);
  ASSERT_TRUE(published) << published.error().message;
  const fs::path allowed = scratch_.path() / "allowed";
  test::write_file(allowed, "kedge@example.com " + test::read_file(key.string() + ".pub"));
  const auto verified = bare_.try_git(
      {"-c", "gpg.ssh.allowedSignersFile=" + allowed.string(), "verify-commit", published->branch});
  EXPECT_EQ(verified.status, 0) << verified.err;
  EXPECT_TRUE(bare_.is_sound());
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
  const auto again = publish(CommitMode::ssh);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->unchanged);
  EXPECT_EQ(again->commit, published->commit);
}

TEST_F(Signing, ByAGpgKeyIsVerifiedByGit) {
  const fs::path home = scratch_.path() / "gpg";
  fs::create_directory(home);
  fs::permissions(home, fs::perms::owner_all);
  ::setenv("GNUPGHOME", home.c_str(), 1);
  const auto made = test::run({.arguments = {"gpg", "--batch", "--passphrase", "", "--quick-gen-key",
                                             "Kedge <kedge@example.com>", "ed25519", "sign"},
                               .environment = {{"GNUPGHOME", home.string()}}});
  ASSERT_EQ(made.status, 0) << made.err;
  use({.gpg_key = "kedge@example.com"});
  const auto published = publish(CommitMode::gpg);
  bare_.set("GNUPGHOME", home.string());
  const auto verified = published ? bare_.try_git({"verify-commit", published->branch}) : test::Ran{};
  test::run({.arguments = {"gpgconf", "--kill", "all"}, .environment = {{"GNUPGHOME", home.string()}}});
  ::unsetenv("GNUPGHOME");
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(verified.status, 0) << verified.err;
}

TEST_F(Signing, WithoutAKeyIsRefusedByNameAndNothingIsPushed) {
  use({});
  const std::string before = all_refs();
  for (const CommitMode mode : {CommitMode::ssh, CommitMode::gpg}) {
    const auto published = publish(mode);
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Errc::denied);
    EXPECT_THAT(published.error().message, StartsWith("signing: "));
  }
  use({.ssh_key_file = "/nonexistent/key"});
  EXPECT_THAT(publish(CommitMode::ssh).error().message, StartsWith("signing: ssh-keygen refuses"));
  EXPECT_EQ(all_refs(), before);
}

TEST_F(Signing, SignedOffByWhoCommits) {
  use({});
  const auto published = publish(CommitMode::git, true);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(
      bare_.git({"log", "-1", "--format=%(trailers)", published->branch}),
      "Incident: https://example.com/acme/api/issues/42\nSigned-off-by: kedge[bot] <kedge@example.com>\n");
}

TEST_F(Signing, ByTheForgeLeavesTheBranchAndNothingElse) {
  use({});
  const auto published = publish(CommitMode::api);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.sha(published->branch), published->commit);
  EXPECT_EQ(bare_.sha(published->branch + "^"), tip_);
  EXPECT_EQ(bare_.git({"log", "-1", "--format=%ce", published->branch}), "noreply@example.com");
  EXPECT_THAT(all_refs(), ::testing::Not(HasSubstr("refs/kedge/objects")));
  EXPECT_EQ(published->safety_where, "pushed");
  const auto again = publish(CommitMode::api);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->unchanged) << "parent, tree and what it reverts are compared, not the id";
  EXPECT_EQ(again->commit, published->commit);
}

TEST_F(Signing, ByTheForgeIsTriedAgainWhereItFailed) {
  use({});
  github_.fails_ = 1;
  ASSERT_FALSE(publish(CommitMode::api));
  EXPECT_THAT(all_refs(), HasSubstr("refs/kedge/objects"));
  const auto published = publish(CommitMode::api);
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_THAT(all_refs(), ::testing::Not(HasSubstr("refs/kedge/objects")));
}

TEST_F(Signing, ByTheForgeMovesItsOwnBranchWithALease) {
  use({});
  const auto first = publish(CommitMode::api);
  ASSERT_TRUE(first) << first.error().message;
  work_.commit("And on", {{"d.txt", "d\n"}});
  work_.git({"push", "--quiet", bare_.directory().string(), "main"});
  for (const bool lost : {false, true}) {
    if (lost) fs::remove_all(scratch_.path() / "state/mirrors");
    work_.commit("And on", {{"e.txt", lost ? "1\n" : "2\n"}});
    work_.git({"push", "--quiet", bare_.directory().string(), "main"});
    const auto moved = publish(CommitMode::api);
    ASSERT_TRUE(moved) << moved.error().message;
    EXPECT_EQ(bare_.sha(moved->branch + "^"), work_.sha("main"));
    EXPECT_EQ(bare_.sha(moved->branch), moved->commit);
  }
}

TEST_F(Signing, ThatTheForgeDidNotDoIsRefused) {
  use({});
  github_.verified_ = false;
  const auto published = publish(CommitMode::api);
  ASSERT_FALSE(published);
  EXPECT_THAT(published.error().message, StartsWith("signing: "));
  EXPECT_THAT(all_refs(), ::testing::Not(HasSubstr("rollback/")));
}

TEST_F(Signing, WorkflowFilesAreNotPushedWithoutThePermission) {
  use({});
  bad_ = work_.commit("Break CI", {{".github/workflows/ci.yml", "on: push\n"}});
  push();
  github_.may_ = false;
  const std::string before = all_refs();
  for (const CommitMode mode : {CommitMode::git, CommitMode::api}) {
    const auto published = publish(mode);
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, Errc::denied);
    EXPECT_THAT(published.error().message, StartsWith("workflow_permission: "));
  }
  EXPECT_EQ(all_refs(), before) << "not even a safety ref";
  github_.may_ = true;
  EXPECT_TRUE(publish(CommitMode::git));
}

TEST_F(Signing, OtherFilesNeedNoPermissionForWorkflows) {
  work_.commit("CI", {{".github/workflows/ci.yml", "on: push\n"}});
  push();
  use({});
  github_.may_ = false;
  const auto published = publish(CommitMode::git);
  EXPECT_TRUE(published) << published.error().message;
}

}  // namespace
}  // namespace kedge::adapters::git
