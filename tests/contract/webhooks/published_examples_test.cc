// SPDX-License-Identifier: Apache-2.0
// Every payload of npm `@octokit/webhooks-examples` 7.6.1, signed and read as a delivery, then parsed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/contract/webhooks/npm_data.h"
#include "webhooks/delivery.h"
#include "webhooks/event.h"
#include "webhooks/signature.h"

namespace kedge::webhooks {
namespace {

using nlohmann::json;

/// The events we name and the place of their typed body; deployment_protection_rule has no published example.
const std::set<std::string> kTyped{"ping",          "workflow_run", "check_suite",
                                   "check_run",     "status",       "issues",
                                   "issue_comment", "pull_request", "pull_request_review",
                                   "push",          "installation", "installation_repositories",
                                   "merge_group",   "repository"};

struct Example {
  std::string event;
  std::size_t index = 0;
  json payload;
  [[nodiscard]] std::string name() const { return event + " #" + std::to_string(index); }
};

std::vector<Example> examples() {
  std::vector<Example> all;
  const json index = testing::npm_json("@octokit/webhooks-examples/api.github.com/index.json");
  for (const json& event : index) {
    std::size_t number = 0;
    for (const json& payload : event.at("examples")) all.push_back({event.at("name"), number++, payload});
  }
  return all;
}

tl::expected<Delivery, Refusal> deliver(const Example& example) {
  const std::vector<Secret> secrets{Secret{"examples"}};
  const std::string body = example.payload.dump();
  const std::string signature = sign(body, secrets.front());
  return read_delivery({"application/json", example.event, "guid", signature}, body, secrets);
}

TEST(PublishedExamples, AreAllThere) {
  const std::vector<Example> all = examples();
  EXPECT_EQ(all.size(), 329U);
  std::set<std::string> events;
  for (const Example& example : all) events.insert(example.event);
  EXPECT_EQ(events.size(), 58U);
  for (const std::string& typed : kTyped) EXPECT_TRUE(events.contains(typed)) << typed;
}

TEST(PublishedExamples, AreAcceptedAndTheNamedEventsUsed) {
  for (const Example& example : examples()) {
    const auto delivery = deliver(example);
    ASSERT_TRUE(delivery) << example.name() << ": " << delivery.error().reason;
    const Event event = parse(delivery->event, delivery->body);
    const auto* ignored = std::get_if<Ignored>(&event.body);
    if (kTyped.contains(example.event)) {
      EXPECT_EQ(ignored, nullptr) << example.name() << ": " << ignored->reason;
    } else {
      ASSERT_NE(ignored, nullptr) << example.name();
      EXPECT_EQ(ignored->reason, "unknown event") << example.name();
    }
  }
}

TEST(PublishedExamples, HaveTheirCommonPartsRead) {
  for (Example& example : examples()) {
    if (!example.payload.contains("installation")) example.payload["installation"] = {{"id", 52410001}};
    const Event event = parse(example.event, example.payload.dump());
    EXPECT_EQ(event.name, example.event);
    EXPECT_EQ(event.common.action, example.payload.value("action", "")) << example.name();
    EXPECT_EQ(event.common.installation_id, example.payload.at("installation").at("id").get<std::int64_t>());
    if (example.payload.contains("repository")) {
      ASSERT_TRUE(event.common.repository) << example.name();
      EXPECT_EQ(event.common.repository->id, example.payload.at("repository").at("id").get<std::int64_t>());
    }
    if (example.payload.contains("sender")) {
      ASSERT_TRUE(event.common.sender) << example.name();
      EXPECT_EQ(event.common.sender->login, example.payload.at("sender").at("login").get<std::string>());
    }
  }
}

/// The variant's alternative must be the one of the event: a table that is off by one would pass the rest.
TEST(PublishedExamples, BecomeTheTypeOfTheirEvent) {
  for (const Example& example : examples()) {
    const Event event = parse(example.event, example.payload.dump());
    const auto& payload = example.payload;
    if (const auto* run = std::get_if<WorkflowRun>(&event.body)) {
      EXPECT_EQ(example.event, "workflow_run");
      EXPECT_EQ(run->id, payload.at("workflow_run").at("id").get<std::int64_t>());
      EXPECT_FALSE(run->path.empty());
    }
    if (const auto* comment = std::get_if<IssueComment>(&event.body)) {
      EXPECT_EQ(example.event, "issue_comment");
      EXPECT_EQ(comment->body, payload.at("comment").at("body").get<std::string>());
    }
    if (const auto* pull = std::get_if<PullRequest>(&event.body)) {
      EXPECT_EQ(example.event, "pull_request");
      EXPECT_EQ(pull->head_sha, payload.at("pull_request").at("head").at("sha").get<std::string>());
    }
    if (const auto* push = std::get_if<Push>(&event.body)) {
      EXPECT_EQ(example.event, "push");
      EXPECT_EQ(push->after, payload.at("after").get<std::string>());
    }
    if (const auto* suite = std::get_if<CheckSuite>(&event.body)) {
      EXPECT_EQ(example.event, "check_suite");
      EXPECT_EQ(suite->head_sha, payload.at("check_suite").at("head_sha").get<std::string>());
    }
  }
}

}  // namespace
}  // namespace kedge::webhooks
