// SPDX-License-Identifier: Apache-2.0
// What `kedge doctor` makes of facts; tests/e2e runs it against a forge.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "bot/adapters/github/requirements.h"
#include "bot/cli/doctor_checks.h"

namespace kedge::cli {
namespace {

using adapters::github::AppFacts;
using testing::HasSubstr;

AppFacts whole_app() {
  AppFacts app{.slug = "kedge", .html_url = "https://github.test/apps/kedge"};
  for (const auto& one : adapters::github::required_permissions())
    app.permissions[std::string(one.name)] = std::string(one.asks);
  for (const auto& one : adapters::github::required_events()) app.events.emplace_back(one.name);
  app.installations = {
      {.account = "acme", .html_url = "https://github.test/i/1", .permissions = app.permissions}};
  app.hook_url = "https://kedge.test/webhooks/github";
  return app;
}

struct AppRow {
  const char* name;
  void (*change)(AppFacts&);
  Health expect;
  const char* message;
  const char* remedy;
};

const AppRow kApps[] = {
    {"PermissionIsMissing", [](AppFacts& app) { app.permissions.erase("issues"); }, Health::problem,
     "permission Issues is no access, not read and write", "set Issues to read and write"},
    {"PermissionIsTooLow", [](AppFacts& app) { app.permissions["contents"] = "read"; }, Health::problem,
     "permission Contents is read, not read and write", "set Contents"},
    {"RerunIsNotAllowed", [](AppFacts& app) { app.permissions["actions"] = "read"; }, Health::note,
     "permission Actions is read", ""},
    {"OptionalPermissionIsMissing", [](AppFacts& app) { app.permissions.erase("workflows"); }, Health::note,
     "workflow_permission", ""},
    {"EventIsMissing", [](AppFacts& app) { std::erase(app.events, "issue_comment"); }, Health::problem,
     "does not hear of Issue comment", "subscribe to Issue comment"},
    {"InstalledNowhere", [](AppFacts& app) { app.installations.clear(); }, Health::problem,
     "installed nowhere", "https://github.test/apps/kedge/installations/new"},
    {"Suspended", [](AppFacts& app) { app.installations[0].suspended = true; }, Health::problem,
     "acme is suspended", "https://github.test/i/1"},
    {"NotAccepted", [](AppFacts& app) { app.installations[0].permissions["checks"] = "read"; },
     Health::problem, "acme has not accepted the permission Checks: it is read", "https://github.test/i/1"},
    {"NoHook", [](AppFacts& app) { app.hook_url.clear(); }, Health::problem, "no webhook URL",
     "/webhooks/github"},
    {"HookLeadsElsewhere", [](AppFacts& app) { app.hook_url = "https://kedge.test/"; }, Health::problem,
     "does not end in /webhooks/github", "https://<your host>/webhooks/github"},
    {"CertificateIsNotVerified", [](AppFacts& app) { app.hook_insecure = true; }, Health::problem,
     "does not verify", "SSL verification"},
    {"SecretsDiffer",
     [](AppFacts& app) {
       app.last_delivery = {.at = TimePoint{}, .event = "push", .status = "Unauthorized", .status_code = 401};
     },
     Health::problem, "could not hand over the newest delivery, push", "KEDGE_WEBHOOK_SECRET"},
    {"ServerIsDown",
     [](AppFacts& app) {
       app.last_delivery = {.at = TimePoint{}, .event = "push", .status = "failed to connect to host"};
     },
     Health::problem, "failed to connect to host", "see whether the server runs"},
};

class DoctorOfApps : public ::testing::TestWithParam<AppRow> {};

TEST_P(DoctorOfApps, NamesIt) {
  AppFacts app = whole_app();
  GetParam().change(app);
  Findings bad = judge_app(app);
  std::erase_if(bad, [](const Finding& one) { return one.health == Health::ok; });
  ASSERT_EQ(bad.size(), 1U) << findings_text(bad);
  EXPECT_EQ(bad[0].health, GetParam().expect);
  EXPECT_THAT(bad[0].message, HasSubstr(GetParam().message));
  EXPECT_THAT(bad[0].remedy, HasSubstr(GetParam().remedy));
  EXPECT_EQ(bad[0].remedy.empty(), GetParam().expect == Health::note)
      << "a problem has a remedy, a note none";
  EXPECT_EQ(is_healthy(bad), GetParam().expect == Health::note);
}

INSTANTIATE_TEST_SUITE_P(Apps, DoctorOfApps, ::testing::ValuesIn(kApps),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Doctor, AWholeAppHasNothingWrong) {
  AppFacts app = whole_app();
  app.last_delivery = {.at = TimePoint{}, .event = "ping", .status = "OK", .status_code = 202};
  for (const Finding& one : judge_app(app)) EXPECT_EQ(one.health, Health::ok) << one.message;
}

TEST(Doctor, WhatTheAppLacksIsNotAskedOfItsInstallations) {
  AppFacts app = whole_app();
  app.permissions["issues"] = "read";
  app.installations[0].permissions["issues"] = "read";
  Findings bad = judge_app(app);
  std::erase_if(bad, [](const Finding& one) { return one.health == Health::ok; });
  EXPECT_EQ(bad.size(), 1U) << findings_text(bad);
}

TEST(Doctor, TellsTheStoresAge) {
  const TimePoint now = from_unix_ms(10'000'000);
  store::Facts facts{.path = "/s/kedge.db", .exists = true, .schema = 1, .schema_known = 1};
  EXPECT_THAT(findings_text(judge_store(facts, now)), HasSubstr("no delivery was ever received"));
  facts.last_received = now - std::chrono::minutes{5};
  EXPECT_TRUE(is_healthy(judge_store(facts, now)));
  EXPECT_THAT(findings_text(judge_store(facts, now)), HasSubstr("came 5m ago"));
  facts.schema = 2;
  EXPECT_THAT(findings_text(judge_store(facts, now)), HasSubstr("run the newer Kedge"));
  facts.schema_known = 3;
  EXPECT_THAT(findings_text(judge_store(facts, now)), HasSubstr("make a backup"));
  facts.exists = false;
  EXPECT_THAT(findings_text(judge_store(facts, now)), HasSubstr("there is no store at /s/kedge.db"));
}

TEST(Doctor, NamesIncidentsWithoutAnIssue) {
  incident::State state;
  state.repository.full_name = "acme/api";
  state.runbook_problems = {"line 3, column 1: `colour` is not a key"};
  incident::Incident incident{.id = IncidentId("kabcdefghijkl")};
  incident.phase = incident::Phase::investigating;
  incident.declared_at = TimePoint{};
  incident.issue_failure = "issues are disabled";
  state.incidents.emplace("kabcdefghijkl", incident);
  const std::string text = findings_text(judge_incidents({state}));
  EXPECT_THAT(text, HasSubstr("acme/api kabcdefghijkl has no issue: issues are disabled"));
  EXPECT_THAT(text, HasSubstr("acme/api: its runbook is invalid, an earlier one holds: line 3, column 1"));
  EXPECT_THAT(text, HasSubstr("2 problems."));
}

TEST(Doctor, TheDocumentHasItsKeys) {
  const auto json = nlohmann::json::parse(
      findings_json({{.check = "store", .message = "fine"},
                     {.check = "github", .health = Health::problem, .message = "bad", .remedy = "mend it"}}));
  EXPECT_EQ(json["healthy"], false);
  EXPECT_EQ(json["checks"][0],
            (nlohmann::json{{"check", "store"}, {"status", "ok"}, {"message", "fine"}, {"remedy", nullptr}}));
  EXPECT_EQ(json["checks"][1]["remedy"], "mend it");
}

}  // namespace
}  // namespace kedge::cli
