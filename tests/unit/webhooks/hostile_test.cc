// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/webhook_fixture.h"
#include "webhooks/delivery.h"
#include "webhooks/event.h"
#include "webhooks/signature.h"

namespace kedge::webhooks {
namespace {

constexpr std::array<std::string_view, 14> kEvents{"ping",
                                                   "workflow_run",
                                                   "check_suite",
                                                   "check_run",
                                                   "status",
                                                   "issues",
                                                   "issue_comment",
                                                   "pull_request",
                                                   "pull_request_review",
                                                   "push",
                                                   "installation",
                                                   "installation_repositories",
                                                   "merge_group",
                                                   "deployment_protection_rule"};

TEST(HostilePayload, IsIgnoredByEveryParserAndHarmsNone) {
  const std::vector<std::string> payloads{"",
                                          "null",
                                          "true",
                                          "0",
                                          "\"\"",
                                          "[]",
                                          "[[[]]]",
                                          "{",
                                          "\xff\xfe",
                                          std::string(1, '\0'),
                                          std::string(10'000'000, '['),
                                          "{\"a\":\"\\ud800\"}",
                                          "{\"repository\":\"\xc0\xaf\"}"};
  for (const std::string_view event : kEvents) {
    for (const std::string& payload : payloads) {
      EXPECT_TRUE(std::holds_alternative<Ignored>(parse(event, payload).body))
          << event << " " << payload.substr(0, 40);
    }
  }
}

/// Nesting at the place of each member in turn, behind whatever else a parser reads first.
TEST(HostilePayload, MayNestAsDeepAsItLikes) {
  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += R"({"workflow_run":[)";
  for (const std::string_view event : kEvents) {
    EXPECT_TRUE(std::holds_alternative<Ignored>(parse(event, deep).body)) << event;
    const std::string closed = R"({"action":)" + std::string(300'000, '[') + std::string(300'000, ']') + "}";
    EXPECT_TRUE(std::holds_alternative<Ignored>(parse(event, closed).body)) << event;
  }
}

/// Every fixture, cut at many places and with one member after another made a wrong type.
TEST(HostilePayload, CutAnywhereIsIgnored) {
  for (const std::string_view fixture :
       {"workflow_run.completed.failure", "issue_comment.created.pull_request", "push.main"}) {
    const std::string whole = testing::webhook_fixture(fixture);
    const std::string_view event = fixture.substr(0, fixture.find('.'));
    const std::size_t end = whole.rfind('}');
    for (std::size_t length = 0; length <= end; length += 7) {
      EXPECT_TRUE(std::holds_alternative<Ignored>(parse(event, whole.substr(0, length)).body)) << length;
    }
    EXPECT_FALSE(std::holds_alternative<Ignored>(parse(event, whole).body));
  }
}

TEST(HostilePayload, ValuesOfWrongTypesNeverThrow) {
  for (const std::string_view fixture :
       {"workflow_run.completed.failure", "issues.labeled.p0", "pull_request.closed.merged", "push.main",
        "check_run.requested_action", "installation.created", "status.failure",
        "merge_group.destroyed.invalidated", "deployment_protection_rule.requested",
        "pull_request_review.submitted.approved"}) {
    const std::string whole = testing::webhook_fixture(fixture);
    const std::string_view event = fixture.substr(0, fixture.find('.'));
    for (std::size_t colon = whole.find("\": "); colon != std::string::npos;
         colon = whole.find("\": ", colon + 1)) {
      const std::size_t end = whole.find_first_of(",\n", colon);
      if (whole[end - 1] == '{' || whole[end - 1] == '[') continue;
      for (const std::string_view value : {"null", "-1", "[{\"name\":[]}]"}) {
        std::string changed = whole;
        changed.replace(colon + 3, end - colon - 3, value);
        EXPECT_EQ(parse(event, changed).name, event);
      }
    }
  }
}

TEST(HostilePayload, OfTheLargestSizeIsReadAndParsed) {
  const std::vector<Secret> secrets{Secret{"s"}};
  std::string body = testing::webhook_fixture("issue_comment.created.incident");
  const std::string mark = "sessions leak between tenants";
  const std::size_t at = body.find(mark);
  ASSERT_NE(at, std::string::npos);
  body.insert(at, kBodyBytesMax - body.size(), 'x');
  ASSERT_EQ(body.size(), kBodyBytesMax);
  const std::string signature = sign(body, secrets.front());
  const auto delivery =
      read_delivery({"application/json", "issue_comment", "guid", signature}, body, secrets);
  ASSERT_TRUE(delivery) << delivery.error().reason;
  const Event event = parse(delivery->event, delivery->body);
  ASSERT_TRUE(std::holds_alternative<IssueComment>(event.body));
  EXPECT_GT(std::get<IssueComment>(event.body).body.size(), kBodyBytesMax / 2);
}

TEST(HostilePayload, WithManyKeysOfOneNameIsReadOnce) {
  std::string json = R"({"zen":"a")";
  for (int i = 0; i < 50'000; ++i) json += R"(,"zen":"b")";
  const Event event = parse("ping", json + "}");
  ASSERT_TRUE(std::holds_alternative<Ping>(event.body));
  EXPECT_EQ(std::get<Ping>(event.body).zen, "b");
}

}  // namespace
}  // namespace kedge::webhooks
