// SPDX-License-Identifier: Apache-2.0
// Which files `-- PATH…` means, from wherever `kedge` is called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bot/cli/rollback_paths.h"
#include "tests/contract/git/cli_rollback_fixture.h"

namespace kedge::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CliPaths : public CliRollback {
 protected:
  CliPaths() {
    folders_ = clone_.commit("Folders", {{"d/one.txt", "1\n"}, {"d/e/two.txt", "2\n"}, {"top.txt", "t\n"}});
  }
  Result<std::vector<std::string>> from_root(const std::filesystem::path& directory,
                                             const std::string& path) {
    return paths_from_root({path}, directory, clone_.directory());
  }
  std::string folders_;
};

TEST_F(CliPaths, AreRelativeToWhereItIsCalledAsInGit) {
  const std::filesystem::path root = clone_.directory();
  std::filesystem::create_directory_symlink(root, scratch_.path() / "link");
  struct Row {
    std::filesystem::path directory;
    std::string path;
  };
  for (const Row& row :
       {Row{root, "d/e"}, Row{root, "./d//e/"}, Row{root / "d", "e"}, Row{root / "d/e", "."},
        Row{root / "d/e", "../../d/e"}, Row{root / "d", (root / "d/e").string()}, Row{root / "d", ":/d/e"},
        Row{scratch_.path() / "link/d", "e"}, Row{root, (scratch_.path() / "link/d/e").string()}}) {
    const auto paths = from_root(row.directory, row.path);
    ASSERT_TRUE(paths) << paths.error().message;
    EXPECT_THAT(*paths, ElementsAre("d/e")) << row.directory << " " << row.path;
    EXPECT_EQ(test::GitShell(row.directory).git({"log", "-1", "--format=%H", "--", row.path}), folders_)
        << "git reads it like this too: " << row.path;
  }
  EXPECT_THAT(*from_root(root / "d", "gone/too.txt"), ElementsAre("d/gone/too.txt"));
}

TEST_F(CliPaths, ALinkItselfIsMeantNotWhereItLeads) {
  std::filesystem::create_symlink("one.txt", clone_.directory() / "d/link");
  EXPECT_THAT(*from_root(clone_.directory() / "d", "link"), ElementsAre("d/link"));
}

TEST_F(CliPaths, TheRootMeansAllAndOutsideIsAnError) {
  EXPECT_THAT(*from_root(clone_.directory(), "."), IsEmpty());
  EXPECT_THAT(*from_root(clone_.directory() / "d", ":/"), IsEmpty());
  for (const char* outside : {"../..", "../../elsewhere", "/etc/passwd", ":/../x"}) {
    const auto paths = from_root(clone_.directory() / "d", outside);
    ASSERT_FALSE(paths) << outside;
    EXPECT_THAT(paths.error().message, HasSubstr(outside));
    EXPECT_EQ(paths.error().code, Errc::invalid);
  }
}

TEST_F(CliPaths, InABareRepositoryTheyBeginAtTheRoot) {
  const std::filesystem::path bare = scratch_.path() / "api.git";
  clone_.git({"clone", "--quiet", "--bare", ".", bare.string()});
  test::GitShell(bare).git({"config", "user.name", "Bob"});
  test::GitShell(bare).git({"config", "user.email", "bob@example.com"});
  const Answer answer =
      answer_rollback({"--repo", bare.string(), "--json", folders_, "--branch", "main", "--", "d/e/"},
                      RollbackMode::write, TimePoint{});
  ASSERT_EQ(answer.status, kDone) << answer.out;
  const std::string branch = nlohmann::json::parse(answer.out)["branches"][0]["branch"];
  EXPECT_EQ(test::GitShell(bare).git({"diff", "--name-only", "main", branch}), "d/e/two.txt");
}

TEST_F(CliPaths, AnEmptyOneNeverMeansAll) {
  for (const std::vector<std::string>& paths :
       {std::vector<std::string>{""}, std::vector<std::string>{}, std::vector<std::string>{"a.txt", ""}}) {
    std::vector<std::string> arguments = {bad_, "--"};
    arguments.insert(arguments.end(), paths.begin(), paths.end());
    const std::string before = refs();
    const Answer answer = call(arguments);
    EXPECT_EQ(answer.status, kUsage) << answer.out;
    EXPECT_THAT(answer.err, HasSubstr("or leave `--` out to undo all"));
    EXPECT_EQ(refs(), before);
  }
  EXPECT_THAT(call({"--help"}).out, HasSubstr("from the repository's root"));
}

}  // namespace
}  // namespace kedge::cli
