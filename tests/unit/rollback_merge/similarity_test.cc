// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/similarity.h"

#include <gtest/gtest.h>

#include <string>

namespace kedge::rollback::merge {
namespace {

std::uint64_t score(const std::string& a, const std::string& b) {
  return score_of(chunks_of(a), chunks_of(b));
}

TEST(Similarity, IsThePartOfTheLargerFileThatBothHave) {
  EXPECT_EQ(score("aaa\nbbb\n", "aaa\nbbb\n"), kSameScore);
  EXPECT_EQ(score("aaa\nbbb\n", "aaa\nccc\n"), kSameScore / 2);
  EXPECT_EQ(score("aaa\n", "aaa\nbbb\nccc\nddd\n"), kSameScore / 4);
  EXPECT_EQ(score("aaa\nbbb\n", "ccc\n"), 0U);
}

TEST(Similarity, DoesNotCareForTheOrderButForTheNumberOfLines) {
  EXPECT_EQ(score("aaa\nbbb\n", "bbb\naaa\n"), kSameScore);
  EXPECT_EQ(score("aaa\naaa\nbbb\nccc\n", "aaa\nddd\neee\nfff\n"), kSameScore / 4);
}

TEST(Similarity, CutsLongLines) {
  const std::string head(64, 'h');
  EXPECT_EQ(score(head + std::string(63, 'x') + "\n", head + std::string(63, 'y') + "\n"), kSameScore / 2);
}

TEST(Similarity, TakesChunksForOneWhereGitsHashDoes) {
  const std::string one = "namespace Symfony\\Component\\Validator\\Tests\\Constraints;\n";
  const std::string other = "use Symfony\\Component\\Messenger\\Transport\\Sender\\SenderInterface";
  EXPECT_EQ(score(one, other), one.size() * kSameScore / other.size());
}

TEST(Similarity, LooksOverCarriageReturnsInTextOnly) {
  EXPECT_EQ(score("aaa\r\n", "aaa\r\n"), kSameScore * 4 / 5);
  EXPECT_GT(score("aaa\r\nbbb\r\n", "aaa\nbbb\n"), kSameScore / 2);
  EXPECT_EQ(score(std::string("\0\naaa\r\n", 7), std::string("\0\naaa\n", 6)), kSameScore * 2 / 7);
}

TEST(Similarity, CountsNoRestWithoutLineEnd) {
  EXPECT_EQ(score("aaa\nbbb", "aaa\nbbb"), kSameScore * 4 / 7);
}

TEST(Similarity, OfEmptyFilesIsNone) {
  EXPECT_EQ(score("", ""), 0U);
}

TEST(Similarity, IsExcludedBySizesTooFarApart) {
  EXPECT_FALSE(sizes_exclude(100, 50, kRenameScore));
  EXPECT_TRUE(sizes_exclude(100, 49, kRenameScore));
  EXPECT_FALSE(sizes_exclude(75, 100, kSameNameScore));
  EXPECT_TRUE(sizes_exclude(74, 100, kSameNameScore));
}

}  // namespace
}  // namespace kedge::rollback::merge
