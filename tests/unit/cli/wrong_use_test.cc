// SPDX-License-Identifier: Apache-2.0
// Wrong use of every subcommand: its exit status, what it says, and where.
#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bot/base/terminal.h"
#include "bot/cli/command_line.h"
#include "tests/support/scratch.h"

namespace kedge::cli {
namespace {

using testing::HasSubstr;

struct Said {
  int status = 0;
  std::string out, err;
};

Said call(const std::vector<std::string>& words) {
  for (const Subcommand& one : subcommands()) {
    if (one.name != words.front()) continue;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Said said;
    said.status = one.run({words.begin() + 1, words.end()});
    said.out = testing::internal::GetCapturedStdout();
    said.err = testing::internal::GetCapturedStderr();
    return said;
  }
  return {.status = -1, .out = {}, .err = "no such command"};
}

struct Row {
  const char* name;
  std::vector<std::string> words;
  int status;
  const char* says;
};

class CliWrongUse : public ::testing::TestWithParam<Row> {
 protected:
  CliWrongUse() {
    // The machine's own settings must not help.
    ::setenv("KEDGE_STATE_DIR", scratch_.path().c_str(), 1);
    ::unsetenv("KEDGE_WEBHOOK_SECRET");
  }
  ~CliWrongUse() override { ::unsetenv("KEDGE_STATE_DIR"); }
  test::ScratchDir scratch_;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"DemoUnknownFlag", {"demo", "--bogus"}, kUsage, "see `kedge demo --help`"},
      {"ServeExtraWord", {"serve", "extra"}, kUsage, "see `kedge serve --help`"},
      {"ServeWithoutSecret", {"serve"}, kUsage, "KEDGE_WEBHOOK_SECRET is not set"},
      {"SandboxUnknownFlag", {"sandbox", "--bogus"}, kUsage, "see `kedge sandbox --help`"},
      {"SandboxBadListen", {"sandbox", "--listen", "x"}, kUsage, "must be <address>:<port>"},
      {"SandboxPortTooHigh", {"sandbox", "--listen", "127.0.0.1:99999"}, kUsage, "must be <address>:<port>"},
      {"SandboxBadWebhook", {"sandbox", "--webhook-url", "notaurl"}, kUsage, "expected an http or https URL"},
      {"SandboxBadRecord", {"sandbox", "--record", "/nope/x"}, kUsage, "cannot write the file /nope/x"},
      {"DemoBadListen", {"demo", "--listen", "foo"}, kUsage, "must be <address>:<port>"},
      {"RunbookAlone", {"runbook"}, kUsage, "name one of check, show, schema"},
      {"RunbookUnknown", {"runbook", "bogus"}, kUsage, "there is no 'bogus', only check, show, schema"},
      {"RunbookCheckAlone",
       {"runbook", "check"},
       kUsage,
       "file is required; see `kedge runbook check --help`"},
      {"RunbookNoFile", {"runbook", "check", "/nope"}, kUsage, "cannot read /nope"},
      {"IncidentAlone", {"incident"}, kUsage, "name one of list, show, export"},
      {"IncidentWithoutStore", {"incident", "list"}, kFailed, "there is no such store"},
      {"QueueAlone", {"queue"}, kUsage, "name one of status, retry"},
      {"QueueRetryAlone", {"queue", "retry"}, kUsage, "id is required"},
      {"AuditAlone", {"audit"}, kUsage, "name one of verify, head"},
      {"AuditAnchorWithoutFile", {"audit", "verify", "--anchor"}, kUsage, "see `kedge audit verify --help`"},
      {"WebhookAlone", {"webhook"}, kUsage, "name one of send, replay"},
      {"WebhookWithoutSecret",
       {"webhook", "send", "/nope", "--event", "push"},
       kUsage,
       "KEDGE_WEBHOOK_SECRET"},
      {"DoctorUnknownFlag", {"doctor", "--bogus"}, kUsage, "see `kedge doctor --help`"},
      {"SettingBehindTheSubcommand",
       {"audit", "head", "--state-dir", "not/absolute"},
       kUsage,
       "absolute path"},
      {"PlanUnknownFlag", {"plan", "abc", "--bogus"}, kUsage, "see `kedge plan --help`"},
      {"RollbackUnknownFlag", {"rollback", "abc", "--bogus"}, kUsage, "see `kedge rollback --help`"},
      {"PlanPushes", {"plan", "abc", "--push"}, kUsage, "a plan pushes nothing"},
      {"RestoreOfAParent",
       {"rollback", "--to", "v1", "--mainline", "2"},
       kUsage,
       "--mainline is left out with --to"},
      {"MainlineZero", {"plan", "abc", "--mainline", "0"}, kUsage, "not in range"},
  };
  return table;
}

TEST_P(CliWrongUse, SaysWhatToDo) {
  const Row& row = GetParam();
  const Said said = call(row.words);
  EXPECT_EQ(said.status, row.status);
  EXPECT_EQ(said.out, "") << "results only";
  EXPECT_TRUE(said.err.starts_with("kedge")) << said.err;
  EXPECT_THAT(said.err, HasSubstr(row.says));
  EXPECT_LT(said.err.size(), 300U) << said.err;
}

INSTANTIATE_TEST_SUITE_P(Commands, CliWrongUse, ::testing::ValuesIn(rows()),
                         [](const auto& row) { return std::string(row.param.name); });

class CliJsonErrors : public CliWrongUse {};

TEST_P(CliJsonErrors, AreOneDocumentOnStdout) {
  const Row& row = GetParam();
  const Said said = call(row.words);
  EXPECT_EQ(said.status, row.status);
  EXPECT_EQ(said.err, "");
  const auto json = nlohmann::json::parse(said.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << said.out;
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr(row.says));
  EXPECT_TRUE(json["error"]["code"].is_string());
  EXPECT_TRUE(json["error"]["candidates"].is_array());
}

INSTANTIATE_TEST_SUITE_P(
    Commands, CliJsonErrors,
    ::testing::Values(Row{"List", {"incident", "list", "--json"}, kFailed, "there is no such store"},
                      Row{"Show", {"incident", "show", "k1", "--json"}, kFailed, "there is no such store"},
                      Row{"ShowAlone", {"incident", "show", "--json"}, kUsage, "id is required"},
                      Row{"Queue", {"queue", "status", "--json"}, kFailed, "there is no such store"},
                      Row{"Runbook", {"runbook", "show", "/nope", "--json"}, kUsage, "cannot read /nope"},
                      Row{"Plan", {"plan", "--json"}, kUsage, "no target was named"},
                      Row{"Rollback", {"rollback", "x", "--bogus", "--json"}, kUsage, "--bogus"},
                      Row{"Doctor", {"doctor", "--bogus", "--json"}, kUsage, "--bogus"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CliHelp, OfACommandBesideTheServerNamesOnlyWhatItReads) {
  const Said said = call({"queue", "--help"});
  EXPECT_EQ(said.status, kDone);
  EXPECT_THAT(said.out, HasSubstr("--state-dir"));
  EXPECT_THAT(said.out, testing::Not(HasSubstr("--mail-from")));
  EXPECT_THAT(said.out, testing::Not(HasSubstr("default: )")));
  EXPECT_THAT(call({"serve", "--help"}).out, HasSubstr("--mail-from"));
}

TEST(CliRunbook, StrangersTextCannotDriveTheTerminal) {
  const test::ScratchDir scratch;
  const std::string file = (scratch.path() / "hostile.yml").string();
  test::write_file(file, "\"key\u202e\u009b2J\": 1\n");
  const Said said = call({"runbook", "check", file});
  EXPECT_EQ(said.status, kUsage);
  EXPECT_EQ(said.err, plain_lines(said.err));
  EXPECT_THAT(said.err, HasSubstr("key?"));
  const Said json = call({"runbook", "show", file, "--json"});
  EXPECT_EQ(json.out, plain_lines(json.out));
  EXPECT_THAT(json.out, HasSubstr("\\u202e"));
}

TEST(CliRunbook, ShowTellsNoChannelsFromTheServers) {
  const test::ScratchDir scratch;
  test::write_file(scratch.path() / "none.yml", "channels: []\n");
  test::write_file(scratch.path() / "bad.yml", "mode: loud\ncolour: red\n");
  EXPECT_THAT(call({"runbook", "show", (scratch.path() / "none.yml").string()}).out,
              HasSubstr("channels          none\n"));
  EXPECT_THAT(call({"runbook", "show"}).out, HasSubstr("those that the server's settings name"));
  const std::string bad = (scratch.path() / "bad.yml").string();
  const Said json = call({"runbook", "show", bad, "--json"});
  EXPECT_EQ(json.status, kUsage);
  EXPECT_THAT(json.out, HasSubstr("\"error\""));
  ::setenv("KEDGE_RUNBOOK", bad.c_str(), 1);
  ::setenv("KEDGE_WEBHOOK_SECRET", "s", 1);
  ::setenv("KEDGE_GITHUB_TOKEN", "t", 1);
  ::setenv("KEDGE_STATE_DIR", scratch.path().c_str(), 1);
  const Said served = call({"serve"});
  for (const char* name : {"KEDGE_RUNBOOK", "KEDGE_WEBHOOK_SECRET", "KEDGE_GITHUB_TOKEN", "KEDGE_STATE_DIR"})
    ::unsetenv(name);
  EXPECT_EQ(served.status, kUsage);
  EXPECT_THAT(served.err, HasSubstr(bad + ": line 1, column 7"));
  EXPECT_THAT(served.err, HasSubstr(bad + ": line 2, column 1"));
}

}  // namespace
}  // namespace kedge::cli
