// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/patch_index.h"

#include <gtest/gtest.h>

#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

class Index : public ::testing::Test {
 protected:
  Index() : shell_(test::make_clone(scratch_.path() / "work")) {
    first_ = shell_.commit("First", {{"a.txt", "1\n"}});
    second_ = shell_.commit("Second", {{"a.txt", "2\n"}});
    repo_.emplace(*Repo::open(shell_.directory()));
  }
  std::string patch_id(PatchIndex& index) {
    const auto id = index.patch_id(*repo_, second_, shell_.tree(first_), shell_.tree(second_));
    EXPECT_TRUE(id) << id.error().message;
    return id.value_or("");
  }

  test::ScratchDir scratch_;
  test::GitShell shell_;
  std::string first_;
  std::string second_;
  std::optional<Repo> repo_;
  std::filesystem::path file_ = scratch_.path() / "changes";
};

TEST_F(Index, IsGitsPatchIdAndIsComputedOnce) {
  PatchIndex index(file_);
  const std::string shown = shell_.git({"patch-id", "--stable"}, shell_.git({"show", second_}) + "\n");
  EXPECT_EQ(patch_id(index), shown.substr(0, 40));
  EXPECT_EQ(index.computed(), 2U) << "the shape and the id";
  index.save();
  PatchIndex again(file_);
  EXPECT_EQ(patch_id(again), shown.substr(0, 40));
  EXPECT_EQ(again.computed(), 0U);
}

TEST_F(Index, ADamagedFileIsComputedAnew) {
  PatchIndex index(file_);
  const std::string id = patch_id(index);
  index.save();
  const std::string good = test::read_file(file_);
  std::string flipped = good;
  flipped[40] = static_cast<char>(flipped[40] ^ 1);
  for (const std::string& bytes :
       {flipped, good.substr(0, good.size() - 5), std::string("x"), std::string()}) {
    test::write_file(file_, bytes);
    PatchIndex again(file_);
    EXPECT_EQ(patch_id(again), id);
    EXPECT_EQ(again.computed(), 2U);
  }
}

TEST_F(Index, AShapeIsOfPathsAndModesAlone) {
  const Change change{.path = "a", .old_mode = 0100644, .old_id = "1", .new_mode = 0100644, .new_id = "2"};
  Change other = change;
  other.new_id = "3";
  EXPECT_EQ(shape_of({change}), shape_of({other}));
  other.new_mode = 0100755;
  EXPECT_NE(shape_of({change}), shape_of({other}));
  EXPECT_EQ(shape_of({}), 0U);
}

TEST_F(Index, DropsTheOldestBeyondItsLimit) {
  constexpr std::size_t kCommits = 10;
  PatchIndex index(file_, kCommits);
  const std::string before = shell_.tree(first_);
  const std::string after = shell_.tree(second_);
  for (std::size_t i = 0; i <= kCommits; ++i) {
    ASSERT_TRUE(index.shape(*repo_, fmt::format("{:040x}", i + 1), before, after));
  }
  index.save();
  EXPECT_EQ(std::filesystem::file_size(file_), 16 + kCommits * 48 + 32);
  PatchIndex again(file_);
  ASSERT_TRUE(again.shape(*repo_, fmt::format("{:040x}", 2), before, after));
  EXPECT_EQ(again.computed(), 0U);
  ASSERT_TRUE(again.shape(*repo_, fmt::format("{:040x}", 1), before, after));
  EXPECT_EQ(again.computed(), 1U) << "the first one was dropped";
}

}  // namespace
}  // namespace kedge::adapters::git
