// SPDX-License-Identifier: Apache-2.0
// The policy as JSON, and the schema that editors use.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(PolicyJson, HasTheKeysOfTheRunbook) {
  const json policy = json::parse(policy_json(read_runbook("rollback: {limits: {max_age: 2h}}\n")));
  std::vector<std::string> keys;
  for (const auto& [key, value] : policy.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("branches", "channels", "checklists", "drill", "mode", "reopen_window",
                                "rollback", "severities", "triggers"));
  EXPECT_EQ(policy["mode"], "suggest");
  EXPECT_EQ(policy["severities"][0]["name"], "P0");
  EXPECT_EQ(policy["severities"][0]["first_update"], "15m");
  EXPECT_TRUE(policy["severities"][3]["respond_within"].is_null());
  EXPECT_EQ(policy["triggers"][0]["on"], "workflow");
  EXPECT_EQ(policy["triggers"][1]["labels"], json({"P0", "critical"}));
  EXPECT_EQ(policy["rollback"]["limits"], json({{"max_age", "2h"}}));
  EXPECT_EQ(policy["branches"]["protected"], json({"main", "develop"}));
}

TEST(PolicyJson, ShowsNamesOfSettingsAndNoSecret) {
  const std::string text = policy_json(read_runbook(R"(
channels:
  - {name: a, kind: slack, token: xoxb-hunter2, channel: C1}
  - {name: b, kind: pagerduty, key: hunter2}
  - {name: c, kind: mail, smtp_url: "smtp://u:hunter2@h", to: a@x.example}
  - {name: d, kind: discord, url: "${KEDGE_DISCORD_WEBHOOK_URL}"}
)"));
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
  const json channels = json::parse(text)["channels"];
  EXPECT_EQ(channels[0]["channel"], "C1");
  EXPECT_EQ(channels[1]["key"], "(set)");
  EXPECT_EQ(channels[3]["url"], "${KEDGE_DISCORD_WEBHOOK_URL}");
}

TEST(RunbookSchema, IsClosedAndSaysWhatIsRequired) {
  const json schema = json::parse(runbook_schema());
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["additionalProperties"], false);
  const json& severity = schema["properties"]["severities"]["items"];
  EXPECT_EQ(severity["required"], json({"name", "rank"}));
  EXPECT_EQ(severity["properties"]["rank"]["maximum"], 4);
  EXPECT_EQ(schema["properties"]["mode"]["enum"], json({"observe", "suggest", "prepare"}));
}

TEST(RunbookSchema, KnowsEveryTopLevelKeyOfTheSample) {
  const json properties = json::parse(runbook_schema())["properties"];
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/runbook/sample.yml");
  int keys = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == ' ' || line.front() == '#') continue;
    EXPECT_TRUE(properties.contains(line.substr(0, line.find(':')))) << line;
    ++keys;
  }
  EXPECT_EQ(keys, 11);
}

TEST(Presets, AreCompiledIn) {
  EXPECT_THAT(preset_names(), testing::Contains("aegis"));
  EXPECT_TRUE(preset("nothing").empty());
  for (const std::string& name : preset_names())
    EXPECT_THAT(problems_of(preset(name)), ElementsAre()) << name;
}

}  // namespace
}  // namespace kedge::config
