// SPDX-License-Identifier: Apache-2.0
// Where a setting comes from: flag over environment over file over default, and what is derived.
#include "bot/config/settings.h"

#include <gmock/gmock.h>

namespace kedge::config {
namespace {

using testing::HasSubstr;

Result<std::string> secret_file(const std::string& path) {
  if (path == "/run/secret") return "  from-file\n";
  if (path == "/run/empty") return "\n";
  return fail(Errc::not_found, "cannot read {}: no such file", path);
}

Sources sources(std::map<std::string, std::string> environment, std::string file = "") {
  return {.environment = std::move(environment),
          .file_text = std::move(file),
          .file_name = "kedge.yml",
          .read_file = secret_file};
}

TEST(Settings, TakeTheFlagBeforeTheRest) {
  Sources all = sources({{"KEDGE_LISTEN", "127.0.0.1:2"}}, "listen: 127.0.0.1:3\n");
  all.flags["listen"] = "127.0.0.1:1";
  EXPECT_EQ(read_settings(all)->listen, "127.0.0.1:1");
}

TEST(Settings, TakeTheEnvironmentBeforeTheFile) {
  EXPECT_EQ(read_settings(sources({{"KEDGE_LISTEN", "127.0.0.1:2"}}, "listen: 127.0.0.1:3\n"))->listen,
            "127.0.0.1:2");
}

TEST(Settings, TakeTheFileBeforeTheDefault) {
  EXPECT_EQ(read_settings(sources({}, "listen: 127.0.0.1:3\n"))->listen, "127.0.0.1:3");
  EXPECT_EQ(read_settings(sources({}))->listen, "127.0.0.1:8080");
}

TEST(Settings, TakeAnEmptyValueAsNotSet) {
  EXPECT_EQ(read_settings(sources({{"KEDGE_LISTEN", ""}}, "listen: ''\n"))->listen, "127.0.0.1:8080");
}

TEST(Settings, TakeAFileOfCommentsAsEmpty) {
  const auto settings = read_settings(sources({}, "# nothing yet\n"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->listen, "127.0.0.1:8080");
}

TEST(SecretFile, IsNamedByTheEnvironmentOrByTheFile) {
  EXPECT_EQ(read_settings(sources({{"KEDGE_GITHUB_TOKEN_FILE", "/run/secret"}}))->github_token.reveal(),
            "from-file");
  EXPECT_EQ(read_settings(sources({}, "github_token_file: /run/secret\n"))->github_token.reveal(),
            "from-file");
}

TEST(SecretFile, GivesWayToTheVariableItself) {
  const auto settings =
      read_settings(sources({{"KEDGE_GITHUB_TOKEN", "direct"}, {"KEDGE_GITHUB_TOKEN_FILE", "/run/secret"}}));
  EXPECT_EQ(settings->github_token.reveal(), "direct");
}

TEST(SecretFile, ThatIsMissingOrEmptyIsAnError) {
  const auto missing = read_settings(sources({{"KEDGE_GITHUB_TOKEN_FILE", "/run/none"}}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "KEDGE_GITHUB_TOKEN_FILE: cannot read /run/none: no such file");
  const auto empty = read_settings(sources({}, "private_key_file: /run/empty\n"));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().message, "private_key_file: the file `/run/empty` is empty");
}

TEST(SecretFile, IsForSecretsAlone) {
  const auto settings = read_settings(sources({}, "listen_file: /run/secret\n"));
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, HasSubstr("`listen_file` is not a setting"));
}

TEST(Settings, SayAllProblemsAtOnce) {
  Sources all = sources({{"KEDGE_GITHUB_URL", "ftp://x"}},
                        "github_write_pace: soon\nlog: loud\nlistne: x\nlog: info\nmail_to: [a]\n");
  all.flags["listen"] = "nowhere";
  const auto settings = read_settings(all);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, Errc::invalid);
  EXPECT_EQ(settings.error().message,
            "kedge.yml: line 3, column 1: `listne` is not a setting\n"
            "kedge.yml: line 4, column 1: `log` stands here twice\n"
            "kedge.yml: line 5, column 10: `mail_to` must be text\n"
            "--listen: must be <address>:<port>, as in 127.0.0.1:8080\n"
            "KEDGE_GITHUB_URL: must be a URL that begins with https:// (or http://)\n"
            "github_write_pace (kedge.yml): must be a duration such as 1s or 500ms (units ms s m h d)\n"
            "log (kedge.yml): must be debug, info, warn or error, and json, comma-separated");
}

TEST(Settings, NeverRepeatASecretInAMessage) {
  const auto settings = read_settings(sources({{"KEDGE_SLACK_WEBHOOK_URL", "hunter2"},
                                               {"KEDGE_SMTP_URL", "user:hunter2@host"},
                                               {"KEDGE_DISCORD_WEBHOOK_URL", "https://a b/hunter2"}}));
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().message, testing::Not(HasSubstr("hunter2")));
}

struct DerivedRow {
  const char* name;
  std::map<std::string, std::string> environment;
  bool root;
  std::string state_dir, database, graphql;
};

TEST(DerivedSettings, FollowTheOthers) {
  const std::string cloud = "https://api.github.com/graphql";
  const DerivedRow rows[] = {
      {"root", {{"HOME", "/root"}}, true, "/var/lib/kedge", "sqlite:///var/lib/kedge/kedge.db", cloud},
      {"home",
       {{"HOME", "/h"}},
       false,
       "/h/.local/state/kedge",
       "sqlite:///h/.local/state/kedge/kedge.db",
       cloud},
      {"xdg",
       {{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}},
       false,
       "/s/kedge",
       "sqlite:///s/kedge/kedge.db",
       cloud},
      {"no home", {}, false, "/var/lib/kedge", "sqlite:///var/lib/kedge/kedge.db", cloud},
      {"state dir", {{"KEDGE_STATE_DIR", "/d/"}}, false, "/d", "sqlite:///d/kedge.db", cloud},
      {"database",
       {{"KEDGE_STATE_DIR", "/d"}, {"KEDGE_DATABASE_URL", "sqlite:///e"}},
       false,
       "/d",
       "sqlite:///e",
       cloud},
      {"enterprise",
       {{"KEDGE_GITHUB_API_URL", "https://ghe.example/api/v3/"}},
       false,
       "/var/lib/kedge",
       "sqlite:///var/lib/kedge/kedge.db",
       "https://ghe.example/api/graphql"},
      {"graphql",
       {{"KEDGE_GITHUB_GRAPHQL_URL", "https://g.example/q"}},
       false,
       "/var/lib/kedge",
       "sqlite:///var/lib/kedge/kedge.db",
       "https://g.example/q"},
  };
  for (const DerivedRow& row : rows) {
    SCOPED_TRACE(row.name);
    Sources given = sources(row.environment);
    given.root = row.root;
    const auto settings = read_settings(given);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->state_dir, row.state_dir);
    EXPECT_EQ(settings->database_url, row.database);
    EXPECT_EQ(settings->github_graphql_url, row.graphql);
  }
}

}  // namespace
}  // namespace kedge::config
