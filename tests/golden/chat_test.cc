// SPDX-License-Identifier: Apache-2.0
// What chat is told, one file a product and case: tests/golden/chat_<product>/<case>.md.
#include <gtest/gtest.h>

#include "templates/render.h"
#include "tests/support/golden.h"
#include "tests/support/incident_samples.h"

namespace kedge {
namespace {

using incident::ChannelKind;
using incident::Incident;
using incident::RollbackState;

struct Product {
  const char* name;
  ChannelKind kind;
};
constexpr Product kProducts[] = {{"slack", ChannelKind::slack},
                                 {"discord", ChannelKind::discord},
                                 {"mail", ChannelKind::mail},
                                 {"pagerduty", ChannelKind::pagerduty}};

class ChatGolden : public ::testing::TestWithParam<Product> {
 protected:
  void expect(const std::string& name, const Incident& incident, const templates::ChatRequest& request) {
    const templates::Titled made = templates::chat(
        samples::state(), incident, samples::channel(GetParam().kind), request, samples::site());
    testing::expect_golden(std::string("chat_") + GetParam().name + "/" + name + ".md",
                           made.title + "\n\n" + made.body);
  }
};

TEST_P(ChatGolden, FirstUpdate) {
  expect("first", samples::declared(), {.number = 1});
}
TEST_P(ChatGolden, FirstUpdateBeforeThereIsAnIssue) {
  Incident incident = samples::declared();
  incident.issue = 0;
  incident.issue_failure = "GitHub answered 410: issues are disabled.";
  expect("no_issue", incident, {.number = 1});
}
TEST_P(ChatGolden, UpdateWithPlan) {
  expect("identified", samples::identified(), {.number = 2});
}
TEST_P(ChatGolden, UpdateResent) {
  expect("resent", samples::rolling_back(RollbackState::awaiting_approval), {.number = 2, .resent = true});
}
TEST_P(ChatGolden, UpdateInWordsOfAPerson) {
  Incident incident = samples::rolling_back(RollbackState::verifying);
  incident.slots.back().text = "We lose sessions on restart.\nPlease do not deploy.";
  incident.slots.back().author = "alice";
  expect("written", incident, {.number = 2});
}
TEST_P(ChatGolden, UpdateAfterAnOutage) {
  Incident incident = samples::identified();
  incident.slots.push_back(
      {.number = 0, .due_at = samples::minute(35), .state = incident::SlotState::missed});
  expect("after_outage", incident, {.number = 2});
}
TEST_P(ChatGolden, LastUpdate) {
  expect("resolved", samples::resolved(), {.number = 3});
}
TEST_P(ChatGolden, Canceled) {
  expect("canceled", samples::canceled(), {.number = 2});
}
TEST_P(ChatGolden, LivingMessage) {
  expect("living", samples::rolling_back(RollbackState::verifying), {.number = 2, .living = true});
}
TEST_P(ChatGolden, LivingMessageResolved) {
  expect("living_resolved", samples::resolved(), {.living = true});
}
TEST_P(ChatGolden, HostileWords) {
  expect("hostile", samples::with_words(samples::hostile_words()), {.number = 2});
}

INSTANTIATE_TEST_SUITE_P(Products, ChatGolden, ::testing::ValuesIn(kProducts),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace kedge
