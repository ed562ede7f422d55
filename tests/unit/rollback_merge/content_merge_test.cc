// SPDX-License-Identifier: Apache-2.0
// The rules of the text merge, one row each; that git does the same to the byte is shown by
// tests/contract/git/content_agreement_test.cc.
#include "bot/rollback/merge/content_merge.h"

#include <gtest/gtest.h>

#include "bot/base/text.h"

namespace kedge::rollback::merge {
namespace {

const ContentLabels kLabels{.ours = "main", .theirs = "parent of a1b2c3d"};

struct MergeRow {
  const char* name;
  const char* base;
  const char* ours;
  const char* theirs;
  const char* expect;
  std::size_t conflicts = 0;
  ContentDriver driver = ContentDriver::text;
};

class MergeOf : public ::testing::TestWithParam<MergeRow> {};

TEST_P(MergeOf, GivesTheText) {
  const MergeRow& row = GetParam();
  const MergedContent merged =
      merge_content(row.base, row.ours, row.theirs, row.driver, {.ours = "o", .theirs = "t"});
  EXPECT_EQ(merged.text, row.expect);
  EXPECT_EQ(merged.conflicts.size(), row.conflicts);
  EXPECT_EQ(merged.is_clean(), row.conflicts == 0);
  EXPECT_FALSE(merged.is_binary);
  EXPECT_FALSE(merged.is_coarse);
}
INSTANTIATE_TEST_SUITE_P(
    Table, MergeOf,
    ::testing::Values(
        MergeRow{"BothSidesKeepTheBase", "a\n", "a\n", "a\n", "a\n"},
        MergeRow{"OnlyOursChanged", "a\n", "b\n", "a\n", "b\n"},
        MergeRow{"OnlyTheirsChanged", "a\n", "a\n", "b\n", "b\n"},
        MergeRow{"BothMadeTheSameChange", "a\n", "b\n", "b\n", "b\n"},
        MergeRow{"ChangesApart", "a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"},
        MergeRow{"OneLineApartIsEnough", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"},
        MergeRow{"ChangesThatTouchConflict", "a\nb\n", "A\nb\n", "a\nB\n",
                 "<<<<<<< o\nA\nb\n=======\na\nB\n>>>>>>> t\n", 1},
        MergeRow{"InsertionsAtOnePlaceConflict", "a\nz\n", "a\no\nz\n", "a\nt\nz\n",
                 "a\n<<<<<<< o\no\n=======\nt\n>>>>>>> t\nz\n", 1},
        MergeRow{"SameInsertionsDoNot", "a\nz\n", "a\nn\nz\nO\n", "a\nn\nz\n", "a\nn\nz\nO\n"},
        MergeRow{"RemovedAndChangedConflict", "a\nb\nc\n", "a\nc\n", "a\nB\nc\n",
                 "a\n<<<<<<< o\n=======\nB\n>>>>>>> t\nc\n", 1},
        MergeRow{"CommonLinesAtTheEndsOfAConflictAreOutsideIt", "a\nx\nz\n", "a\n1\no\n2\nz\n",
                 "a\n1\nt\n2\nz\n", "a\n1\n<<<<<<< o\no\n=======\nt\n>>>>>>> t\n2\nz\n", 1},
        MergeRow{"FourCommonLinesPartAConflict", "x\n", "o\n1\n2\n3\n4\nO\n", "t\n1\n2\n3\n4\nT\n",
                 "<<<<<<< o\no\n=======\nt\n>>>>>>> t\n1\n2\n3\n4\n<<<<<<< o\nO\n=======\nT\n>>>>>>> t\n", 2},
        MergeRow{"ThreeCommonLinesDoNot", "x\n", "o\n1\n2\n3\nO\n", "t\n1\n2\n3\nT\n",
                 "<<<<<<< o\no\n1\n2\n3\nO\n=======\nt\n1\n2\n3\nT\n>>>>>>> t\n", 1},
        MergeRow{"BothAddedAgainstNothing", "", "a\nb\n", "a\nc\n",
                 "a\n<<<<<<< o\nb\n=======\nc\n>>>>>>> t\n", 1},
        MergeRow{"EmptiedAndChanged", "a\n", "", "b\n", "<<<<<<< o\n=======\nb\n>>>>>>> t\n", 1},
        MergeRow{"NoLineEndAtTheEndOfTheFile", "a", "b", "c", "<<<<<<< o\nb\n=======\nc\n>>>>>>> t\n", 1},
        MergeRow{"LineEndAddedAtTheEndIsAChange", "a\nb", "A\nb", "a\nb\n",
                 "<<<<<<< o\nA\nb\n=======\na\nb\n>>>>>>> t\n", 1},
        MergeRow{"NoLineEndStaysSo", "a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"},
        MergeRow{"MarkersFollowCrLf", "a\r\nb\r\n", "a\r\no\r\n", "a\r\nt\r\n",
                 "a\r\n<<<<<<< o\r\no\r\n=======\r\nt\r\n>>>>>>> t\r\n", 1},
        MergeRow{"MarkersUseLfWhereLineEndsAreMixed", "a\nb\r\n", "a\no\r\n", "a\nt\r\n",
                 "a\n<<<<<<< o\no\r\n=======\nt\r\n>>>>>>> t\n", 1},
        MergeRow{"CarriageReturnsAloneAreText", "a\rb", "a\rc", "a\rd",
                 "<<<<<<< o\na\rc\n=======\na\rd\n>>>>>>> t\n", 1},
        MergeRow{"UnionTakesBothOursFirst", "a\nz\n", "a\no\nz\n", "a\nt\nz\n", "a\no\nt\nz\n", 0,
                 ContentDriver::union_both},
        MergeRow{"UnionPutsALineEndBetween", "a", "b", "c", "b\nc", 0, ContentDriver::union_both}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(MergeContent, ConflictsCarryTheLinesOfAllThreeSides) {
  const MergedContent merged = merge_content("1\n2\n3\n4\n5\n6\n7\n8\n", "0\n1\n2\nx\n4\n5\n6\n7\n8\n",
                                             "1\n2\ny\nY\n4\n5\n6\n7\n", ContentDriver::text, kLabels);
  ASSERT_EQ(merged.conflicts.size(), 1U);
  EXPECT_EQ(merged.conflicts[0].base, (LineRange{2, 1}));
  EXPECT_EQ(merged.conflicts[0].ours, (LineRange{3, 1}));
  EXPECT_EQ(merged.conflicts[0].theirs, (LineRange{2, 2}));
}

TEST(MergeContent, LabelsStandAfterTheMarkers) {
  EXPECT_EQ(merge_content("a\n", "b\n", "c\n", ContentDriver::text, kLabels).text,
            "<<<<<<< main\nb\n=======\nc\n>>>>>>> parent of a1b2c3d\n");
  EXPECT_EQ(merge_content("a\n", "b\n", "c\n", ContentDriver::text, {}).text,
            "<<<<<<<\nb\n=======\nc\n>>>>>>>\n");
}

TEST(MergeContent, BytesWithANulConflictAsAWhole) {
  using namespace std::string_literals;
  for (const auto& [base, ours, theirs] :
       {std::tuple{"a\0\n"s, "b\n"s, "c\n"s}, std::tuple{"a\n"s, "b\0"s, "c\n"s},
        std::tuple{"a\n"s, "b\n"s, "\0"s}}) {
    for (const ContentDriver driver : {ContentDriver::text, ContentDriver::union_both}) {
      const MergedContent merged = merge_content(base, ours, theirs, driver, kLabels);
      EXPECT_TRUE(merged.is_binary);
      EXPECT_FALSE(merged.is_clean());
      EXPECT_EQ(merged.text, ours);
      EXPECT_TRUE(merged.conflicts.empty());
    }
  }
}

TEST(MergeContent, ANulAfterTheProbedBytesIsText) {
  const std::string head(kBinaryProbeBytes - 1, 'x');
  EXPECT_TRUE(merge_content(head + '\0', "b\n", "c\n", ContentDriver::text, kLabels).is_binary);
  EXPECT_FALSE(merge_content(head + '\n' + '\0', "b\n", "c\n", ContentDriver::text, kLabels).is_binary);
}

TEST(MergeContent, TheBinaryDriverMergesNothing) {
  const MergedContent merged =
      merge_content("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", ContentDriver::binary, kLabels);
  EXPECT_TRUE(merged.is_binary);
  EXPECT_EQ(merged.text, "A\nb\nc\n");
  EXPECT_TRUE(merge_content("a\n", "a\n", "b\n", ContentDriver::binary, kLabels).is_clean());
  EXPECT_EQ(merge_content("a\n", "a\n", "b\n", ContentDriver::binary, kLabels).text, "b\n");
}

}  // namespace
}  // namespace kedge::rollback::merge
