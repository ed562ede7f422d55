// SPDX-License-Identifier: Apache-2.0
// Maps merge with the preset, lists replace it, an empty list means none.
#include <gmock/gmock.h>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

incident::Policy policy_of(std::string_view text) {
  const Runbook runbook = read_runbook(text);
  EXPECT_THAT(texts_of(runbook.problems), IsEmpty());
  return runbook.policy;
}

TEST(Merge, KeepsThePresetWhereTheFileIsSilent) {
  incident::Policy expected = read_runbook("").policy;
  expected.mode = incident::Mode::prepare;
  EXPECT_EQ(policy_of("mode: prepare\n"), expected);
}

TEST(Merge, JoinsMaps) {
  const incident::Policy policy = policy_of("rollback: {limits: {prepare_per_day: 3}}\n");
  EXPECT_EQ(policy.limits.prepare_per_day, 3);
  EXPECT_THAT(policy.rollback_branches, ElementsAre("main", "develop"));
}

TEST(Merge, ReplacesLists) {
  EXPECT_THAT(policy_of("branches: {protected: [trunk]}\n").protected_branches, ElementsAre("trunk"));
}

TEST(Merge, TakesAnEmptyListAsNone) {
  const incident::Policy policy = policy_of("triggers: []\nchecklists: {recovery: []}\nchannels: []\n");
  EXPECT_THAT(policy.workflow_triggers, IsEmpty());
  EXPECT_THAT(policy.label_triggers, IsEmpty());
  EXPECT_THAT(policy.recovery_checklist, IsEmpty());
  EXPECT_TRUE(read_runbook("channels: []\n").channels_given);
}

TEST(Merge, SortsSeveritiesWorstFirst) {
  const incident::Policy policy =
      policy_of("severities: [{name: low, rank: 3}, {name: high, rank: 1}]\ntriggers: []\n");
  EXPECT_EQ(policy.severities[0].name, "high");
  EXPECT_EQ(policy.severities[1].name, "low");
}

TEST(Extends, TakesOnePresetOrAList) {
  EXPECT_EQ(policy_of("extends: aegis\n"), policy_of(""));
  EXPECT_EQ(policy_of("extends: [aegis, aegis]\n"), policy_of(""));
}

TEST(Extends, AnEmptyListMeansNoPreset) {
  const incident::Policy policy = policy_of("extends: []\nseverities: [{name: S, rank: 1}]\n");
  EXPECT_THAT(policy.workflow_triggers, IsEmpty());
  EXPECT_THAT(policy.recovery_checklist, IsEmpty());
  EXPECT_THAT(problems_of("extends: []\n"),
              ElementsAre(testing::HasSubstr("`severities` must name at least one")));
}

struct SilentRow {
  const char* name;
  std::string text;
};

TEST(Fallback, StandsInForAFileThatSaysNothing) {
  const SilentRow rows[] = {
      {"nothing", ""}, {"blanks", " \n\n"}, {"comments", "# later\n"}, {"a mark", "---\n"}, {"null", "~\n"}};
  for (const SilentRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Runbook runbook = read_runbook(row.text, "mode: observe\n");
    EXPECT_THAT(texts_of(runbook.problems), IsEmpty());
    EXPECT_EQ(runbook.policy.mode, incident::Mode::observe);
    EXPECT_EQ(read_runbook(row.text).policy, read_runbook("").policy);
  }
}

TEST(Fallback, GivesWayToAFileThatSaysSomething) {
  EXPECT_EQ(read_runbook("reopen_window: 1h\n", "mode: observe\n").policy.mode, incident::Mode::suggest);
}

TEST(InvalidRunbook, LeavesThePresetInForce) {
  const Runbook runbook = read_runbook("mode: prepare\nmodes: x\n");
  EXPECT_EQ(runbook.problems.size(), 1U);
  EXPECT_EQ(runbook.policy, read_runbook("").policy);
}

}  // namespace
}  // namespace kedge::config
