// SPDX-License-Identifier: Apache-2.0
// The command line on real files: a plain clone, a runbook, and the store of a finished story.
#include <gmock/gmock.h>

#include "tests/e2e/world.h"
#include "tests/support/git_shell.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

Ran kedge_in(const std::filesystem::path& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kedge_program());
  return run({.arguments = std::move(arguments), .directory = directory});
}

TEST(CommandLine, RollsBackInAPlainCloneAsGitRevertWould) {
  const ScratchDir scratch;
  GitShell clone = make_clone(scratch.path() / "clone");
  clone.commit("Start", {{"a.txt", "one\n"}, {"b.txt", "kept\n"}});
  const std::string bad = clone.commit("Break it", {{"a.txt", "two\n"}});
  clone.commit("Go on", {{"c.txt", "later\n"}});
  clone.git({"branch", "develop"});
  clone.git({"config", "user.name", "Alice"});
  clone.git({"config", "user.email", "alice@example.com"});

  const Ran ran = kedge_in(clone.directory(), {"rollback", bad, "--json"});
  ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
  const Json report = Json::parse(ran.out);
  ASSERT_EQ(report["branches"].size(), 2U) << ran.out;
  clone.git({"checkout", "--quiet", "--detach", "main"});
  clone.git({"revert", "--no-edit", bad});
  for (const Json& branch : report["branches"]) {
    EXPECT_EQ(clone.tree(branch["branch"]), clone.tree("HEAD"));
    EXPECT_EQ(branch["commit"], clone.sha(branch["branch"]));
    EXPECT_EQ(branch["tree"], clone.tree("HEAD"));
  }
  EXPECT_TRUE(clone.is_sound());
}

TEST(CommandLine, SaysWhichLineOfARunbookIsWrong) {
  const ScratchDir scratch;
  write_file(scratch.path() / "good.yml", "extends: aegis\n");
  write_file(scratch.path() / "bad.yml", "extends: aegis\nrollback:\n  branchez: [main]\n");
  EXPECT_EQ(kedge_in(scratch.path(), {"runbook", "check", "good.yml"}).status, 0);
  const Ran bad = kedge_in(scratch.path(), {"runbook", "check", "bad.yml"});
  EXPECT_NE(bad.status, 0);
  EXPECT_THAT(bad.out + bad.err, HasSubstr("bad.yml: line 3"));
}

TEST(CommandLine, ReadsTheStoreOfAFinishedStory) {
  World world;
  world.start_server();
  const cli::DemoStory story = world.play();
  world.settle();
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();

  const Ran verified = world.kedge({"audit", "verify"});
  EXPECT_EQ(verified.status, 0) << verified.out << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("whole"));

  const Ran listed = world.kedge({"incident", "list", "--json"});
  ASSERT_EQ(listed.status, 0) << listed.err;
  const Json list = Json::parse(listed.out);
  const Json& incidents = list.is_array() ? list : list["incidents"];
  ASSERT_EQ(incidents.size(), 1U) << listed.out;
  EXPECT_EQ(incidents[0]["state"], "resolved") << listed.out;

  const Ran queue = world.kedge({"queue", "status", "--json"});
  ASSERT_EQ(queue.status, 0) << queue.err;
  const Json depth = Json::parse(queue.out);
  EXPECT_EQ(depth["outbox"]["parked"], 0) << queue.out;
  EXPECT_EQ(depth["inbox"]["parked"], 0) << queue.out;
  EXPECT_EQ(depth["outbox"]["in_flight"], 0) << queue.out;
  static_cast<void>(story);
}

std::vector<std::string> problems_in(const Ran& ran) {
  std::vector<std::string> problems;
  const Json document = Json::parse(ran.out, nullptr, false);
  if (!document.is_object()) return {"no document: " + ran.out + ran.err};
  for (const Json& check : document["checks"]) {
    if (check["status"] != "problem") continue;
    problems.push_back(check["check"].get<std::string>() + ": " + check["message"].get<std::string>());
    EXPECT_NE(check["remedy"], "") << check.dump();
  }
  return problems;
}

TEST(Doctor, FindsNothingWrongWithAServerThatRuns) {
  World world;
  world.start_server();
  world.play();
  world.settle();
  const Ran ran = world.kedge_as_server({"doctor", "--json"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(problems_in(ran), testing::IsEmpty());
  EXPECT_TRUE(Json::parse(ran.out)["healthy"]);
  const Ran text = world.kedge_as_server({"doctor"});
  for (const char* said : {"kedge-sandbox[bot]", "chain is whole", "Slack answers", "Discord answers",
                           "installed on acme", "Nothing is wrong."})
    EXPECT_THAT(text.out, HasSubstr(said));
}

TEST(Doctor, NamesEachThingThatIsWrong) {
  World world;
  const Ran before = world.kedge_as_server({"doctor", "--json"});
  EXPECT_EQ(before.status, 1) << before.out;
  EXPECT_THAT(problems_in(before), testing::Contains(HasSubstr("store: there is no store")));
  world.start_server();
  const Json app = world.control("GET", "/app");
  const std::string id = std::to_string(app["installations"][0]["id"].get<std::int64_t>());
  Json permissions = app["installations"][0]["permissions"];
  permissions["issues"] = "read";
  world.control("PATCH", "/installations/" + id, {{"permissions", permissions}});
  const std::string discord = world.forge().facts().discord_webhook;
  const Ran ran = world.kedge_as_server(
      {"doctor", "--json"},
      {{"KEDGE_SLACK_TOKEN", "xoxb-wrong"}, {"KEDGE_DISCORD_WEBHOOK_URL", discord + "gone"}});
  EXPECT_EQ(ran.status, 1) << ran.out;
  EXPECT_THAT(problems_in(ran),
              testing::IsSupersetOf({HasSubstr("acme has not accepted the permission Issues: it is read"),
                                     HasSubstr("Slack answers `invalid_auth`"),
                                     HasSubstr("Discord knows no such webhook")}));
  EXPECT_THAT(ran.out, testing::Not(HasSubstr("xoxb-wrong"))) << "a secret";
  const Ran refused = world.kedge_as_server({"doctor", "--json"}, {{"KEDGE_APP_ID", "999999"}});
  EXPECT_EQ(refused.status, 1) << refused.out;
  EXPECT_THAT(problems_in(refused), testing::Contains(HasSubstr("github: cannot read the App")));
  const Ran unset = world.kedge_as_server({"doctor", "--json"}, {{"KEDGE_WEBHOOK_SECRET", ""}});
  EXPECT_EQ(unset.status, 1) << unset.out;
  EXPECT_THAT(problems_in(unset), testing::Contains(HasSubstr("KEDGE_WEBHOOK_SECRET is not set")));
}

TEST(Doctor, SaysWhatAPlainTokenDoesNotGive) {
  World world;
  const Ran ran =
      world.kedge_as_server({"doctor"}, {{"KEDGE_APP_ID", ""},
                                         {"KEDGE_PRIVATE_KEY_FILE", ""},
                                         {"KEDGE_GITHUB_TOKEN", world.forge().facts().people.at("alice")}});
  EXPECT_THAT(ran.out, HasSubstr("the token speaks as alice"));
  EXPECT_THAT(ran.out, HasSubstr("commit statuses stand in for check runs"));
  EXPECT_THAT(ran.out, HasSubstr("not asked for again"));
}

TEST(Audit, NamesTheTamperedRecord) {
  World world;
  world.start_server();
  world.play();
  world.settle();
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();
  const Ran heads = world.kedge({"audit", "head"});
  const Json head = Json::parse(heads.out);
  for (const char* key : {"repository", "seq", "hash", "at", "key", "signature"})
    EXPECT_TRUE(head.contains(key)) << key;
  write_file(world.directory() + "/anchor", heads.out);
  EXPECT_EQ(world.kedge({"audit", "verify", "--anchor", world.directory() + "/anchor"}).status, 0);
  Json forged = head;
  forged["hash"] = std::string(64, '0');
  write_file(world.directory() + "/forged", forged.dump() + "\n");
  const Ran anchored = world.kedge({"audit", "verify", "--anchor", world.directory() + "/forged"});
  EXPECT_EQ(anchored.status, 1);
  const std::string stream = std::to_string(head["repository"].get<std::int64_t>());
  EXPECT_THAT(anchored.out, HasSubstr(stream + " seq " + std::to_string(head["seq"].get<int>())));

  // One byte of the third record's payload, where it lies in the file.
  std::string file = read_file(world.state() + "/kedge.db");
  const std::size_t at = file.find("\"incident_declared\"");
  ASSERT_NE(at, std::string::npos);
  file[at + 2] = 'm';
  write_file(world.state() + "/kedge.db", file);
  const Ran tampered = world.kedge({"audit", "verify"});
  EXPECT_EQ(tampered.status, 1) << tampered.out;
  EXPECT_THAT(tampered.out, testing::ContainsRegex(stream + " seq [0-9]+: "));
}

TEST(Serve, RefusesAPrivateKeyThatCannotSign) {
  World world;
  write_file(world.directory() + "/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nnothing\n");
  const Ran ran =
      world.kedge_as_server({"serve"}, {{"KEDGE_PRIVATE_KEY_FILE", world.directory() + "/key.pem"}});
  EXPECT_EQ(ran.status, 2) << ran.err;
  EXPECT_NE(ran.err.find("KEDGE_PRIVATE_KEY"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace kedge::test
