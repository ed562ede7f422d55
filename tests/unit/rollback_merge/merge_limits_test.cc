// SPDX-License-Identifier: Apache-2.0
// Every limit of the engine ends a merge with its name, and hostile objects end it with an error.
#include <gtest/gtest.h>

#include "bot/base/random.h"
#include "tests/support/memory_store.h"

namespace kedge::rollback::merge {
namespace {

using test::Files;
using test::MemoryStore;
using test::MergeStory;
using test::tell;
using test::Told;

/// Each side with its own change in a directory `depth` levels down.
MergeStory deep(int depth) {
  std::string path;
  for (int i = 1; i < depth; ++i) path += "d/";
  return {.base = {{path + "f", "1\n"}, {path + "g", "1\n"}},
          .ours = {{path + "f", "2\n"}, {path + "g", "1\n"}},
          .theirs = {{path + "f", "1\n"}, {path + "g", "2\n"}}};
}

TEST(MergeLimits, StopAtTheDepthOfAPath) {
  EXPECT_TRUE(tell(deep(20), {.limits = {.depth = 20}}).is_clean());
  const Told told = tell(deep(21), {.limits = {.depth = 20}});
  EXPECT_EQ(told.outcome, MergeOutcome::stopped);
  EXPECT_EQ(told.limit, Limit::depth);
}

TEST(MergeLimits, TheDefaultDepthIsWalkedOnAnOrdinaryStack) {
  EXPECT_TRUE(tell(deep(500)).is_clean());
  EXPECT_EQ(tell(deep(501)).limit, Limit::depth);
}

TEST(MergeLimits, StopAtTheNumberOfPaths) {
  MergeStory story;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "f" + std::to_string(i);
    story.base[name] = "1\n";
    story.ours[name] = "2\n";
    story.theirs[name] = "2\n";
  }
  EXPECT_TRUE(tell(story, {.limits = {.paths = 10}}).is_clean());
  EXPECT_EQ(tell(story, {.limits = {.paths = 9}}).limit, Limit::paths);
}

MergeStory renamed(int files) {
  MergeStory story;
  for (int i = 0; i < files; ++i) {
    const std::string text = fmt::format("{0}a\n{0}b\n{0}c\n{0}d\n", i);
    story.base[fmt::format("f{}", i)] = text;
    story.ours[fmt::format("g{}", i)] = text + "ours\n";
    story.theirs[fmt::format("f{}", i)] = "theirs\n" + text;
  }
  return story;
}

TEST(MergeLimits, StopAtThePairsToCompareForRenames) {
  EXPECT_TRUE(tell(renamed(5), {.limits = {.rename_pairs = 25}}).is_clean());
  EXPECT_EQ(tell(renamed(5), {.limits = {.rename_pairs = 24}}).limit, Limit::rename_pairs);
}

TEST(MergeLimits, StopAtTheBytesToRead) {
  const MergeStory story = {
      .base = {{"f", "1\n2\n3\n4\n"}}, .ours = {{"f", "0\n2\n3\n4\n"}}, .theirs = {{"f", "1\n2\n3\n5\n"}}};
  EXPECT_TRUE(tell(story, {.limits = {.blob_bytes = 24}}).is_clean());
  EXPECT_EQ(tell(story, {.limits = {.blob_bytes = 23}}).limit, Limit::blob_bytes);
}

TEST(MergeLimits, StopWhenTheCallerSaysSo) {
  int asked = 0;
  const Told told = tell(renamed(20), {.is_over = [&] { return ++asked > 10; }});
  EXPECT_EQ(told.limit, Limit::time);
  EXPECT_EQ(asked, 11);
}

/// `10^levels` paths in as many trees as there are levels.
ObjectId bomb(MemoryStore& store, const std::string& leaf, int levels) {
  ObjectId id = *store.add({{"f", leaf.c_str()}});
  for (int level = 0; level < levels; ++level) {
    Tree tree;
    for (char name = '0'; name <= '9'; ++name) {
      tree.push_back({.name = std::string(1, name), .mode = FileMode::directory, .id = id});
    }
    id = store.add_raw_tree(format_tree(tree));
  }
  return id;
}

TEST(MergeLimits, StopTreesThatHoldThemselvesAThousandfold) {
  MemoryStore store;
  const MergeRequest request{
      .base = bomb(store, "1\n", 12), .ours = bomb(store, "2\n", 12), .theirs = bomb(store, "3\n", 12)};
  const Result<Merge> merge = merge_trees(store, request, {.limits = {.paths = 5000}});
  ASSERT_TRUE(merge);
  EXPECT_EQ(merge->limit, Limit::paths);
}

std::string entry(const std::string& mode, const std::string& name) {
  return mode + " " + name + '\0' + std::string(20, 'x');
}

TEST(HostileTrees, EndInAnErrorThatSaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {entry("100644", ""), "no valid name"},
      {entry("100644", "a/b"), "no valid name"},
      {entry("100644", "a") + entry("40000", "a"), "a name twice"},
      {entry("10064x", "a"), "no known mode"},
      {entry("777777777777777", "a"), "no known mode"},
      {entry("010000", "a"), "no known mode"},
      {entry("", "a"), "no known mode"},
      {"100644 a", "cut off"},
      {entry("100644", "a").substr(0, 20), "cut off"},
  };
  for (const auto& [bytes, words] : rows) {
    MemoryStore store;
    const Result<Merge> merge = merge_trees(
        store, {.base = store.add({{"f", "1\n"}}), .ours = store.add_raw_tree(bytes), .theirs = {}});
    ASSERT_FALSE(merge) << words;
    EXPECT_EQ(merge.error().code, Errc::corrupt);
    EXPECT_NE(merge.error().message.find(words), std::string::npos) << merge.error().message;
  }
}

TEST(HostileTrees, OfAnyBytesNeverCrash) {
  SplitMix64 random(1);
  for (int run = 0; run < 3000; ++run) {
    MemoryStore store;
    const auto tree = [&] {
      std::string bytes =
          entry("100644", "a") + entry("40000", "b") + entry("120000", "c") + entry("160000", "d");
      for (std::uint64_t i = random.below(6); i > 0; --i)
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      if (random.chance(20)) bytes.resize(random.below(bytes.size()));
      return store.add_raw_tree(bytes);
    };
    const Result<Merge> merge = merge_trees(store, {.base = tree(), .ours = tree(), .theirs = tree()});
    EXPECT_TRUE(merge || merge.error().code == Errc::corrupt);
  }
}

TEST(Trees, OfOldPermissionBitsAreReadAndWrittenAsTheirKind) {
  const Result<Tree> tree = parse_tree(entry("100664", "a") + entry("100775", "b") + entry("040000", "c"));
  ASSERT_TRUE(tree);
  EXPECT_EQ((*tree)[0].mode, FileMode::regular);
  EXPECT_EQ((*tree)[1].mode, FileMode::executable);
  EXPECT_EQ(format_tree(*tree), entry("100644", "a") + entry("100755", "b") + entry("40000", "c"));
}

TEST(Trees, AreWrittenInGitsOrder) {
  const Result<Tree> tree = parse_tree(entry("100644", "a.c") + entry("40000", "a") + entry("100644", "a0"));
  ASSERT_TRUE(tree);
  EXPECT_EQ((*tree)[0].name, "a");
  EXPECT_EQ(format_tree(*tree), entry("100644", "a.c") + entry("40000", "a") + entry("100644", "a0"));
}

}  // namespace
}  // namespace kedge::rollback::merge
