// SPDX-License-Identifier: Apache-2.0
// The figures of the preset aegis, and the sample that the documentation shows.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::string sample() {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/runbook/sample.yml");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PresetAegis, HasItsFigures) {
  const Runbook runbook = read_runbook("");
  EXPECT_THAT(texts_of(runbook.problems), ElementsAre());
  const incident::Policy& policy = runbook.policy;
  EXPECT_THAT(policy.protected_branches, ElementsAre("main", "develop"));
  EXPECT_THAT(policy.rollback_branches, ElementsAre("main", "develop"));
  EXPECT_EQ(policy.mode, incident::Mode::suggest);
  EXPECT_EQ(policy.reopen_window, 24h);
  EXPECT_EQ(policy.recovery_checklist.size(), 7U);
  EXPECT_TRUE(policy.channels.empty());
  EXPECT_FALSE(runbook.channels_given);
  using incident::Severity;
  EXPECT_THAT(
      policy.severities,
      ElementsAre(
          Severity{.name = "P0",
                   .rank = 0,
                   .respond_within = 1h,
                   .first_update = 15min,
                   .update_every = 30min,
                   .freeze = true},
          Severity{
              .name = "P1", .rank = 1, .respond_within = 4h, .first_update = 15min, .update_every = 30min},
          Severity{.name = "P2", .rank = 2, .respond_within = 24h}, Severity{.name = "P3", .rank = 3}));
  ASSERT_EQ(policy.workflow_triggers.size(), 1U);
  EXPECT_THAT(policy.workflow_triggers[0].workflows, ElementsAre("CI", "graduation-check"));
  EXPECT_EQ(policy.workflow_triggers[0].confirm, incident::Confirm::none);
  ASSERT_EQ(policy.label_triggers.size(), 1U);
  EXPECT_THAT(policy.label_triggers[0].labels, ElementsAre("P0", "critical"));
}

TEST(SampleRunbook, IsValid) {
  const Runbook runbook = read_runbook(sample());
  EXPECT_THAT(texts_of(runbook.problems), ElementsAre());
  EXPECT_THAT(runbook.channel_problems, testing::IsEmpty());
  const incident::Policy& policy = runbook.policy;
  ASSERT_EQ(policy.severities.size(), 1U);
  ASSERT_EQ(policy.workflow_triggers.size(), 1U);
  EXPECT_EQ(policy.workflow_triggers[0].confirm, incident::Confirm::rerun);
  EXPECT_EQ(policy.label_triggers.size(), 1U);
  ASSERT_EQ(policy.channels.size(), 1U);
  EXPECT_EQ(policy.channels[0].kind, incident::ChannelKind::discord);
  EXPECT_EQ(policy.channels[0].settings.at("url"), "${KEDGE_DISCORD_WEBHOOK_URL}");
  EXPECT_EQ(policy.channels[0].mentions.at("@org/engineering-leads"), "<@&1234>");
  EXPECT_EQ(policy.limits.prepare_per_day, 10);
  EXPECT_EQ(policy.limits.max_age, 24h);
  EXPECT_THAT(policy.limits.never, ElementsAre("renovate[bot]"));
}

TEST(SampleRunbook, NamesWhatIsNotInForceInOrder) {
  const auto later = texts_of(read_runbook(sample()).not_in_force);
  EXPECT_THAT(
      later, testing::IsSupersetOf({"line 5, column 83: `severities[0].freeze`",
                                    "line 9, column 10: triggers `on: metric`",
                                    "line 12, column 1: `escalation`", "line 16, column 3: `rollback.before`",
                                    "line 18, column 1: `freeze`", "line 19, column 1: `monitor`"}));
}

struct LaterRow {
  const char* name;
  std::string text;
  std::vector<std::string> later;
};

TEST(NotInForce, NamesWhatIsAskedForAndNotDone) {
  const LaterRow rows[] = {
      {"a key once, not its parts",
       "freeze: {enforce: check, branches: [main]}\n",
       {"line 1, column 1: `freeze`"}},
      {"false is what happens anyway", "rollback: {signoff: false}\n", {}},
      {"an empty list is too", "gates: []\nroles: {}\n", {}},
      {"a value", "rollback: {merge: auto, commit: git}\n", {"line 1, column 19: `rollback.merge: auto`"}},
      {"a preset to come",
       "extends: cortex\n",
       {"line 1, column 10: the preset `cortex` (aegis is used instead)"}},
  };
  for (const LaterRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Runbook runbook = read_runbook(row.text);
    EXPECT_THAT(texts_of(runbook.problems), ElementsAre());
    EXPECT_EQ(texts_of(runbook.not_in_force), row.later);
  }
}

TEST(PolicyNumbers, AreDecimal) {
  const Runbook runbook = read_runbook("rollback: {limits: {prepare_per_day: 010, merge_per_day: 08}}\n");
  EXPECT_THAT(texts_of(runbook.problems), ElementsAre());
  EXPECT_EQ(runbook.policy.limits.prepare_per_day, 10);
  EXPECT_EQ(runbook.policy.limits.merge_per_day, 8);
}

}  // namespace
}  // namespace kedge::config
