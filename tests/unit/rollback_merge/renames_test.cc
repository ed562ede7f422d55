// SPDX-License-Identifier: Apache-2.0
// Renames: which are found, and what becomes of the other side's change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_store.h"

namespace kedge::rollback::merge {
namespace {

using test::Files;
using test::link_to;
using test::MemoryStore;
using test::MergeStory;
using test::tell;
using test::TestFile;
using test::Told;
using ::testing::ElementsAre;

/// `count` lines of nine bytes each, all different from those of another letter.
std::string lines(char letter, int count, int from = 0) {
  std::string text;
  for (int i = from; i < from + count; ++i) text += fmt::format("{} {:06}\n", letter, i);
  return text;
}

const std::string kText = lines('a', 10);
const std::string kChanged = kText + "theirs\n";

TEST(Renames, FollowEqualContentToAnyName) {
  const Told told = tell({.base = {{"f", kText}}, .ours = {{"x/g", kText}}, .theirs = {{"f", kChanged}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"x/g", kChanged}}));
}

TEST(Renames, WorkOnEitherSide) {
  const Told told = tell({.base = {{"f", kText}}, .ours = {{"f", kChanged}}, .theirs = {{"x/g", kText}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"x/g", kChanged}}));
}

TEST(Renames, PreferTheSameBaseNameAmongEqualContent) {
  const Told told = tell({.base = {{"a/f", kText}, {"b/g", kText}},
                          .ours = {{"c/g", kText}, {"d/f", kText}},
                          .theirs = {{"a/f", kText}, {"b/g", kChanged}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"c/g", kChanged}, {"d/f", kText}}));
}

TEST(Renames, MergeTheContentWhereBothChangedIt) {
  const Told told =
      tell({.base = {{"f", kText}}, .ours = {{"g", "ours\n" + kText}}, .theirs = {{"f", kChanged}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"g", "ours\n" + kChanged}}));
}

TEST(Renames, LabelTheMarkersWithBothPaths) {
  const Told told =
      tell({.base = {{"f", kText}}, .ours = {{"g", kText + "ours\n"}}, .theirs = {{"f", kChanged}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: both_changed"));
  EXPECT_EQ(told.files, (Files{{"g", kText + "<<<<<<< ours:g\nours\n=======\ntheirs\n>>>>>>> theirs:f\n"}}));
  EXPECT_EQ(told.conflicts[0].sides[2].path, "f");
}

/// Half of the lines are those of the base; a line more or less of the other half decides.
TEST(Renames, NeedHalfOfTheBytesInCommon) {
  const auto story = [](int common) {
    return MergeStory{.base = {{"f", lines('a', 10)}},
                      .ours = {{"g", lines('a', common) + lines('b', 10 - common)}},
                      .theirs = {{"f", lines('a', 10, 0) + "x\n"}}};
  };
  EXPECT_THAT(tell(story(4)).reasons(), ElementsAre("f: modified_and_gone"));
  EXPECT_EQ(tell(story(5)).reasons(), std::vector<std::string>{"g: both_changed"});
}

TEST(Renames, OfAUniqueBaseNameComeBeforeCloserFiles) {
  // `x/f` has three quarters of the lines, `y/g` all but one.
  const Told told =
      tell({.base = {{"f", lines('a', 20)}},
            .ours = {{"x/f", lines('a', 15) + lines('b', 5)}, {"y/g", lines('a', 19) + lines('c', 1)}},
            .theirs = {{"f", "theirs\n" + lines('a', 20)}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files.at("x/f"), TestFile("theirs\n" + lines('a', 15) + lines('b', 5)));
}

TEST(Renames, OfAUniqueBaseNameNeedThreeQuarters) {
  const Told told =
      tell({.base = {{"f", lines('a', 20)}},
            .ours = {{"x/f", lines('a', 14) + lines('b', 6)}, {"y/g", lines('a', 19) + lines('c', 1)}},
            .theirs = {{"f", "theirs\n" + lines('a', 20)}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files.at("y/g"), TestFile("theirs\n" + lines('a', 19) + lines('c', 1)));
}

TEST(Renames, OfABaseNameThatOccursTwiceFollowTheirDirectory) {
  const Files base = {{"old/f", lines('a', 20)}, {"old/h", lines('h', 5)}, {"e/f", lines('e', 20)}};
  Files theirs = base;
  theirs["old/f"] = "theirs\n" + lines('a', 20);
  // `old/h` says that `old` went to `new`; `e/f` makes the name `f` occur twice.
  const Told told = tell({.base = base,
                          .ours = {{"new/f", lines('a', 15) + lines('b', 5)},
                                   {"new/h", lines('h', 5)},
                                   {"z/g", lines('a', 19) + lines('c', 1)},
                                   {"z/f", lines('e', 10) + lines('d', 10)}},
                          .theirs = theirs});
  EXPECT_EQ(told.files.at("new/f"), TestFile("theirs\n" + lines('a', 15) + lines('b', 5)));
}

TEST(Renames, AreNotSearchedWhereNobodyNeedsThem) {
  MemoryStore store;
  const Told told = tell(store, {.base = {{"f", kText}, {"k", "1\n"}},
                                 .ours = {{"g", kText + "more\n"}, {"k", "1\n"}},
                                 .theirs = {{"f", kText}, {"k", "2\n"}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(store.read.count(to_hex(store.add_blob(kText))), 0U);
}

TEST(Renames, AreNotComparedAboveGitsOwnLimit) {
  MergeStory story;
  for (int i = 0; i < 7001; ++i) {
    story.base[fmt::format("a{}", i)] = fmt::format("{}\n", i);
    story.ours[fmt::format("b{}", i)] = fmt::format("{}\nours\n", i);
  }
  MemoryStore store;
  // Below that limit it is ours that ends it.
  story.ours.erase("b0");
  story.ours.erase("b1");
  EXPECT_EQ(tell(store, story).limit, Limit::rename_pairs);
  story.ours["b0"] = "0\nours\n";
  story.ours["b1"] = "1\nours\n";
  EXPECT_TRUE(tell(store, story).is_clean());
  EXPECT_EQ(store.read.count(to_hex(store.add_blob("5\n"))), 0U);
}

TEST(Renames, NeverFollowEmptyFiles) {
  const Told told = tell({.base = {{"f", ""}}, .ours = {{"g", ""}}, .theirs = {{"f", "1\n"}}});
  EXPECT_THAT(told.reasons(), ElementsAre("f: modified_and_gone"));
}

TEST(Renames, FollowLinksOnlyWhereTheyAreEqual) {
  const Told told =
      tell({.base = {{"f", link_to("a")}}, .ours = {{"g", link_to("a")}}, .theirs = {{"f", link_to("b")}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"g", link_to("b")}}));
}

TEST(Renames, OfAFileThatTheOtherSideDeletedConflict) {
  const Told told = tell(
      {.base = {{"f", kText}, {"k", "1\n"}}, .ours = {{"g", kText}, {"k", "1\n"}}, .theirs = {{"k", "1\n"}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: renamed_and_gone"));
  EXPECT_EQ(told.files, (Files{{"g", kText}, {"k", "1\n"}}));
  EXPECT_EQ(told.conflicts[0].sides[0].path, "f");
}

TEST(Renames, ToOneNameOnBothSidesMergeThere) {
  const Told told =
      tell({.base = {{"f", kText}}, .ours = {{"g", "ours\n" + kText}}, .theirs = {{"g", kChanged}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"g", "ours\n" + kChanged}}));
}

TEST(Renames, ToTwoNamesConflictOnThreePaths) {
  const Told told =
      tell({.base = {{"f", kText}}, .ours = {{"g", "ours\n" + kText}}, .theirs = {{"h", kChanged}}});
  EXPECT_THAT(told.reasons(), ElementsAre("f: renamed_twice", "g: renamed_twice", "h: renamed_twice"));
  EXPECT_EQ(told.files, (Files{{"g", "ours\n" + kChanged}, {"h", "ours\n" + kChanged}}));
  EXPECT_THAT(told.conflicts[0].other_paths, ElementsAre("g", "h"));
}

TEST(Renames, OntoAFileOfTheOtherSideMeetItAsAddedTwice) {
  const Told told =
      tell({.base = {{"f", kText}}, .ours = {{"g", kText}}, .theirs = {{"f", kChanged}, {"g", "new\n"}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: both_added"));
  EXPECT_FALSE(told.files.contains("f"));
}

TEST(Renames, OntoAFileOfTheSideThatDeletedTheSourceConflict) {
  const Told told = tell({.base = {{"f", kText}}, .ours = {{"g", kText}}, .theirs = {{"g", "new\n"}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: renamed_and_gone"));
}

/// Git 2.39 calls this clean, and writes the markers.
TEST(Renames, OntoTheSameFileOfTheOtherSideConflictWhereTheirContentDid) {
  const std::string ours = kText + "ours\n";
  const Told told = tell(
      {.base = {{"f", kText}}, .ours = {{"g", ours}}, .theirs = {{"f", kText + "theirs\n"}, {"g", ours}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: both_changed"));
}

TEST(Renames, LeaveALinkThatTookTheOldName) {
  const Told told = tell({.base = {{"f", kText}}, .ours = {{"g", kText}}, .theirs = {{"f", link_to("x")}}});
  EXPECT_THAT(told.reasons(), ElementsAre("g: modified_and_gone"));
  EXPECT_EQ(told.files, (Files{{"f", link_to("x")}, {"g", kText}}));
}

}  // namespace
}  // namespace kedge::rollback::merge
