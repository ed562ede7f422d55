// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "bot/sandbox/sender.h"
#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

TEST(ForgeWebhooks, SignatureIsThePublishedVectors) {
  EXPECT_EQ(sandbox::hmac_sha256("It's a Secret to Everybody", "Hello, World!"),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

TEST(ForgeWebhooks, PingComesFirstAndEachIsSigned) {
  World world;
  world.commit("main", {{"src/b.txt", "two\n"}});
  world.settle();
  const auto received = world.receiver.received();
  ASSERT_GT(received.size(), 3U);
  EXPECT_EQ(received.front().event, "ping");
  EXPECT_FALSE(received.front().json().contains("repository"));
  for (const auto& each : received) {
    EXPECT_EQ(each.signature, sandbox::hmac_sha256(world.sandbox.webhook_secret(), each.body)) << each.event;
  }
}

TEST(ForgeWebhooks, FailedDeliveriesAreListedAndRedeliveredWithTheirGuid) {
  World world;
  world.receiver.answer_with(503);
  world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "broken"}});
  world.settle();
  const auto failed = world.call("GET", "/app/hook/deliveries?status=failure", world.jwt());
  ASSERT_EQ(failed.status, 200);
  ASSERT_EQ(failed.body.size(), 1U);
  EXPECT_EQ(failed.body[0]["event"], "issues");
  EXPECT_EQ(failed.body[0]["status_code"], 503);
  EXPECT_NE(failed.body[0]["status"], "OK");
  const auto id = std::to_string(failed.body[0]["id"].get<std::int64_t>());
  world.receiver.answer_with(202);
  EXPECT_EQ(world.call("POST", "/app/hook/deliveries/" + id + "/attempts", world.jwt()).status, 202);
  world.settle();
  const auto issues = world.receiver.of("issues.opened");
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].guid, issues[1].guid);
  EXPECT_EQ(issues[0].body, issues[1].body);
  const auto all = world.call("GET", "/app/hook/deliveries?per_page=1", world.jwt());
  EXPECT_TRUE(all.body[0]["redelivery"].get<bool>());
  EXPECT_EQ(all.body[0]["status"], "OK");
  const auto detail = world.call("GET", "/app/hook/deliveries/" + id, world.jwt());
  EXPECT_EQ(detail.body["request"]["payload"]["issue"]["title"], "broken");
}

TEST(ForgeWebhooks, CursorPagesVisitEachDeliveryOnce) {
  World world;
  for (int i = 0; i < 7; ++i)
    world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "issue " + std::to_string(i)}});
  world.settle();
  std::set<std::int64_t> seen;
  std::string path = "/app/hook/deliveries?per_page=3";
  while (!path.empty()) {
    const auto page = world.call("GET", path, world.jwt());
    ASSERT_EQ(page.status, 200);
    for (const auto& each : page.body) EXPECT_TRUE(seen.insert(each["id"].get<std::int64_t>()).second);
    const auto link = page.header("link");
    const auto end = link.find(">; rel=\"next\"");
    path = end == std::string::npos ? "" : link.substr(link.find("/app/"), end - link.find("/app/"));
  }
  EXPECT_EQ(seen.size(), world.receiver.received().size());
}

TEST(ForgeWebhooks, SwitchedOffTheyFailWithoutBeingSent) {
  World world;
  world.control("PUT", "/hook", {{"deliver", false}});
  const auto before = world.receiver.received().size();
  world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "unheard"}});
  world.settle();
  EXPECT_EQ(world.receiver.received().size(), before);
  EXPECT_EQ(world.call("GET", "/app/hook/deliveries?status=failure", world.jwt()).body.size(), 1U);
}

TEST(ForgeWebhooks, DuplicatedAndReorderedOnRequest) {
  World world;
  world.control("PUT", "/hook", {{"duplicate", true}});
  world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "twice"}});
  world.settle();
  EXPECT_EQ(world.receiver.of("issues.opened").size(), 2U);
  world.control("PUT", "/hook", {{"duplicate", false}, {"hold_back", 2}});
  world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "first"}});
  world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "second"}});
  world.settle();
  const auto opened = world.receiver.of("issues.opened");
  ASSERT_EQ(opened.size(), 4U);
  EXPECT_EQ(opened[2].json()["issue"]["title"], "second");
  EXPECT_EQ(opened[3].json()["issue"]["title"], "first");
}

}  // namespace
}  // namespace kedge::test
