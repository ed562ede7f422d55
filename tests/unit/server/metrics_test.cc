// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads, judged by its own linter.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

using ::testing::HasSubstr;

class MetricsTest : public ::testing::Test, public Door {};

TEST_F(MetricsTest, CountsDeliveriesByWhatBecameOfThem) {
  open();
  ask(posted());
  ask(posted());
  ask(posted({.guid = "b", .secret = "wrong"}));
  const Reply reply = ask(get("/metrics"));
  EXPECT_EQ(reply.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("kedge_deliveries_total{result=\"stored\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("kedge_deliveries_total{result=\"duplicate\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("kedge_deliveries_total{result=\"bad_signature\"} 1\n"));
  EXPECT_THAT(reply.body, HasSubstr("kedge_deliveries_total{result=\"unavailable\"} 0\n"));
  EXPECT_THAT(reply.body, HasSubstr("kedge_delivery_ack_seconds_count 2\n"));
  EXPECT_THAT(reply.body, HasSubstr("kedge_http_responses_total{code=\"401\"} 1\n"));
}

TEST_F(MetricsTest, GaugesComeFromTheViews) {
  states.push_back(sample_state());
  open();
  ask(posted());
  const std::string page = ask(get("/metrics")).body;
  EXPECT_THAT(page, HasSubstr("kedge_queue_depth{queue=\"inbox\",state=\"queued\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("kedge_incidents_open{severity=\"P0\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("kedge_http_connections 1\n"));
}

TEST_F(MetricsTest, ASeverityWithoutOpenIncidentsGoesToZero) {
  Metrics metrics("1");
  metrics.page({.incidents = {{"P0", 2}}, .incidents_known = true});
  EXPECT_THAT(metrics.page({.incidents = {{"P1", 1}}, .incidents_known = true}),
              HasSubstr("kedge_incidents_open{severity=\"P0\"} 0\n"));
}

TEST_F(MetricsTest, PromtoolFindsNothingToSay) {
  states.push_back(sample_state());
  open();
  ask(posted());
  server->metrics().effect("open_issue", "done", std::chrono::milliseconds{120});
  server->metrics().effect("open_issue", "retry", std::chrono::milliseconds{5});
  const std::string page = ask(get("/metrics")).body;
  EXPECT_THAT(page, HasSubstr("kedge_effect_duration_seconds_count{kind=\"open_issue\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("kedge_effects_total{kind=\"open_issue\",outcome=\"done\"} 1\n"));

  const std::string file = ::testing::TempDir() + "kedge_metrics_" + std::to_string(server->port());
  FILE* promtool = ::popen(("promtool check metrics >" + file + " 2>&1").c_str(), "w");
  ASSERT_NE(promtool, nullptr);
  EXPECT_EQ(std::fwrite(page.data(), 1, page.size(), promtool), page.size());
  const int status = ::pclose(promtool);
  FILE* said = std::fopen(file.c_str(), "r");
  ASSERT_NE(said, nullptr);
  std::string findings(4096, '\0');
  findings.resize(std::fread(findings.data(), 1, findings.size(), said));
  std::fclose(said);
  std::remove(file.c_str());
  EXPECT_EQ(status, 0) << "promtool (package prometheus) is missing or has findings: " << findings;
  EXPECT_EQ(findings, "");
}

}  // namespace
}  // namespace kedge::server::testing
