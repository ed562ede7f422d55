// SPDX-License-Identifier: Apache-2.0
// What the format refuses: exact place, exact words.
#include <gmock/gmock.h>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using testing::ElementsAre;

struct ProblemRow {
  const char* name;
  std::string text;
  std::string says;
};

void expect_each(const std::vector<ProblemRow>& rows) {
  for (const ProblemRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(problems_of(row.text), ElementsAre(row.says));
  }
}

TEST(RunbookKeys, ThatAreUnknownNameTheNearest) {
  expect_each({
      {"near", "mode: suggest\nseverties: []\n",
       "line 2, column 1: `severties` is not a key; did you mean `severities`?"},
      {"inside", "rollback:\n  limits: {max_ages: 1h}\n",
       "line 2, column 12: `rollback.limits.max_ages` is not a key; did you mean `max_age`?"},
      {"far", "zzzzzzzzzzzz: 1\n", "line 1, column 1: `zzzzzzzzzzzz` is not a key"},
      {"merge key", "drill: {<<: {}}\n", "line 1, column 9: `drill.<<` is not a key"},
      {"case", "Mode: suggest\n", "line 1, column 1: `Mode` is not a key; did you mean `mode`?"},
  });
}

TEST(RunbookKeys, ThatStandTwiceAreRefused) {
  expect_each({
      {"top", "mode: suggest\nmode: observe\n", "line 2, column 1: `mode` stands here twice"},
      {"inside", "drill: {every: 1d, every: 2d}\n", "line 1, column 20: `drill.every` stands here twice"},
      {"in a map of names", "roles:\n  ops: {}\n  ops: {}\n",
       "line 3, column 3: `roles.ops` stands here twice"},
      {"quoted", "mode: suggest\n\"mode\": observe\n", "line 2, column 1: `mode` stands here twice"},
  });
}

TEST(RunbookKeys, MustBeText) {
  expect_each({{"a list", "? [a]\n: b\n", "line 1, column 3: a key must be text"},
               {"a map of names", "roles: {? [a] : {}}\n", "line 1, column 11: a key must be text"}});
}

TEST(RunbookKeys, ThatAreRequiredAreMissed) {
  expect_each({
      {"severity", "severities:\n  - {rank: 0}\ntriggers: []\n",
       "line 2, column 5: `severities[0].name` is missing"},
      {"channel", "channels:\n  - name: ops\n", "line 2, column 5: `channels[0].kind` is missing"},
      {"empty", "channels: [{name: '', kind: mail}]\n",
       "line 1, column 19: `channels[0].name` must not be empty"},
  });
}

TEST(RunbookValues, OfAWrongTypeAreRefused) {
  const std::string duration = "must be a duration such as 30m (units ms s m h d), not ";
  const std::string whole = "must be a whole number, 0 or more, not ";
  expect_each({
      {"a list for a file", "- mode\n", "line 1, column 1: `the file` must be a map"},
      {"text for a file", "suggest\n", "line 1, column 1: `the file` must be a map, not `suggest`"},
      {"text for a list", "severities: P0\n",
       "line 1, column 13: `severities` must be a list of a map, not `P0`"},
      {"a map for a list", "triggers: {a: b}\n", "line 1, column 11: `triggers` must be a list of a map"},
      {"a list for text", "reopen_window: [1h]\n",
       "line 1, column 16: `reopen_window` must be a duration such as 30m (units ms s m h d)"},
      {"enum", "mode: panic\n",
       "line 1, column 7: `mode` must be one of observe, suggest, prepare, not `panic`"},
      {"enum in a list", "extends: [aegis, ageis]\n",
       "line 1, column 18: `extends[1]` must be one of aegis, aegis-sre, cortex, portarium, aragora, not "
       "`ageis`"},
      {"no unit", "reopen_window: 24\n", "line 1, column 16: `reopen_window` " + duration + "`24`"},
      {"too long", "reopen_window: 99999d\n", "line 1, column 16: `reopen_window` " + duration + "`99999d`"},
      {"boolean", "rollback: {signoff: yes}\n",
       "line 1, column 21: `rollback.signoff` must be true or false, not `yes`"},
      {"integer out of range", "rollback: {limits: {merge_per_day: 99999999999}}\n",
       "line 1, column 36: `rollback.limits.merge_per_day` " + whole + "`99999999999`"},
      {"integer below zero", "rollback: {limits: {merge_per_day: -1}}\n",
       "line 1, column 36: `rollback.limits.merge_per_day` " + whole + "`-1`"},
      {"hexadecimal", "rollback: {limits: {merge_per_day: 0x1}}\n",
       "line 1, column 36: `rollback.limits.merge_per_day` " + whole + "`0x1`"},
      {"rank", "severities: [{name: A, rank: 5}]\ntriggers: []\n",
       "line 1, column 30: `severities[0].rank` must be a whole number from 0 to 4, not `5`"},
      {"not finite", "monitor: {rules: [{above: inf}]}\n",
       "line 1, column 27: `monitor.rules[0].above` must be a number, not `inf`"},
  });
}

TEST(RunbookValues, ThatAreLeftOutAreRefused) {
  expect_each({
      {"choice", "mode:\n",
       "line 1, column 1: `mode` must be one of observe, suggest, prepare; it has no value"},
      {"list", "triggers: ~\n", "line 1, column 1: `triggers` must be a list of a map; it has no value"},
      {"map", "mode: suggest\nrollback: null\n",
       "line 2, column 1: `rollback` must be a map; it has no value"},
      {"text", "severities: [{name: , rank: 1}]\ntriggers: []\n",
       "line 1, column 15: `severities[0].name` must be text; it has no value"},
  });
}

TEST(RunbookProblems, AreSaidAllAtOnce) {
  EXPECT_THAT(problems_of("mode: x\nbranch: y\nreopen_window: z\n"), testing::SizeIs(3));
}

}  // namespace
}  // namespace kedge::config
