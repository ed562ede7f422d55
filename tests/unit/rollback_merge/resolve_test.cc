// SPDX-License-Identifier: Apache-2.0
// One path on three sides: what is clean, what is a conflict, and what the draft shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/memory_store.h"

namespace kedge::rollback::merge {
namespace {

using test::Files;
using test::link_to;
using test::MemoryStore;
using test::MergeStory;
using test::program;
using test::submodule_at;
using test::tell;
using test::TestFile;
using test::Told;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Row {
  const char* name;
  MergeStory story;
  Files files;                       ///< Of the result or the draft.
  std::vector<std::string> reasons;  ///< Empty: clean.
};

class Resolve : public ::testing::TestWithParam<Row> {};

TEST_P(Resolve, GivesWhatGitGives) {
  const Row& row = GetParam();
  const Told told = tell(row.story);
  EXPECT_EQ(told.is_clean(), row.reasons.empty());
  EXPECT_EQ(told.reasons(), row.reasons);
  EXPECT_EQ(told.files, row.files);
}

/// One file `f` on each side, where it is.
MergeStory one(std::optional<TestFile> base, std::optional<TestFile> ours, std::optional<TestFile> theirs) {
  MergeStory story;
  if (base) story.base["f"] = *base;
  if (ours) story.ours["f"] = *ours;
  if (theirs) story.theirs["f"] = *theirs;
  return story;
}

const TestFile kOne = "1\n";
const TestFile kTwo = "2\n";
const TestFile kThree = "3\n";

INSTANTIATE_TEST_SUITE_P(
    File, Resolve,
    ::testing::Values(
        Row{"BothAddedTheSame", one({}, kOne, kOne), {{"f", kOne}}, {}},
        Row{"BothChangedAlike", one(kOne, kTwo, kTwo), {{"f", kTwo}}, {}},
        Row{"BothDeleted", one(kOne, {}, {}), {}, {}},
        Row{"TheyDeletedWhatWeLeft", one(kOne, kOne, {}), {}, {}},
        Row{"WeDeletedWhatTheyLeft", one(kOne, {}, kOne), {}, {}},
        Row{"WeDeletedWhatTheyChanged", one(kOne, {}, kTwo), {{"f", kTwo}}, {"f: modified_and_gone"}},
        Row{"TheyDeletedWhatWeChanged", one(kOne, kTwo, {}), {{"f", kTwo}}, {"f: modified_and_gone"}},
        Row{"BothAddedDifferently",
            one({}, kTwo, kThree),
            {{"f", "<<<<<<< ours\n2\n=======\n3\n>>>>>>> theirs\n"}},
            {"f: both_added"}},
        Row{"BothChangedALine",
            one(kOne, kTwo, kThree),
            {{"f", "<<<<<<< ours\n2\n=======\n3\n>>>>>>> theirs\n"}},
            {"f: both_changed"}},
        Row{"DifferentLines",
            one("1\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n"),
            {{"f", "one\n2\n3\n4\nfive\n"}},
            {}},
        Row{"BytesInsteadOfLines",
            one(TestFile(std::string("\0", 1)), TestFile(std::string("\0a", 2)),
                TestFile(std::string("\0b", 2))),
            {{"f", TestFile(std::string("\0a", 2))}},
            {"f: binary"}}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Mode, Resolve,
    ::testing::Values(
        Row{"TheyMadeItAProgram", one(kOne, kTwo, program("1\n")), {{"f", program("2\n")}}, {}},
        Row{"WeMadeItAProgram", one(kOne, program("1\n"), kTwo), {{"f", program("2\n")}}, {}},
        Row{"BothMadeItAProgram", one(kOne, program("1\n"), program("1\n")), {{"f", program("1\n")}}, {}},
        Row{"AddedAsFileAndProgram", one({}, kOne, program("1\n")), {{"f", kOne}}, {"f: modes"}},
        Row{"ProgramGoneWhereWeChangedTheMode",
            one(kOne, program("1\n"), {}),
            {{"f", program("1\n")}},
            {"f: modified_and_gone"}}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Type, Resolve,
    ::testing::Values(
        Row{"LinkOfOneSide", one(link_to("a"), link_to("a"), link_to("b")), {{"f", link_to("b")}}, {}},
        Row{"LinkOfBothSides",
            one(link_to("a"), link_to("b"), link_to("c")),
            {{"f", link_to("b")}},
            {"f: symlinks"}},
        Row{"SubmoduleOfBothSides",
            one(submodule_at("a"), submodule_at("b"), submodule_at("c")),
            {{"f", submodule_at("b")}},
            {"f: submodules"}},
        Row{"SubmoduleOfOneSide",
            one(submodule_at("a"), submodule_at("a"), submodule_at("c")),
            {{"f", submodule_at("c")}},
            {}},
        Row{"FileAndLink",
            one(kOne, kTwo, link_to("x")),
            {{"f", link_to("x")}, {"f~ours", kTwo}},
            {"f: different_types", "f~ours: different_types"}},
        Row{"LinkAndFile",
            one(kOne, link_to("x"), kTwo),
            {{"f", link_to("x")}, {"f~theirs", kTwo}},
            {"f: different_types", "f~theirs: different_types"}},
        Row{"LinkAndSubmodule",
            one({}, link_to("x"), submodule_at("c")),
            {{"f~ours", link_to("x")}, {"f~theirs", submodule_at("c")}},
            {"f~ours: different_types", "f~theirs: different_types"}},
        Row{"TheyMadeAFileALink", one(kOne, kOne, link_to("x")), {{"f", link_to("x")}}, {}}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Directory, Resolve,
    ::testing::Values(
        Row{"TheyPutADirectoryWhereWeLeftTheFile",
            {.base = {{"f", kOne}}, .ours = {{"f", kOne}}, .theirs = {{"f/g", kTwo}}},
            {{"f/g", kTwo}},
            {}},
        Row{"TheyPutADirectoryWhereWeChangedTheFile",
            {.base = {{"f", kOne}}, .ours = {{"f", kTwo}}, .theirs = {{"f/g", kThree}}},
            {{"f/g", kThree}, {"f~ours", kTwo}},
            {"f~ours: directory_in_the_way"}},
        Row{"WePutADirectoryWhereTheyChangedTheFile",
            {.base = {{"f", kOne}}, .ours = {{"f/g", kThree}}, .theirs = {{"f", kTwo}}},
            {{"f/g", kThree}, {"f~theirs", kTwo}},
            {"f~theirs: directory_in_the_way"}},
        Row{"AddedAsFileAndDirectory",
            {.base = {{"a", kOne}},
             .ours = {{"a", kOne}, {"f", kTwo}},
             .theirs = {{"a", kOne}, {"f/g", kThree}}},
            {{"a", kOne}, {"f/g", kThree}, {"f~ours", kTwo}},
            {"f~ours: directory_in_the_way"}},
        Row{"TheDirectoryEmptiesInTheMerge",
            {.base = {{"f/g", kOne}}, .ours = {{"f/g", kOne}}, .theirs = {{"f", kTwo}}},
            {{"f", kTwo}},
            {}},
        Row{"TheDirectoryKeepsAFileOfOurs",
            {.base = {{"f/g", kOne}}, .ours = {{"f/g", kOne}, {"f/h", kThree}}, .theirs = {{"f", kTwo}}},
            {{"f/h", kThree}, {"f~theirs", kTwo}},
            {"f~theirs: directory_in_the_way"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ConflictReport, HoldsBothSidesAndTheirLines) {
  MemoryStore store;
  const Told told =
      tell(store, one("a\n1\nb\nc\nd\ne\n2\n", "a\n1\n1\nb\nc\nd\ne\n3\n", program("a\n5\nb\nc\nd\ne\n4\n")));
  ASSERT_EQ(told.conflicts.size(), 1U);
  const PathConflict& conflict = told.conflicts[0];
  EXPECT_EQ(conflict.kind, ConflictKind::content);
  EXPECT_EQ(conflict.sides[0].id, store.add_blob("a\n1\nb\nc\nd\ne\n2\n"));
  EXPECT_EQ(conflict.sides[1].mode, FileMode::regular);
  EXPECT_EQ(conflict.sides[2].mode, FileMode::executable);
  EXPECT_EQ(conflict.sides[2].path, "f");
  ASSERT_EQ(conflict.hunks.size(), 2U);
  EXPECT_EQ(conflict.hunks[1].ours, (LineRange{.first = 7, .count = 1}));
  EXPECT_EQ(conflict.hunks[1].theirs, (LineRange{.first = 6, .count = 1}));
}

TEST(Attributes, ForbidMergingLinesOrKeepBoth) {
  const MergeStory story = one(kOne, kTwo, kThree);
  MemoryStore binary;
  binary.drivers["f"] = ContentDriver::binary;
  EXPECT_THAT(tell(binary, story).reasons(), ElementsAre("f: merging_forbidden"));
  MemoryStore both;
  both.drivers["f"] = ContentDriver::union_both;
  const Told told = tell(both, story);
  EXPECT_TRUE(told.is_clean());
  EXPECT_EQ(told.files, (Files{{"f", "2\n3\n"}}));
}

TEST(Draft, FindsAFreeNameForAFileThatHasToMove) {
  const Told told = tell(
      {.base = {{"f", kOne}}, .ours = {{"f", kTwo}, {"f~ours", "taken\n"}}, .theirs = {{"f/g", kThree}}});
  EXPECT_EQ(told.files, (Files{{"f/g", kThree}, {"f~ours", "taken\n"}, {"f~ours_0", kTwo}}));
}

TEST(Draft, WritesASlashOfTheLabelAsAnUnderscore) {
  const Told told = tell({.base = {{"f", kOne}}, .ours = {{"f", kTwo}}, .theirs = {{"f/g", kThree}}},
                         {.labels = {.ours = "fix/it", .theirs = "theirs"}});
  EXPECT_EQ(told.files, (Files{{"f/g", kThree}, {"f~fix_it", kTwo}}));
}

}  // namespace
}  // namespace kedge::rollback::merge
