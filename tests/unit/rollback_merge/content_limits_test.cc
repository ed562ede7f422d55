// SPDX-License-Identifier: Apache-2.0
// Large and hostile files: the merge ends within its limits, and what it says is still right.
#include <gtest/gtest.h>

#include "bot/rollback/merge/content_merge.h"

namespace kedge::rollback::merge {
namespace {

MergedContent merge(const std::string& base, const std::string& ours, const std::string& theirs) {
  return merge_content(base, ours, theirs, ContentDriver::text, {.ours = "o", .theirs = "t"});
}

std::string numbered(std::size_t count, std::size_t from = 0) {
  std::string text;
  for (std::size_t i = from; i < from + count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST(ContentLimits, AHundredThousandLinesMergeExactly) {
  const std::string middle = numbered(100'000);
  const MergedContent merged = merge("a\n" + middle + "b\n", "A\n" + middle + "b\n", "a\n" + middle + "B\n");
  EXPECT_TRUE(merged.is_clean());
  EXPECT_FALSE(merged.is_coarse);
  EXPECT_TRUE(merged.text == "A\n" + middle + "B\n");
}

TEST(ContentLimits, OneHugeLineConflicts) {
  const std::string huge(8'000'000, 'x');
  const MergedContent merged = merge(huge, huge + "o", huge + "t");
  ASSERT_EQ(merged.conflicts.size(), 1U);
  EXPECT_TRUE(merged.text == "<<<<<<< o\n" + huge + "o\n=======\n" + huge + "t\n>>>>>>> t\n");
}

TEST(ContentLimits, AFileTooLongIsNotMerged) {
  const std::string large(kMergedFileBytesMax, 'x');
  EXPECT_TRUE(merge("a\n" + large, "b\n", "c\n").is_binary);
  const std::string many(kMergedFileLinesMax, '\n');
  EXPECT_TRUE(merge("a\n", "b\n", "c" + many).is_binary);
  EXPECT_FALSE(merge("a\n", "b\n", many.substr(1)).is_binary);
}

TEST(ContentLimits, EveryOtherLineNewTakesBoundedWork) {
  // Each common line is found by itself, each time after a look at all that is left.
  std::string base;
  std::string ours;
  for (int i = 0; i < 60'000; ++i) {
    base += "common " + std::to_string(i) + "\nold " + std::to_string(i) + "\n";
    ours += "common " + std::to_string(i) + "\nnew " + std::to_string(i) + "\n";
  }
  const MergedContent merged = merge(base, ours, "first\n" + base);
  EXPECT_TRUE(merged.is_coarse);
  EXPECT_TRUE(merged.is_clean());
  EXPECT_TRUE(merged.text == "first\n" + ours);
}

TEST(ContentLimits, RepeatedLinesTakeBoundedWork) {
  // Nothing but two frequent lines, in another order on each side.
  const auto mixed = [](std::size_t step) {
    std::string text;
    for (std::size_t i = 0; i < 150'000; ++i) text += i * i / step % 3 == 0 ? "}\n" : "\n";
    return text;
  };
  const MergedContent merged = merge(mixed(7), mixed(11), mixed(13));
  EXPECT_FALSE(merged.text.empty());
}

TEST(ContentLimits, ChangesThatSlideThroughEachOtherTakeBoundedWork) {
  std::string base;
  std::string ours;
  for (int i = 0; i < 100'000; ++i) {
    base += "a\nb\n";
    ours += i % 50 == 0 ? "a\nb\na\nb\n" : "a\nb\n";
  }
  const MergedContent merged = merge(base, ours, "x\n" + base);
  EXPECT_TRUE(merged.text.starts_with("x\n"));
}

}  // namespace
}  // namespace kedge::rollback::merge
