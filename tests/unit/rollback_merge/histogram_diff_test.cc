// SPDX-License-Identifier: Apache-2.0
// Where the diff puts its changes: each row is what git's histogram diff says of the same lines.
#include "bot/rollback/merge/histogram_diff.h"

#include <gtest/gtest.h>

#include <string>

#include "bot/base/random.h"
#include "bot/rollback/merge/myers_diff.h"

namespace kedge::rollback::merge {
namespace {

constexpr std::uint64_t kPlenty = 100'000'000;

LineIds ids(std::string_view letters) {
  LineIds lines;
  for (const char letter : letters) lines.push_back(static_cast<LineId>(static_cast<unsigned char>(letter)));
  return lines;
}

/// Both files in one line: `a[b|c]d` where b became c.
std::string shown(std::string_view before, const std::vector<LineChange>& changes, std::string_view after) {
  std::string text;
  std::size_t done = 0;
  for (const auto& [was, is] : changes) {
    text.append(before.substr(done, was.first - done))
        .append("[")
        .append(before.substr(was.first, was.count));
    text.append("|").append(after.substr(is.first, is.count)).append("]");
    done = was.end();
  }
  return text.append(before.substr(done));
}

std::string diff_of(std::string_view before, std::string_view after) {
  WorkBudget budget(kPlenty);
  HistogramDiff diff(256);
  const LineIds before_ids = ids(before);
  const LineIds after_ids = ids(after);
  return shown(before, diff.compare(before_ids, after_ids, budget), after);
}

struct DiffRow {
  const char* name;
  const char* before;
  const char* after;
  const char* expect;
};

class HistogramDiffOf : public ::testing::TestWithParam<DiffRow> {};

TEST_P(HistogramDiffOf, IsGitsOwn) {
  EXPECT_EQ(diff_of(GetParam().before, GetParam().after), GetParam().expect);
}
INSTANTIATE_TEST_SUITE_P(
    Table, HistogramDiffOf,
    ::testing::Values(DiffRow{"NothingAtAll", "", "", ""}, DiffRow{"EverythingAdded", "", "ab", "[|ab]"},
                      DiffRow{"EverythingRemoved", "ab", "", "[ab|]"},
                      DiffRow{"NothingChanged", "abc", "abc", "abc"},
                      DiffRow{"NothingInCommon", "abc", "xyz", "[abc|xyz]"},
                      DiffRow{"OneLineReplaced", "abc", "axc", "a[b|x]c"},
                      DiffRow{"AddedPairSlidesToTheLowestPlace", "xaby", "xababy", "xab[|ab]y"},
                      DiffRow{"RemovedPairSlidesToTheLowestPlace", "xababy", "xaby", "xab[ab|]y"},
                      DiffRow{"RareLineIsWorthMoreThanTheLongerRun", "aaaaRbbbb", "bbbbRaaaa",
                              "[aaaa|bbbb]R[bbbb|aaaa]"},
                      DiffRow{"LongerRunOfEquallyRareLinesWins", "QRSabc", "abcQR", "[QRS|]abc[|QR]"},
                      DiffRow{"SlideStopsBesideAChangeOfTheOtherSide", "aQa", "aaRa", "a[Q|aR]a"}),
    [](const auto& row) { return std::string(row.param.name); });

/// The changes, applied to `before`, give `after`, and common lines part them.
void expect_right(const LineIds& before, const LineIds& after, const std::vector<LineChange>& changes) {
  LineIds made;
  std::size_t done = 0;
  for (const auto& [was, is] : changes) {
    ASSERT_GE(was.first, done);
    ASSERT_TRUE(done == 0 || was.first > done) << "changes touch";
    made.insert(made.end(), before.begin() + static_cast<std::ptrdiff_t>(done),
                before.begin() + static_cast<std::ptrdiff_t>(was.first));
    ASSERT_EQ(made.size(), is.first);
    made.insert(made.end(), after.begin() + static_cast<std::ptrdiff_t>(is.first),
                after.begin() + static_cast<std::ptrdiff_t>(is.end()));
    done = was.end();
  }
  made.insert(made.end(), before.begin() + static_cast<std::ptrdiff_t>(done), before.end());
  EXPECT_EQ(made, after);
}

LineIds random_lines(SplitMix64& random, std::size_t count, std::uint64_t distinct) {
  LineIds lines;
  for (std::size_t i = 0; i < count; ++i) lines.push_back(static_cast<LineId>(random.below(distinct)));
  return lines;
}

TEST(HistogramDiff, IsRightWhateverTheBudget) {
  SplitMix64 random(0x5eed);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t distinct = 1 + random.below(30);
    const LineIds before = random_lines(random, random.below(300), distinct);
    LineIds after = before;
    for (std::uint64_t edits = random.below(12); edits > 0 && !after.empty(); --edits)
      after[random.below(after.size())] = static_cast<LineId>(random.below(distinct));
    WorkBudget budget(round % 2 == 0 ? kPlenty : random.below(5000));
    HistogramDiff diff(distinct);
    expect_right(before, after, diff.compare(before, after, budget));
    expect_right(after, before, diff.compare(after, before, budget));
  }
}

TEST(HistogramDiff, StopsSoonAfterTheBudgetIsSpent) {
  // Every other line is new: each match is one line long and found only after a look at all that follow.
  LineIds before;
  LineIds after;
  for (LineId i = 0; i < 100'000; ++i) {
    before.push_back(i % 2 == 0 ? i : i + 200'000);
    after.push_back(i % 2 == 0 ? i : i + 400'000);
  }
  WorkBudget budget(3'000'000);
  HistogramDiff diff(600'000);
  const std::vector<LineChange> changes = diff.compare(before, after, budget);
  EXPECT_TRUE(budget.is_spent());
  expect_right(before, after, changes);
}

TEST(MyersDiff, FindsTheShortestScriptOfFewEdits) {
  // 200 lines of two kinds, one of them changed: no diff of frequent lines alone may cost more.
  LineIds before;
  for (LineId i = 0; i < 200; ++i) before.push_back(i * i / 3 % 2);
  LineIds after = before;
  after.insert(after.begin() + 100, 7);
  after.erase(after.begin() + 20);
  std::vector<char> before_changed(before.size());
  std::vector<char> after_changed(after.size());
  WorkBudget budget(kPlenty);
  myers_diff(before, after, before_changed, after_changed, budget);
  EXPECT_EQ(std::count(before_changed.begin(), before_changed.end(), 1), 1);
  EXPECT_EQ(std::count(after_changed.begin(), after_changed.end(), 1), 1);
  EXPECT_EQ(after_changed[99], 1);
}

TEST(NumberLines, GivesOneNumberToOneLineInAllFiles) {
  const Lines a = split_keeping_ends("x\ny\nx");
  const Lines b = split_keeping_ends("y\nx\nz\r\nz\n");
  const NumberedFiles numbered = number_lines({&a, &b});
  EXPECT_EQ(numbered.distinct, 5U);
  EXPECT_EQ(numbered.files[0][0], numbered.files[1][1]);
  EXPECT_EQ(numbered.files[0][1], numbered.files[1][0]);
  EXPECT_NE(numbered.files[0][0], numbered.files[0][2]) << "a line without its end is another line";
  EXPECT_NE(numbered.files[1][2], numbered.files[1][3]) << "so is one with another end";
}

TEST(SplitKeepingEnds, LosesNothing) {
  EXPECT_EQ(split_keeping_ends(""), Lines{});
  EXPECT_EQ(split_keeping_ends("a\n\nb"), (Lines{"a\n", "\n", "b"}));
  EXPECT_EQ(split_keeping_ends("\n"), Lines{"\n"});
}

}  // namespace
}  // namespace kedge::rollback::merge
