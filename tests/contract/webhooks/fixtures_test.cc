// SPDX-License-Identifier: Apache-2.0
// Our own payloads: they are only worth something if GitHub could have sent them.
#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/contract/webhooks/description.h"
#include "tests/support/webhook_fixture.h"
#include "webhooks/delivery.h"
#include "webhooks/signature.h"

namespace kedge::webhooks {
namespace {

std::set<std::string> fixture_names() {
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/webhooks")) {
    if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
  }
  return names;
}

TEST(HandMadePayload, HasOnlyPathsThatGitHubDescribes) {
  const testing::Description description;
  const std::set<std::string> names = fixture_names();
  EXPECT_GE(names.size(), 30U);
  for (const std::string& name : names) {
    const auto payload = nlohmann::json::parse(testing::webhook_fixture(name));
    const std::string event = name.substr(0, name.find('.'));
    const std::string action = payload.value("action", "");
    EXPECT_TRUE(description.knows(event, action)) << name;
    EXPECT_TRUE(action.empty() || name.starts_with(event + "." + action)) << name;
    EXPECT_THAT(description.unknown_paths(event, action, payload), ::testing::IsEmpty()) << name;
  }
}

TEST(HandMadePayload, IsReadAndParsed) {
  const std::vector<Secret> secrets{Secret{"fixture"}};
  for (const std::string& name : fixture_names()) {
    const std::string body = testing::webhook_fixture(name);
    const std::string event = name.substr(0, name.find('.'));
    const std::string signature = sign(body, secrets.front());
    const auto delivery = read_delivery({"application/json", event, name, signature}, body, secrets);
    ASSERT_TRUE(delivery) << name << ": " << delivery.error().reason;
    const bool ignored = std::holds_alternative<Ignored>(parse(event, delivery->body).body);
    EXPECT_EQ(ignored, event == "repository_ruleset") << name;
  }
}

}  // namespace
}  // namespace kedge::webhooks
