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

TEST(ChannelProblems, NameWhatCannotWorkWithItsLine) {
  const Runbook runbook = read_runbook(R"(
channels:
  - {name: a, kind: slack, url: "${KEDGE_SLACK_WEBHOOK_URL}"}
  - {name: b, kind: slack, url: "${HOME}"}
  - {name: c, kind: slack, token: "${KEDGE_PRIVATE_KEY}", channel: ops}
  - {name: d, kind: slack, url: "${KEDGE_SLACK_TOKEN"}
  - {name: e, kind: slack}
  - {name: f, kind: discord, url: not a url}
  - {name: g, kind: discord, url: "http://chat.example/1"}
  - {name: h, kind: slack, url: "${KEDGE_DISCORD_WEBHOOK_URL}"}
  - {name: i, kind: mail}
  - {name: j, kind: slack, token: "${KEDGE_SLACK_TOKEN}"}
  - {name: k, kind: pagerduty, key: ""}
)");
  EXPECT_THAT(texts_of(runbook.problems), IsEmpty());
  const std::string https = "must be an https URL where a runbook writes it out";
  EXPECT_THAT(
      texts_of(runbook.channel_problems),
      ElementsAre(
          "line 4, column 5: the channel `b` cannot work: ${HOME} is no setting of the server that a "
          "channel may name",
          "line 5, column 5: the channel `c` cannot work: ${KEDGE_PRIVATE_KEY} is no setting of the "
          "server that a channel may name",
          "line 6, column 5: the channel `d` cannot work: `url` must be one ${NAME} or a plain text, "
          "not a mixture",
          "line 7, column 5: the channel `e` cannot work: `url`, or `token` and `channel`, is missing",
          "line 8, column 5: the channel `f` cannot work: `url` " + https,
          "line 9, column 5: the channel `g` cannot work: `url` " + https,
          "line 10, column 5: the channel `h` cannot work: ${KEDGE_DISCORD_WEBHOOK_URL} does not belong "
          "in `url`",
          "line 11, column 5: the channel `i` cannot work: `smtp_url` is missing",
          "line 12, column 5: the channel `j` cannot work: `channel` is missing",
          "line 13, column 5: the channel `k` cannot work: `key` is empty"));
}

}  // namespace
}  // namespace kedge::config
