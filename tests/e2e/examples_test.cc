// SPDX-License-Identifier: Apache-2.0
// Every example payload that GitHub's own SDK publishes, signed and sent to the running server.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;

constexpr const char* kExamples =
    KEDGE_SOURCE_DIR "/tests/node_modules/@octokit/webhooks-examples/api.github.com/index.json";

TEST(PublishedExamples, AreAllAcceptedAndLeaveTheServerReady) {
  std::ifstream file(kExamples);
  ASSERT_TRUE(file) << "run `npm ci` in tests/ first";
  const Json index = Json::parse(file);
  World world;
  world.start_server();
  int sent = 0;
  for (const Json& event : index) {
    for (const Json& example : event["examples"]) {
      const std::string name = event["name"];
      const auto answer =
          world.deliver({.event = name,
                         .guid = "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + sent),
                         .body = example.dump()});
      EXPECT_EQ(answer.status / 100, 2) << name << ": " << answer.status << " " << answer.body;
      ++sent;
    }
  }
  EXPECT_EQ(sent, 329);
  EXPECT_TRUE(world.is_ready());
  const Json queue = world.api("/queue");
  ASSERT_TRUE(queue.is_object());
  EXPECT_EQ(queue["inbox"]["parked"], 0) << queue.dump(1);
  // And it still does its work.
  world.play();
  world.settle();
  EXPECT_EQ(world.api("/queue")["inbox"]["parked"], 0);
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();
}

}  // namespace
}  // namespace kedge::test
