// SPDX-License-Identifier: Apache-2.0
// Every command that a plan suggests does what it says when it is pasted into the shell that `kedge` was
// called in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "bot/base/terminal.h"
#include "bot/base/text.h"
#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using test::Ran;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class CliNextSteps : public CliRollback {
 protected:
  CliNextSteps() : at_(clone_.directory()) {}

  Ran shell(const std::string& line) {
    std::map<std::string, std::string> environment = clone_.environment();
    environment["LC_ALL"] = "C.UTF-8";
    // The program is sanitized too, where these tests are.
    for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"})
      if (const char* value = std::getenv(name)) environment[name] = value;
    return test::run({.arguments = {"bash", "-c", "PATH='" KEDGE_PROGRAM_DIR "':$PATH\n" + line},
                      .directory = at_,
                      .environment = environment});
  }
  /// The commands that `kedge …` suggests: what stands on lines of their own.
  std::vector<std::string> suggested(const std::string& line, int status = kConflict) {
    const Ran ran = shell(line);
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    std::vector<std::string> commands;
    const std::size_t next = ran.out.find("\nNext\n");
    EXPECT_NE(next, std::string::npos) << ran.out;
    for (const std::string& one : split_lines(ran.out.substr(next + 6))) {
      if (one.starts_with("    ")) commands.push_back(one.substr(4));
    }
    return commands;
  }
  std::string only_suggested(const std::string& line, int status = kConflict) {
    const std::vector<std::string> commands = suggested(line, status);
    EXPECT_THAT(commands, SizeIs(1)) << line;
    return commands.empty() ? "" : commands.front();
  }
  /// Two changes of the same line, of which a closure of one commit is too short.
  void make_main_conflict_twice() {
    make_main_conflict();
    clone_.commit("More of it", {{"a.txt", "1\nbroken and much more\n3\n4\n5\n6\n7\n8\n"}});
  }
  void checkout(const std::string& what) { clone_.git({"checkout", "--quiet", what}); }

  std::filesystem::path at_;
};

TEST_F(CliNextSteps, TheClosureOfARebasedPullRequestIsOneCallAway) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_});
  clone_.commit("One", {{"p.txt", "1\n"}});
  const std::string head = clone_.commit("Two", {{"q.txt", "2\n"}});
  clone_.git({"update-ref", "refs/pull/8/head", head});
  checkout("main");
  clone_.git({"cherry-pick", head + "~1", head});
  clone_.commit("On top", {{"p.txt", "11\n"}});
  const std::string command = only_suggested("kedge plan '#8' --branch main");
  EXPECT_THAT(command, HasSubstr("'#8'"));
  const Ran ran = shell(command);
  EXPECT_EQ(ran.status, kDone) << command << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("rollback/main-"));
}

TEST_F(CliNextSteps, TheClosureKeepsRepositoryPathsReasonAndHostileNames) {
  const std::string hostile = "we;ird$(touch${IFS}pwned)'s`id`&";
  clone_.git({"checkout", "--quiet", "-b", hostile, bad_});
  clone_.commit("Spaces", {{"d/it's a file.txt", "1\n"}, {"other.txt", "1\n"}});
  clone_.commit("And then", {{"d/it's a file.txt", "2\n"}, {"other.txt", "1\n"}});
  checkout("main");
  const std::filesystem::path moved = scratch_.path() / "with a space";
  std::filesystem::rename(clone_.directory(), moved);
  at_ = scratch_.path();
  const std::string command =
      only_suggested("kedge rollback " + shell_word(hostile + "~1") + " --branch " + shell_word(hostile) +
                     " --repo 'with a space' --reason $'It\\'s\\ndown' -- \"d/it's a file.txt\"");
  const Ran ran = shell(command);
  EXPECT_EQ(ran.status, kDone) << command << ran.out << ran.err;
  test::GitShell moved_clone(moved);
  const std::string written =
      moved_clone.git({"for-each-ref", "--format=%(refname)", "refs/heads/rollback/"});
  EXPECT_EQ(moved_clone.git({"diff", "--name-status", hostile, written}), "D\td/it's a file.txt");
  EXPECT_THAT(moved_clone.git({"log", "-1", "--format=%B", written}), HasSubstr("It's\ndown"));
  EXPECT_FALSE(std::filesystem::exists(at_ / "pwned"));
}

TEST_F(CliNextSteps, ARevertByHandTakesItsMainlineForMergesAlone) {
  clone_.git({"checkout", "--quiet", "-b", "topic", bad_});
  clone_.commit("Topic", {{"t.txt", "t\n"}});
  checkout("main");
  clone_.git({"merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic"});
  const std::string merge = clone_.sha("main");
  make_main_conflict_twice();
  const std::string command =
      only_suggested("kedge plan " + merge + " " + bad_ + " --branch main --limit closure_max=1");
  EXPECT_THAT(command, HasSubstr(" -m 1 " + merge));
  EXPECT_THAT(command, Not(HasSubstr(" -m 1 " + bad_)));
  EXPECT_NE(shell(command).status, 0) << "the second revert stops at its conflict";
  EXPECT_THAT(clone_.git({"symbolic-ref", "--short", "HEAD"}), ::testing::StartsWith("rollback/main-"));
  EXPECT_THAT(clone_.git({"log", "-1", "--format=%s"}), HasSubstr("Revert \"Merge topic\""));
  EXPECT_EQ(clone_.sha("REVERT_HEAD"), bad_);
  EXPECT_EQ(clone_.git({"diff", "--name-only", "--diff-filter=U"}), "a.txt");
}

TEST_F(CliNextSteps, ARevertByHandKeepsToThePathsAlsoFromASubdirectory) {
  clone_.commit("A folder", {{"deep/er/x.txt", "x\n"}});
  make_main_conflict_twice();
  at_ = clone_.directory() / "deep/er";
  EXPECT_NE(
      shell(only_suggested("kedge plan " + bad_ + " --branch main --limit closure_max=1 -- ../../a.txt"))
          .status,
      0);
  EXPECT_EQ(clone_.git({"diff", "--name-only", "--diff-filter=U"}), "a.txt");
  EXPECT_THAT(test::read_file(clone_.directory() / "a.txt"), HasSubstr("<<<<<<< "));
  EXPECT_TRUE(std::filesystem::exists(clone_.directory() / "new.txt")) << "the rest of the commit stays";
}

TEST_F(CliNextSteps, ABareRepositoryGetsAWorkTreeBesideIt) {
  make_main_conflict_twice();
  std::filesystem::create_directories(scratch_.path() / "some where");
  clone_.git({"clone", "--quiet", "--bare", ".", (scratch_.path() / "some where/api.git").string()});
  const std::string plan = "kedge plan " + bad_ + " --branch main --limit closure_max=1";
  at_ = scratch_.path();
  const std::string from_outside = only_suggested(plan + " --repo 'some where/api.git'");
  at_ = scratch_.path() / "some where/api.git";
  const std::string from_inside = only_suggested(plan);
  EXPECT_NE(shell(from_inside).status, 0);
  const std::filesystem::path tree = scratch_.path() / "some where" / ("rollback-main-" + bad_.substr(0, 12));
  test::GitShell beside(tree);
  EXPECT_EQ(beside.sha("REVERT_HEAD"), bad_);
  EXPECT_EQ(beside.git({"symbolic-ref", "--short", "HEAD"}), branch_of("main"));
  test::GitShell(at_).git({"worktree", "remove", "--force", tree.string()});
  test::GitShell(at_).git({"branch", "-D", branch_of("main")});
  at_ = scratch_.path();
  EXPECT_NE(shell(from_outside).status, 0);
  EXPECT_EQ(beside.sha("REVERT_HEAD"), bad_);
}

TEST_F(CliNextSteps, AWrittenBranchIsPushedByWhatIsSaid) {
  EXPECT_THAT(shell("kedge rollback " + bad_ + " --branch main").out,
              HasSubstr("there is no remote `origin`"));
  const test::GitShell origin = test::make_bare(scratch_.path() / "origin.git");
  clone_.git({"remote", "add", "origin", origin.directory().string()});
  at_ = scratch_.path();
  for (const std::string& command : suggested("kedge rollback " + bad_ + " --repo work", kDone)) {
    const Ran ran = shell(command);
    EXPECT_EQ(ran.status, 0) << command << ran.err;
  }
  for (const std::string base : {"main", "develop"})
    EXPECT_EQ(test::GitShell(origin).sha(branch_of(base)), clone_.sha(branch_of(base)));
}

TEST_F(CliNextSteps, ADistrustedRepositoryOpensByTheAdviceAndNoOtherDoes) {
  // Only root can give files away; for everybody else their own must open.
  constexpr uid_t kSomebody = 12'345;
  const bool is_root = ::geteuid() == 0;
  const std::filesystem::path other = scratch_.path() / "other";
  std::filesystem::create_directories(clone_.directory() / "it's deep");
  clone_.git({"clone", "--quiet", ".", other.string()});
  const std::filesystem::path foreign = scratch_.path() / "foreign & co";
  std::filesystem::rename(clone_.directory(), foreign);
  for (const std::filesystem::path& root : {foreign, other}) {
    for (const std::filesystem::path& one : {root, root / ".git", root / "it's deep"}) {
      if (is_root && std::filesystem::exists(one)) {
        ASSERT_EQ(::chown(one.c_str(), kSomebody, kSomebody), 0);
      }
    }
  }
  const auto in = [this](const std::filesystem::path& directory, const std::string& line) {
    at_ = directory;
    return shell("export HOME='" + scratch_.path().string() + "'; unset GIT_CONFIG_GLOBAL; " + line);
  };
  const std::string plan = "kedge plan " + bad_ + " --branch main";
  if (!is_root) {
    EXPECT_EQ(in(foreign, plan).status, kDone);
    return;
  }
  const Ran refused = in(foreign / "it's deep", plan + " --repo ..");
  EXPECT_EQ(refused.status, kUsage);
  const std::vector<std::string> parts = split(refused.err, '`');
  ASSERT_THAT(parts, SizeIs(3)) << refused.err;
  EXPECT_THAT(parts[1], ::testing::EndsWith("safe.directory '" + foreign.string() + "'"));
  EXPECT_EQ(in(foreign, parts[1]).status, 0);
  EXPECT_EQ(in(foreign / "it's deep", plan).status, kDone) << in(foreign, plan).err;
  EXPECT_EQ(in(foreign, "git status").status, 0) << "git trusts it now, too";
  EXPECT_EQ(in(other, plan).status, kUsage) << "but nothing else";
}

}  // namespace
}  // namespace kedge::cli
