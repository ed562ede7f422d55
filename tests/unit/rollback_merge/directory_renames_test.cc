// SPDX-License-Identifier: Apache-2.0
// Directories that one side moved while the other side put files into them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_store.h"

namespace kedge::rollback::merge {
namespace {

using test::Files;
using test::MemoryStore;
using test::tell;
using test::Told;
using ::testing::ElementsAre;

const std::string kA = "a\n1\n2\n3\n";
const std::string kB = "b\n1\n2\n3\n";
const std::string kC = "c\n1\n2\n3\n";
const std::string kD = "d\n1\n2\n3\n";

TEST(DirectoryRenames, ShowANewFileWhereItWouldBelong) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"new/a", kA}, {"new/b", kB}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved"));
  EXPECT_EQ(told.files, (Files{{"new/a", kA}, {"new/b", kB}, {"new/c", kC}}));
  EXPECT_THAT(told.conflicts[0].other_paths, ElementsAre("old/c"));
  EXPECT_EQ(told.conflicts[0].sides[2].path, "old/c");
}

TEST(DirectoryRenames, WorkOnEitherSide) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}},
                          .theirs = {{"new/a", kA}, {"new/b", kB}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved"));
  EXPECT_EQ(told.files, (Files{{"new/a", kA}, {"new/b", kB}, {"new/c", kC}}));
}

TEST(DirectoryRenames, CarryRenamedFilesToo) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}, {"c", kC}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"c", kC + "ours\n"}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved"));
  EXPECT_EQ(told.files, (Files{{"new/a", kA}, {"new/b", kB}, {"new/c", kC + "ours\n"}}));
}

TEST(DirectoryRenames, NeedADirectoryThatIsGone) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}, {"old/d", kD}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"old/d", kD}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}, {"old/d", kD}}});
  EXPECT_TRUE(told.is_clean());
  EXPECT_TRUE(told.files.contains("old/c"));
}

TEST(DirectoryRenames, FollowTheMostFiles) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}, {"old/d", kD}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"else/d", kD}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}, {"old/d", kD}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved"));
}

TEST(DirectoryRenames, WithoutAMajorityLeaveTheFileAndConflict) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"new/a", kA}, {"else/b", kB}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("old: directory_split"));
  EXPECT_TRUE(told.files.contains("old/c"));
  EXPECT_THAT(told.conflicts[0].other_paths, ElementsAre("else", "new"));
  EXPECT_FALSE(told.conflicts[0].has_sides());
}

TEST(DirectoryRenames, CarryDirectoriesBelow) {
  const Told told = tell(
      {.base = {{"old/x/a", kA}, {"old/x/b", kB}, {"old/d", kD}},
       .ours = {{"new/x/a", kA}, {"new/x/b", kB}, {"new/d", kD}},
       .theirs = {{"old/x/a", kA}, {"old/x/b", kB}, {"old/c", kC}, {"old/d", kD}, {"old/x/e", kC + "e\n"}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved", "new/x/e: directory_moved"));
}

TEST(DirectoryRenames, ReachTheTop) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"a", kA}, {"b", kB}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("c: directory_moved"));
  EXPECT_EQ(told.files, (Files{{"a", kA}, {"b", kB}, {"c", kC}}));
}

TEST(DirectoryRenames, StopAtWhatIsThereAlready) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}, {"new/c", kD}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"new/c", kD}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}, {"new/c", kD}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: moved_onto_existing"));
  EXPECT_EQ(told.files.at("old/c"), kC);
}

TEST(DirectoryRenames, LetNoTwoFilesMeet) {
  const Told told = tell(
      {.base = {{"x/a", kA}, {"x/aa", kA + "a\n"}, {"y/b", kB}, {"y/bb", kB + "b\n"}},
       .ours = {{"new/a", kA}, {"new/aa", kA + "a\n"}, {"new/b", kB}, {"new/bb", kB + "b\n"}},
       .theirs = {
           {"x/a", kA}, {"x/aa", kA + "a\n"}, {"x/c", kC}, {"y/b", kB}, {"y/bb", kB + "b\n"}, {"y/c", kD}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: moved_together"));
  EXPECT_THAT(told.conflicts[0].other_paths, ElementsAre("x/c", "y/c"));
}

TEST(DirectoryRenames, SetAFileBesideADirectoryItWouldMeet) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"new/c/d", kD}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c~theirs: directory_in_the_way"));
  EXPECT_EQ(told.files, (Files{{"new/a", kA}, {"new/b", kB}, {"new/c/d", kD}, {"new/c~theirs", kC}}));
}

/// `gone`, which both sides removed, makes git look for the rename of `d/f` at all.
TEST(DirectoryRenames, ThatTakeARenamedFileBackShowItWhereItWas) {
  const Files base = {{"d/p/a", kA}, {"d/p/b", kB}, {"d/f", kC}, {"gone", "1\n"}};
  const Files ours = {{"d/p/a", kA}, {"d/p/b", kB}, {"d/p/f", kC}};
  const Told told = tell({.base = base, .ours = ours, .theirs = {{"d/a", kA}, {"d/b", kB}, {"d/f", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("d/f: directory_moved"));
  EXPECT_EQ(told.files, (Files{{"d/a", kA}, {"d/b", kB}, {"d/f", kC}}));
}

TEST(DirectoryRenames, ThatTakeAFileBackLeaveItWithTwoNames) {
  const Files base = {{"d/p/a", kA}, {"d/p/b", kB}, {"d/f", kC}};
  const Files ours = {{"d/p/a", kA}, {"d/p/b", kB}, {"d/p/f", kC}};
  const Told told = tell({.base = base, .ours = ours, .theirs = {{"d/a", kA}, {"d/b", kB}, {"g", kC}}});
  EXPECT_THAT(told.reasons(), ElementsAre("d/f: renamed_twice", "g: renamed_twice"));
  EXPECT_EQ(told.files, (Files{{"d/a", kA}, {"d/b", kB}, {"d/f", kC}, {"g", kC}}));
}

TEST(DirectoryRenames, LookAtNoMoreFilesOnceThePlaceIsDecided) {
  MemoryStore store;
  const Told told = tell(store, {.base = {{"old/a", kA}, {"old/b", kB}, {"old/d", kD}},
                                 .ours = {{"new/a", kA}, {"new/b", kB}, {"else/e", kD + "e\n"}},
                                 .theirs = {{"old/a", kA}, {"old/b", kB}, {"old/c", kC}, {"old/d", kD}}});
  EXPECT_THAT(told.reasons(), ElementsAre("new/c: directory_moved"));
  EXPECT_EQ(store.read.count(to_hex(store.add_blob(kD))), 0U);
}

TEST(DirectoryRenames, OfBothSidesAreLeftToTheFiles) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}},
                          .ours = {{"new/a", kA}, {"new/b", kB}, {"old/sub/c", kC}},
                          .theirs = {{"other/a", kA}, {"other/b", kB}, {"old/d", kD}}});
  EXPECT_FALSE(told.is_clean());
  EXPECT_TRUE(told.files.contains("old/d"));
}

TEST(DirectoryRenames, AskNothingWhereNothingWasPutThere) {
  const Told told = tell({.base = {{"old/a", kA}, {"old/b", kB}, {"k", "1\n"}},
                          .ours = {{"new/a", kA}, {"else/b", kB}, {"k", "1\n"}},
                          .theirs = {{"old/a", kA}, {"old/b", kB}, {"k", "2\n"}}});
  EXPECT_TRUE(told.is_clean());
}

}  // namespace
}  // namespace kedge::rollback::merge
