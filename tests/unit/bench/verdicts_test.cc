// SPDX-License-Identifier: Apache-2.0
#include "bench/verdicts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kedge::bench {
namespace {

using test::Agreement;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AgreementCount good() {
  AgreementCount count;
  count[Agreement::clean] = 900;
  count[Agreement::conflict] = 999;
  return count;
}

TEST(Disagreements, AreNoneWhereAllAgreeAndGitAloneFailed) {
  AgreementCount count = good();
  count[Agreement::git_failed] = 3;
  EXPECT_THAT(disagreements(count), IsEmpty());
}

TEST(Disagreements, AreEachWrongAnswerAndEachThatIsMissing) {
  for (const Agreement never : {Agreement::wrongly_clean, Agreement::wrongly_conflict, Agreement::other_tree,
                                Agreement::ours_stopped}) {
    AgreementCount count = good();
    count[never] = 1;
    EXPECT_THAT(disagreements(count), SizeIs(1)) << to_string(never);
  }
}

TEST(Disagreements, AreOtherPathsBeyondOneOfAThousandConflicts) {
  AgreementCount count = good();
  count[Agreement::other_paths] = 1;
  EXPECT_THAT(disagreements(count), IsEmpty());
  count[Agreement::conflict] = 998;
  EXPECT_THAT(disagreements(count), SizeIs(1));
}

TEST(Disagreements, NothingComparedIsNoAgreement) {
  AgreementCount count;
  count[Agreement::git_failed] = 10;
  EXPECT_THAT(disagreements(count), ::testing::ElementsAre("nothing was compared"));
}

TEST(Targets, AreHeldUpToTheirLimitAndNeverWithoutAFigure) {
  EXPECT_TRUE((Target{.what = "time", .measured = 3, .limit = 3, .unit = "ms"}).is_held());
  EXPECT_FALSE((Target{.what = "time", .measured = 3.01, .limit = 3, .unit = "ms"}).is_held());
  EXPECT_TRUE(
      (Target{.what = "speed", .measured = 60, .limit = 60, .unit = "x", .at_least = true}).is_held());
  EXPECT_FALSE(
      (Target{.what = "speed", .measured = 59, .limit = 60, .unit = "x", .at_least = true}).is_held());
  const Target missing{.what = "memory", .measured = 0, .limit = 64, .unit = "MiB"};
  EXPECT_FALSE(missing.is_held());
  EXPECT_THAT(target_lines({missing}), HasSubstr("not measured"));
  EXPECT_THAT(target_lines({missing}), HasSubstr("MISSED"));
}

}  // namespace
}  // namespace kedge::bench
