// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/ref_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bot/adapters/git/repo.h"
#include "bot/base/text.h"
#include "tests/support/git_shell.h"
#include "tests/support/scratch.h"

namespace kedge::adapters::git {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class RefTable : public ::testing::Test {
 protected:
  RefTable() : work_(test::make_clone(scratch_.path())), one_(work_.commit("One", {{"a.txt", "1\n"}})) {}

  std::vector<std::pair<std::string, std::string>> seen() {
    std::vector<std::pair<std::string, std::string>> refs;
    for_each_ref(repo(), [&](const RefAt& ref) { refs.emplace_back(ref.name, to_sha(ref.commit)); });
    return refs;
  }

  /// Opened once: what it remembers is what is tested.
  const Repo& repo() {
    if (!repo_) repo_.emplace(*Repo::open(scratch_.path()));
    return *repo_;
  }

  test::ScratchDir scratch_;
  test::GitShell work_;
  std::string one_;
  std::optional<Repo> repo_;
};

TEST_F(RefTable, HasLooseAndPackedRefsOnceAndTagsPeeled) {
  work_.git({"tag", "-a", "-m", "v1", "v1"});
  work_.git({"tag", "light"});
  work_.git({"branch", "team/next"});
  const auto loose = seen();
  EXPECT_THAT(loose, UnorderedElementsAre(Pair("refs/heads/main", one_), Pair("refs/heads/team/next", one_),
                                          Pair("refs/tags/v1", one_), Pair("refs/tags/light", one_)));
  work_.git({"pack-refs", "--all"});
  EXPECT_THAT(seen(), ::testing::UnorderedElementsAreArray(loose));
}

TEST_F(RefTable, TakesAFileOfItsOwnBeforeThePackedOne) {
  work_.git({"pack-refs", "--all"});
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_)));
  const std::string two = work_.commit("Two", {{"a.txt", "2\n"}});
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", two)));
}

TEST_F(RefTable, SeesThatRefsWerePackedAnewOrAreGone) {
  work_.git({"tag", "v1"});
  work_.git({"pack-refs", "--all"});
  EXPECT_EQ(seen().size(), 2U);
  const std::string two = work_.commit("Two", {{"a.txt", "2\n"}});
  work_.git({"tag", "v2"});
  work_.git({"tag", "-d", "v1"});
  work_.git({"pack-refs", "--all"});
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", two), Pair("refs/tags/v2", two)));
}

TEST_F(RefTable, LeavesOutWhatLeadsToNoCommitAndDamagedLines) {
  work_.git({"tag", "tree", "HEAD^{tree}"});
  work_.git({"pack-refs", "--all"});
  const std::filesystem::path file = scratch_.path() / ".git/packed-refs";
  test::write_file(file,
                   test::read_file(file) + "^\nnonsense\n" + std::string(40, 'a') + " refs/heads/gone\n");
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_)));
}

TEST_F(RefTable, PeelsTagsThatAnotherProgramPackedWithoutSayingWhatTheyStandOn) {
  work_.git({"tag", "-a", "-m", "v1", "v1"});
  work_.git({"pack-refs", "--all"});
  const std::filesystem::path file = scratch_.path() / ".git/packed-refs";
  std::string bare;
  for (const std::string& line : split_lines(test::read_file(file))) {
    if (!line.starts_with('^') && !line.starts_with('#')) bare += line + "\n";
  }
  test::write_file(file, bare);
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_), Pair("refs/tags/v1", one_)));
}

TEST_F(RefTable, LeavesOutLocksAndPullRequests) {
  work_.git({"update-ref", "refs/pull/7/head", "HEAD"});
  test::write_file(scratch_.path() / ".git/refs/heads/next.lock", one_ + "\n");
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_)));
  std::filesystem::remove(scratch_.path() / ".git/refs/heads/next.lock");
  work_.git({"pack-refs", "--all"});
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_)));
}

TEST_F(RefTable, IsTheSameInALinkedWorkTree) {
  work_.git({"tag", "v1"});
  const std::filesystem::path linked = scratch_.path() / "linked";
  work_.git({"worktree", "add", "--quiet", "-b", "next", linked.string()});
  repo_.emplace(*Repo::open(linked));
  EXPECT_THAT(seen(), UnorderedElementsAre(Pair("refs/heads/main", one_), Pair("refs/heads/next", one_),
                                           Pair("refs/tags/v1", one_)));
}

}  // namespace
}  // namespace kedge::adapters::git
