// SPDX-License-Identifier: Apache-2.0
// What the walk takes without a look, and what it reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_store.h"

namespace kedge::rollback::merge {
namespace {

using test::Files;
using test::link_to;
using test::MemoryStore;
using test::program;
using test::tell;
using test::Told;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A directory as a tree of its own, to ask whether it was read.
std::size_t reads_of(MemoryStore& store, const Files& directory) {
  return store.read.count(to_hex(*store.add(directory)));
}

TEST(Walk, TakesEachSidesOwnChanges) {
  const Told told = tell({.base = {{"a", "1\n"}, {"b", "1\n"}, {"d/gone", "x\n"}, {"d/stays", "y\n"}},
                          .ours = {{"a", "2\n"}, {"b", "1\n"}, {"d/gone", "x\n"}, {"d/stays", "y\n"}},
                          .theirs = {{"a", "1\n"}, {"b", "3\n"}, {"d/stays", "y\n"}, {"e/new", "z\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"a", "2\n"}, {"b", "3\n"}, {"d/stays", "y\n"}, {"e/new", "z\n"}}));
}

TEST(Walk, ReadsNoDirectoryThatOnlyOneSideChanged) {
  MemoryStore store;
  const Files kept = {{"f", "ours\n"}};
  const Files taken = {{"f", "theirs\n"}};
  const Told told = tell(store, {.base = {{"kept/f", "0\n"}, {"taken/f", "0\n"}},
                                 .ours = {{"kept/f", "ours\n"}, {"taken/f", "0\n"}},
                                 .theirs = {{"kept/f", "0\n"}, {"taken/f", "theirs\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"kept/f", "ours\n"}, {"taken/f", "theirs\n"}}));
  EXPECT_EQ(reads_of(store, kept), 0U);
  EXPECT_EQ(reads_of(store, taken), 0U);
}

TEST(Walk, ReadsNothingWhereNothingDiffers) {
  MemoryStore store;
  const Files same = {{"a/f", "1\n"}};
  const Told told = tell(store, {.base = same, .ours = same, .theirs = same});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, same);
  EXPECT_LE(store.read.size(), 1U);
  EXPECT_EQ(store.written, 0U);
}

TEST(Walk, ReadsADirectoryOfOneSideWhereARenameOfThatSideIsNeeded) {
  const std::string text = "1\n2\n3\n4\n";
  const Told told =
      tell({.base = {{"f", text}}, .ours = {{"new/g", text}}, .theirs = {{"f", "1\n2\n3\n4\nmore\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"new/g", "1\n2\n3\n4\nmore\n"}}));
}

TEST(Walk, RemovesAWholeDirectoryAndTheOnesAboveThatGetEmpty) {
  const Told told = tell({.base = {{"a", "1\n"}, {"d/e/f", "2\n"}},
                          .ours = {{"a", "1 1\n"}, {"d/e/f", "2\n"}},
                          .theirs = {{"a", "1\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"a", "1 1\n"}}));
}

TEST(Walk, MayEndWithTheEmptyTree) {
  MemoryStore store;
  const Result<Merge> merge = merge_trees(
      store, {.base = store.add({{"f", "1\n"}}), .ours = store.add({{"f", "1\n"}}), .theirs = {}});
  ASSERT_TRUE(merge);
  EXPECT_EQ(merge->outcome, MergeOutcome::clean);
  EXPECT_THAT(store.files(merge->tree), IsEmpty());
}

TEST(Walk, GivesOursBackWhereTheChangeIsAlreadyThere) {
  MemoryStore store;
  const auto ours = store.add({{"f", "2\n"}, {"g", "other\n"}});
  const Result<Merge> merge = merge_trees(
      store, {.base = store.add({{"f", "1\n"}}), .ours = ours, .theirs = store.add({{"f", "2\n"}})});
  ASSERT_TRUE(merge);
  EXPECT_EQ(merge->tree, ours);
  EXPECT_EQ(store.written, 0U);
}

TEST(Walk, WritesOnlyTheTreesOnTheWayToAChange) {
  MemoryStore store;
  const Files base = {{"a/b/f", "1\n"}, {"a/c/g", "2\n"}, {"d/h", "3\n"}};
  Files ours = base;
  ours["d/h"] = "4\n";
  Files theirs = base;
  theirs["a/b/f"] = "5\n";
  const Told told = tell(store, {.base = base, .ours = ours, .theirs = theirs});
  EXPECT_EQ(told.files, (Files{{"a/b/f", "5\n"}, {"a/c/g", "2\n"}, {"d/h", "4\n"}}));
  // Their `a` is taken as it is, so the top is all that is new.
  EXPECT_EQ(store.written, 1U);
}

TEST(Walk, WritesNothingForAConflictWithoutADraft) {
  MemoryStore store;
  const Result<Merge> merge =
      merge_trees(store, {.base = store.add({{"f", "1\n"}, {"g", "1\n2\n3\n4\n5\n"}}),
                          .ours = store.add({{"f", "2\n"}, {"g", "0\n2\n3\n4\n5\n"}}),
                          .theirs = store.add({{"f", "3\n"}, {"g", "1\n2\n3\n4\n6\n"}})});
  ASSERT_TRUE(merge);
  EXPECT_EQ(merge->outcome, MergeOutcome::conflicted);
  EXPECT_FALSE(merge->tree.has_value());
  EXPECT_EQ(store.written, 0U);
}

TEST(Walk, KeepsBytesOfPathsAsTheyAre) {
  const std::string latin = "caf\xe9";
  const Told told = tell({.base = {{latin + "/f", "1\n"}},
                          .ours = {{latin + "/f", "1\n"}, {latin + "/\xff", "2\n"}},
                          .theirs = {{latin + "/f", "3\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{latin + "/f", "3\n"}, {latin + "/\xff", "2\n"}}));
}

TEST(Walk, SortsAFileBetweenADirectoryAndItsEntriesAsGitDoes) {
  const Told told = tell({.base = {{"a.c", "1\n"}, {"a/f", "1\n"}, {"a0", "1\n"}},
                          .ours = {{"a.c", "2\n"}, {"a/f", "1\n"}, {"a0", "1\n"}},
                          .theirs = {{"a.c", "1\n"}, {"a/f", "2\n"}, {"a0", "2\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"a.c", "2\n"}, {"a/f", "2\n"}, {"a0", "2\n"}}));
}

}  // namespace
}  // namespace kedge::rollback::merge
