// SPDX-License-Identifier: Apache-2.0
// Repositories as people have them, each planned and compared with what git itself does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bot/adapters/git/local_clone.h"
#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::ConflictKind;
using rollback::Outcome;
using test::GitShell;
using ::testing::HasSubstr;

class RealRepositories : public ::testing::Test {
 protected:
  RealRepositories() : work_(test::make_clone(scratch_.path() / "work")) {
    work_.commit("First", {{"a.txt", "1\n2\n3\n"}, {"dir/b.txt", "b\n"}});
  }

  Result<rollback::Plan> plan_in(const std::filesystem::path& directory, const std::string& target,
                                 int mainline = 0) {
    KEDGE_TRY(clone, LocalClone::open(directory));
    return clone.plan({.targets = {target}, .branches = {"main"}, .mainline = mainline});
  }

  BranchPlan main_of(const std::string& target, int mainline = 0) {
    const auto planned = plan_in(work_.directory(), target, mainline);
    EXPECT_TRUE(planned) << planned.error().message;
    return planned ? planned->branches.front() : BranchPlan{};
  }

  /// git reverts it in the work tree: the tree, or nothing where it conflicts.
  std::string git_reverts(const std::string& target, const std::vector<std::string>& options = {}) {
    work_.git({"checkout", "--quiet", "--force", "--detach", "main"});
    std::vector<std::string> command = {"revert", "--no-commit"};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back(target);
    const bool clean = work_.try_git(command).status == 0;
    std::string tree = clean ? work_.git({"write-tree"}) : "";
    work_.git({"reset", "--quiet", "--hard"});
    work_.git({"clean", "--quiet", "-dff"});
    work_.git({"checkout", "--quiet", "--force", "main"});
    return tree;
  }

  /// The plan is git's own revert, on a tip that went on elsewhere.
  void expect_gits_tree(const std::string& target, const std::string& why) {
    const BranchPlan branch = main_of(target);
    EXPECT_EQ(branch.outcome, Outcome::clean) << why << ": " << branch.reason;
    EXPECT_EQ(branch.tree.value_or(""), git_reverts(target)) << why;
  }

  std::string go_on() { return work_.commit("Go on", {{"later.txt", "l\n"}}); }

  /// A commit of exactly these index lines, for what a work tree cannot hold.
  std::string commit_entries(const std::string& message, const std::vector<std::string>& lines) {
    std::string input;
    for (const std::string& line : lines) input += line + '\0';
    work_.git({"update-index", "-z", "--index-info"}, input);
    work_.git({"commit", "--quiet", "-m", message});
    return work_.sha("HEAD");
  }
  std::string blob(const std::string& bytes) { return work_.git({"hash-object", "-w", "--stdin"}, bytes); }

  test::ScratchDir scratch_;
  GitShell work_;
};

TEST_F(RealRepositories, ASubmoduleGoesBackToItsCommitAndConflictsWhereItMovedOn) {
  const std::string first = std::string(40, '1');
  commit_entries("Add", {"160000 " + first + "\tlib"});
  const std::string moved = commit_entries("Move", {"160000 " + std::string(40, '2') + "\tlib"});
  work_.git({"commit", "--quiet", "--allow-empty", "-m", "Go on"});
  const BranchPlan back = main_of(moved);
  ASSERT_EQ(back.outcome, Outcome::clean) << back.reason;
  const auto clone = LocalClone::open(work_.directory());
  const auto written = clone->write({.branch = back,
                                     .plan = *plan_in(work_.directory(), moved),
                                     .reason = "",
                                     .identity = {.name = "Bob", .email = "bob@example.com"},
                                     .date = from_unix_ms(1'700'300'000'000)});
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_THAT(work_.git({"ls-tree", written->commit, "lib"}), HasSubstr("160000 commit " + first));
  commit_entries("Move on", {"160000 " + std::string(40, '3') + "\tlib"});
  const BranchPlan conflict = main_of(moved);
  ASSERT_EQ(conflict.outcome, Outcome::conflict);
  EXPECT_EQ(conflict.conflicts.front().kind, ConflictKind::submodule);
  EXPECT_EQ(conflict.conflicts.front().later.front().subject, "Move on");
}

TEST_F(RealRepositories, SymbolicLinksModesAndTypesGoBack) {
  std::filesystem::create_symlink("a.txt", work_.directory() / "link");
  work_.commit("Link", {});
  std::filesystem::remove(work_.directory() / "link");
  std::filesystem::create_symlink("dir/b.txt", work_.directory() / "link");
  const std::string relinked = work_.commit("Relink", {});
  std::filesystem::permissions(work_.directory() / "a.txt", std::filesystem::perms::owner_exec,
                               std::filesystem::perm_options::add);
  const std::string mode = work_.commit("Executable", {});
  std::filesystem::remove(work_.directory() / "dir/b.txt");
  std::filesystem::create_symlink("../a.txt", work_.directory() / "dir/b.txt");
  const std::string type = work_.commit("A file becomes a link", {});
  go_on();
  expect_gits_tree(relinked, "symlink");
  expect_gits_tree(mode, "mode");
  expect_gits_tree(type, "type");
}

TEST_F(RealRepositories, ALinkThatWasChangedTwiceConflictsAsALink) {
  std::filesystem::create_symlink("a.txt", work_.directory() / "link");
  work_.commit("Link", {});
  for (const char* to : {"dir", "dir/b.txt"}) {
    std::filesystem::remove(work_.directory() / "link");
    std::filesystem::create_symlink(to, work_.directory() / "link");
    work_.commit("Relink", {});
  }
  const BranchPlan branch = main_of("main~1");
  ASSERT_EQ(branch.outcome, Outcome::conflict);
  EXPECT_EQ(branch.conflicts.front().kind, ConflictKind::symlink);
  EXPECT_EQ(git_reverts("main~1"), "");
}

TEST_F(RealRepositories, LargeFilesByPointerAreReadAsWhatTheyAre) {
  const auto pointer = [](const std::string& digit) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, digit[0]) +
           "\nsize 12345\n";
  };
  work_.commit("Track", {{".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"},
                         {"big.bin", pointer("1")}});
  const std::string changed = work_.commit("Change", {{"big.bin", pointer("2")}});
  go_on();
  expect_gits_tree(changed, "pointer");
  work_.commit("Change again", {{"big.bin", pointer("3")}});
  EXPECT_EQ(main_of(changed).outcome, Outcome::conflict);
  EXPECT_EQ(git_reverts(changed), "");
}

TEST_F(RealRepositories, LineEndsAndTheirAttributesChangeNothing) {
  work_.commit("Ends",
               {{".gitattributes", "*.txt text eol=crlf\n*.bat -text\n"}, {"run.bat", "one\r\ntwo\r\n"}});
  const std::string text = work_.commit("Text", {{"a.txt", "1\r\ntwo\r\n3\r\n"}});
  const std::string raw = work_.commit("Raw", {{"run.bat", "one\r\n2\r\n"}});
  go_on();
  expect_gits_tree(text, "text eol=crlf");
  expect_gits_tree(raw, "-text");
}

TEST_F(RealRepositories, HostileAndForeignPathsAreBytes) {
  const std::vector<std::string> names = {"caf\xe9.txt", "new\nline.txt", "tab\there", "quo\"te",
                                          "-rf",         "a b",           "*",         "\xff\xfe",
                                          "$(touch x)",  "COM1.txt"};
  std::vector<std::pair<std::string, std::string>> before;
  std::vector<std::pair<std::string, std::string>> after;
  for (const std::string& name : names) {
    before.emplace_back(name, "1\n2\n3\n");
    after.emplace_back(name, "1\ntwo\n3\n");
  }
  work_.commit("Before", before);
  const std::string changed = work_.commit("After", after);
  go_on();
  expect_gits_tree(changed, "odd names");
  const BranchPlan branch = main_of(changed);
  EXPECT_EQ(branch.paths_changed.size(), names.size());
}

TEST_F(RealRepositories, OctopusRootAndEmptyCommits) {
  for (const std::string name : {"one", "two", "three"}) {
    work_.git({"checkout", "--quiet", "-b", name, "main"});
    work_.commit("Add " + name, {{name + ".txt", name + "\n"}});
  }
  work_.git({"checkout", "--quiet", "main"});
  work_.commit("Meanwhile", {{"m.txt", "m\n"}});
  work_.git({"merge", "--quiet", "--no-edit", "one", "two", "three"});
  const std::string octopus = work_.sha("main");
  ASSERT_EQ(work_.sha("main^4"), work_.sha("three")) << "an octopus of four parents";
  const std::string empty = work_.commit("Nothing", {});
  go_on();
  EXPECT_EQ(main_of(octopus).tree.value_or(""), git_reverts(octopus, {"-m", "1"}));
  EXPECT_EQ(main_of(octopus, 3).tree.value_or(""), git_reverts(octopus, {"-m", "3"}));
  EXPECT_THAT(plan_in(work_.directory(), octopus, 5).error().message, HasSubstr("it has 4 parents"));
  EXPECT_EQ(main_of(empty).outcome, Outcome::already_reverted) << "there is nothing to revert";
  const std::string root = work_.git({"rev-list", "--max-parents=0", "main"});
  const BranchPlan branch = main_of(root);
  ASSERT_EQ(branch.outcome, Outcome::clean) << branch.reason;
  EXPECT_EQ(*branch.tree, git_reverts(root));
}

TEST_F(RealRepositories, ShallowClonesSayWhatToDo) {
  const std::string changed = work_.commit("Change", {{"a.txt", "1\ntwo\n3\n"}});
  go_on();
  const std::filesystem::path shallow = scratch_.path() / "shallow";
  work_.git({"clone", "--quiet", "--depth", "2", "file://" + work_.directory().string(), shallow.string()});
  const auto planned = plan_in(shallow, changed);
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::invalid);
  EXPECT_THAT(planned.error().message, HasSubstr("git fetch --unshallow"));
  EXPECT_THAT(planned.error().message, HasSubstr("fetch-depth: 0"));
  GitShell(shallow).git({"fetch", "--quiet", "--unshallow"});
  EXPECT_TRUE(plan_in(shallow, changed)) << "and that helps";
}

TEST_F(RealRepositories, BareLinkedAndBorrowingRepositoriesPlanAlike) {
  const std::string changed = work_.commit("Change", {{"a.txt", "1\ntwo\n3\n"}});
  go_on();
  const std::string tree = git_reverts(changed);
  const std::string from = work_.directory().string();
  work_.git({"clone", "--quiet", "--bare", from, (scratch_.path() / "bare.git").string()});
  work_.git({"clone", "--quiet", "--shared", from, (scratch_.path() / "shared").string()});
  work_.git({"clone", "--quiet", "--reference", from, from, (scratch_.path() / "reference").string()});
  work_.git({"worktree", "add", "--quiet", "-b", "elsewhere", (scratch_.path() / "linked").string(), "main"});
  for (const std::string name : {"bare.git", "shared", "reference", "linked", "work/dir"}) {
    const auto planned = plan_in(scratch_.path() / name, changed);
    ASSERT_TRUE(planned) << name << ": " << planned.error().message;
    EXPECT_EQ(planned->branches.front().tree.value_or(""), tree) << name;
  }
  GitShell packed(scratch_.path() / "bare.git");
  packed.git({"repack", "-q", "-a", "-d"});
  packed.git({"pack-refs", "--all"});
  packed.git({"commit-graph", "write", "--reachable"});
  EXPECT_EQ(plan_in(packed.directory(), changed)->branches.front().tree.value_or(""), tree) << "packed";
}

TEST_F(RealRepositories, SomebodyElsesRepositorySaysWhatToDo) {
  const std::string changed = work_.commit("Change", {{"a.txt", "1\ntwo\n3\n"}});
  go_on();
  constexpr uid_t kSomebody = 12'345;
  if (::chown(work_.directory().c_str(), kSomebody, kSomebody) != 0) {
    // Only root can give files away. Everybody else sees the refusal in repositories of others alone, and
    // their own must open.
    EXPECT_TRUE(plan_in(work_.directory(), changed));
    return;
  }
  ::chown((work_.directory() / ".git").c_str(), kSomebody, kSomebody);
  const auto planned = plan_in(work_.directory(), changed);
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::invalid);
  EXPECT_THAT(planned.error().message, HasSubstr("safe.directory"));
}

TEST_F(RealRepositories, ATreeOfAHundredThousandFilesIsPlanned) {
  constexpr int kFolders = 400;
  constexpr int kFiles = 250;
  std::string stream =
      "commit refs/heads/main\ncommitter A <a@example.com> 1700001000 +0000\ndata 4\nMany\n"
      "from " +
      work_.sha("main") + "\n";
  for (int folder = 0; folder < kFolders; ++folder) {
    for (int file = 0; file < kFiles; ++file) {
      const std::string text = std::to_string(file) + "\n";
      stream += "M 100644 inline d" + std::to_string(folder) + "/f" + std::to_string(file) + ".txt\ndata " +
                std::to_string(text.size()) + "\n" + text + "\n";
    }
  }
  const auto change = [&](const std::string& path, const std::string& text) {
    stream +=
        "commit refs/heads/main\ncommitter A <a@example.com> 1700002000 +0000\ndata 6\nChange\nM 100644 "
        "inline " +
        path + "\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
  };
  change("d7/f7.txt", "seven\n");
  change("d8/f8.txt", "eight\n");
  work_.git({"fast-import", "--quiet", "--force"}, stream);
  const BranchPlan branch = main_of("main~1");
  ASSERT_EQ(branch.outcome, Outcome::clean) << branch.reason;
  // In a bare merge, since a hundred thousand files in a work tree would take longer than all other tests.
  const std::string undone =
      work_.git({"commit-tree", work_.tree("main~2"), "-p", work_.sha("main~1"), "-m", "x"});
  const std::string tip =
      work_.git({"commit-tree", work_.tree("main"), "-p", work_.sha("main~1"), "-m", "t"});
  EXPECT_EQ(*branch.tree, work_.git({"merge-tree", "--write-tree", tip, undone}));
  EXPECT_THAT(branch.paths_changed, ::testing::ElementsAre("d7/f7.txt"));
}

}  // namespace
}  // namespace kedge::adapters::git
