// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <future>

#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

class ForgeFaults : public ::testing::Test {
 protected:
  World world;
  const std::string issues = "/repos/acme/api/issues";

  std::int64_t fault(Json rule) {
    if (!rule.contains("method")) rule["method"] = "POST";
    if (!rule.contains("path")) rule["path"] = "/issues$";
    const auto made = world.control("POST", "/faults", rule);
    EXPECT_EQ(made.status, 201) << made.text;
    return made.body.value("id", std::int64_t{0});
  }
  Answered open(const std::string& title) { return world.as("bob", "POST", issues, {{"title", title}}); }
  std::size_t count() { return world.as("bob", "GET", issues).body.size(); }
};

TEST_F(ForgeFaults, RespondAnswersInsteadAndOnlyTheNthTime) {
  fault({{"action", "respond"}, {"nth", 2}, {"status", 429}, {"headers", {{"Retry-After", "7"}}}});
  EXPECT_EQ(open("one").status, 201);
  const auto refused = open("two");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "7");
  EXPECT_EQ(open("three").status, 201);
  EXPECT_EQ(count(), 2U);
}

TEST_F(ForgeFaults, DropNeitherAppliesNorAnswers) {
  fault({{"action", "drop"}, {"times", 1}});
  EXPECT_EQ(open("lost").status, 0);
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(open("kept").status, 201);
}

TEST_F(ForgeFaults, ApplyThenDropTakesEffectWithoutAnswer) {
  fault({{"action", "apply_then_drop"}, {"times", 1}});
  EXPECT_EQ(open("done").status, 0);
  EXPECT_EQ(count(), 1U);
  const auto writes = world.control("GET", "/writes");
  EXPECT_EQ(writes.body.back()["status"], 0);
  EXPECT_EQ(writes.body.back()["as"], "bob");
  EXPECT_EQ(writes.body.back()["path"], issues);
}

TEST_F(ForgeFaults, HoldAfterKeepsTheAnswerUntilReleased) {
  const auto rule = fault({{"action", "hold_after"}, {"times", 1}});
  auto opened = std::async(std::launch::async, [&] { return open("held").status; });
  const auto hits = world.control("GET", "/faults/hits?rule=" + std::to_string(rule) + "&timeout_ms=20000");
  ASSERT_EQ(hits.body.size(), 1U);
  EXPECT_EQ(hits.body[0]["holding"], true);
  EXPECT_EQ(count(), 1U) << "it took effect";
  EXPECT_EQ(world.control("POST", "/faults/" + std::to_string(rule) + "/release").status, 204);
  EXPECT_EQ(opened.get(), 201);
}

TEST_F(ForgeFaults, HoldBeforeClosedNeverTakesEffect) {
  const auto rule = fault({{"action", "hold_before"}, {"times", 1}});
  auto opened = std::async(std::launch::async, [&] { return open("held").status; });
  ASSERT_EQ(
      world.control("GET", "/faults/hits?rule=" + std::to_string(rule) + "&timeout_ms=20000").body.size(),
      1U);
  EXPECT_EQ(count(), 0U);
  world.control("POST", "/faults/" + std::to_string(rule) + "/release", {{"how", "close"}});
  EXPECT_EQ(opened.get(), 0);
  EXPECT_EQ(count(), 0U);
}

TEST_F(ForgeFaults, StrikeGitToo) {
  fault({{"action", "respond"}, {"method", "GET"}, {"path", "info/refs"}, {"status", 500}, {"body", "down"}});
  TemporaryDirectory place;
  const auto done =
      git("", {"clone", "-q", remote(world, "bob", world.sandbox.token_of("bob")), place.path() + "/c"});
  EXPECT_NE(done.status, 0);
  EXPECT_NE(done.out.find("500"), std::string::npos) << done.out;
}

TEST_F(ForgeFaults, ControlNeedsTheAdminToken) {
  EXPECT_EQ(world.call("GET", "/_sandbox/faults", world.sandbox.token_of("alice")).status, 401);
  EXPECT_EQ(world.control("POST", "/faults", {{"path", "("}}).status, 422);
  EXPECT_EQ(world.control("POST", "/faults", {{"action", "explode"}}).status, 422);
}

TEST_F(ForgeFaults, StopEndsWhatIsHeld) {
  const auto rule = fault({{"action", "hold_before"}});
  auto opened = std::async(std::launch::async, [&] { return open("held").status; });
  ASSERT_EQ(
      world.control("GET", "/faults/hits?rule=" + std::to_string(rule) + "&timeout_ms=20000").body.size(),
      1U);
  world.sandbox.stop();
  EXPECT_EQ(opened.get(), 0);
}

}  // namespace
}  // namespace kedge::test
