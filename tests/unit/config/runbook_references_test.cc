// SPDX-License-Identifier: Apache-2.0
// Names that must fit together, and `${NAME}` in channels.
#include <gmock/gmock.h>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ReferenceRow {
  const char* name;
  std::string text;
  std::string says;
};

TEST(References, MustBeNamedInTheFile) {
  const ReferenceRow rows[] = {
      {"severity of a trigger", "mode: suggest\ntriggers:\n  - {on: label, labels: [x], severity: P9}\n",
       "line 3, column 40: the severity `P9` is not in `severities`"},
      {"severity of the preset's triggers", "mode: suggest\nseverities:\n  - {name: S1, rank: 0}\n",
       "line 3, column 3: the severity `P0`, which the preset's triggers name, is not in `severities`; write "
       "`triggers` too"},
      {"no severities", "severities: []\n", "line 1, column 13: `severities` must name at least one"},
      {"severity twice", "severities: [{name: P0, rank: 0}, {name: P0, rank: 1}]\n",
       "line 1, column 42: the severity `P0` stands here twice"},
      {"label trigger without labels", "triggers:\n  - {on: label, severity: P0}\n",
       "line 2, column 5: a `label` trigger needs `labels`"},
      {"channel twice", "channels:\n  - {name: a, kind: mail}\n  - {name: a, kind: slack}\n",
       "line 3, column 12: the channel `a` stands here twice"},
      {"channel of an escalation", "channels: []\nescalation:\n  - {when: {severity: P0}, notify: [ops]}\n",
       "line 3, column 37: the channel `ops` is not in `channels`"},
      {"severity of an escalation", "escalation:\n  - {when: {severity: P7}, notify: [slack]}\n",
       "line 2, column 23: the severity `P7` is not in `severities`"},
      {"channel of drills", "drill: {channels: [ops]}\n",
       "line 1, column 20: the channel `ops` is not in `channels`"},
  };
  for (const ReferenceRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(problems_of(row.text), ElementsAre(row.says));
  }
}

TEST(References, KnowTheChannelsThatTheServerMakes) {
  const Runbook runbook = read_runbook("drill: {channels: [slack, discord, mail, pagerduty]}\n");
  EXPECT_THAT(texts_of(runbook.problems), IsEmpty());
  EXPECT_EQ(runbook.policy.drill_channels.size(), 4U);
}

TEST(UnsetNames, AreThoseThatNoChannelMayName) {
  const Runbook runbook = read_runbook(R"(
channels:
  - {name: a, kind: slack, url: "${KEDGE_SLACK_WEBHOOK_URL}"}
  - {name: b, kind: slack, url: "${HOME}"}
  - {name: c, kind: slack, token: "${KEDGE_PRIVATE_KEY}", channel: "${HOME}"}
  - {name: d, kind: slack, url: "${KEDGE_SLACK_TOKEN"}
)");
  EXPECT_THAT(texts_of(runbook.problems), IsEmpty());
  EXPECT_THAT(runbook.unset_names,
              testing::UnorderedElementsAre("HOME", "KEDGE_PRIVATE_KEY", "KEDGE_SLACK_TOKEN"));
}

}  // namespace
}  // namespace kedge::config
