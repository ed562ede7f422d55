// SPDX-License-Identifier: Apache-2.0
// What each setting takes, and what it says about the rest.
#include <gmock/gmock.h>

#include "bot/config/settings.h"

namespace kedge::config {
namespace {

struct BadRow {
  const char* name;
  std::map<std::string, std::string> environment;
  std::string says;
};

const std::string kListen = "KEDGE_LISTEN: must be <address>:<port>, as in 127.0.0.1:8080";
const std::string kBytes =
    "KEDGE_MIRROR_BYTES_MAX: must be a number of bytes such as 20GiB or 500MiB (units KiB MiB GiB TiB)";
const std::string kPace =
    "KEDGE_GITHUB_WRITE_PACE: must be a duration such as 1s or 500ms (units ms s m h d)";

TEST(SettingValues, ThatAreBadAreRefusedWithWhatIsExpected) {
  const BadRow rows[] = {
      {"no port", {{"KEDGE_LISTEN", "127.0.0.1"}}, kListen},
      {"no address", {{"KEDGE_LISTEN", ":80"}}, kListen},
      {"port too large", {{"KEDGE_LISTEN", "127.0.0.1:65536"}}, kListen},
      {"port of many digits", {{"KEDGE_LISTEN", "127.0.0.1:99999999999999999999"}}, kListen},
      {"words for a port", {{"KEDGE_LISTEN", "127.0.0.1:80x"}}, kListen},
      {"bare IPv6", {{"KEDGE_LISTEN", "::1"}}, kListen},
      {"port of a URL",
       {{"KEDGE_GITHUB_API_URL", "https://github.test:99999"}},
       "KEDGE_GITHUB_API_URL: must be a URL that begins with https:// (or http://) (cannot read URL: the "
       "port "
       "is not a number from 1 to 65535)"},
      {"port of a secret URL",
       {{"KEDGE_SLACK_WEBHOOK_URL", "https://hooks.test:0/secret"}},
       "KEDGE_SLACK_WEBHOOK_URL: must be a URL that begins with https:// (or http://) (cannot read URL: the "
       "port is not a number from 1 to 65535)"},
      {"port of a mail server",
       {{"KEDGE_SMTP_URL", "smtp://mail.test:99999"}, {"KEDGE_MAIL_FROM", "a@b"}, {"KEDGE_MAIL_TO", "a@b"}},
       "KEDGE_SMTP_URL: must be smtp[s]://user:pass@host:port"},
      {"half a gigabyte", {{"KEDGE_MIRROR_BYTES_MAX", "0.5GiB"}}, kBytes},
      {"less than nothing", {{"KEDGE_MIRROR_BYTES_MAX", "-1"}}, kBytes},
      {"more than there is", {{"KEDGE_MIRROR_BYTES_MAX", "9999999999GiB"}}, kBytes},
      {"other units", {{"KEDGE_MIRROR_BYTES_MAX", "20GB"}}, kBytes},
      {"no unit", {{"KEDGE_GITHUB_WRITE_PACE", "1"}}, kPace},
      {"below zero", {{"KEDGE_GITHUB_WRITE_PACE", "-1s"}}, kPace},
      {"too long", {{"KEDGE_GITHUB_WRITE_PACE", "99999999999999999999d"}}, kPace},
      {"scheme alone",
       {{"KEDGE_PROMETHEUS_URL", "https://"}},
       "KEDGE_PROMETHEUS_URL: must be a URL that begins with https:// (or http://) (cannot read URL: it has "
       "no "
       "host, or a bad one)"},
      {"no secret", {{"KEDGE_WEBHOOK_SECRET", " , "}}, "KEDGE_WEBHOOK_SECRET: must not be empty"},
      {"not SMTP", {{"KEDGE_SMTP_URL", "http://h"}}, "KEDGE_SMTP_URL: must be smtp[s]://user:pass@host:port"},
      {"no address", {{"KEDGE_MAIL_TO", "alice"}}, "KEDGE_MAIL_TO: must be mail addresses, comma-separated"},
      {"blobs in other words",
       {{"KEDGE_MIRROR_BLOBS", "none"}},
       "KEDGE_MIRROR_BLOBS: must be all or on-demand"},
      {"log word",
       {{"KEDGE_LOG", "info,xml"}},
       "KEDGE_LOG: must be debug, info, warn or error, and json, comma-separated"},
      {"relative state dir", {{"KEDGE_STATE_DIR", "state"}}, "KEDGE_STATE_DIR: must be an absolute path"},
      {"token without channel",
       {{"KEDGE_SLACK_TOKEN", "t"}},
       "KEDGE_SLACK_TOKEN: needs KEDGE_SLACK_CHANNEL, the channel's id"},
      {"mail without people",
       {{"KEDGE_SMTP_URL", "smtp://h"}},
       "KEDGE_SMTP_URL: needs KEDGE_MAIL_FROM and KEDGE_MAIL_TO"},
  };
  for (const BadRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto settings = read_settings({.environment = row.environment});
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message, row.says);
  }
}

TEST(SettingValues, ThatAreGoodAreRead) {
  const auto settings = read_settings({.environment = {{"KEDGE_LISTEN", "[::1]:0"},
                                                       {"KEDGE_MIRROR_BLOBS", "on-demand"},
                                                       {"KEDGE_GITHUB_WRITE_PACE", "250ms"},
                                                       {"KEDGE_GITHUB_URL", "http://127.0.0.1:1/"},
                                                       {"KEDGE_WEBHOOK_SECRET", "new, old"},
                                                       {"KEDGE_MAIL_TO", "a@x.example, b@x.example"},
                                                       {"KEDGE_LOG", "json,debug"}}});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->listen, "[::1]:0");
  EXPECT_TRUE(settings->mirror_blobs_on_demand);
  EXPECT_EQ(settings->github_write_pace, Duration{250});
  EXPECT_EQ(settings->github_url, "http://127.0.0.1:1");
  EXPECT_THAT(settings->webhook_secrets, testing::ElementsAre(Secret("new"), Secret("old")));
  EXPECT_THAT(settings->mail_to, testing::ElementsAre("a@x.example", "b@x.example"));
  EXPECT_EQ(settings->log_level, "debug");
  EXPECT_TRUE(settings->log_json);
}

struct FileRow {
  const char* name;
  std::string text;
  std::string says;
};

TEST(SettingsFile, ThatIsBadSaysWhere) {
  const FileRow rows[] = {
      {"a list", "- a\n", "f: must be a map of settings"},
      {"null value", "listen:\n", "f: line 1, column 1: `listen` must be text"},
      {"alias", "log: &a info\nlisten: *a\n",
       "f: line 2, column 9: aliases (*name) are not supported; write the value out"},
      {"two documents", "log: info\n---\nlog: warn\n",
       "f: line 2, column 1: a second document begins; the file must hold one"},
      {"not UTF-8", "log: \xff\n", "f: the file is not UTF-8"},
      {"not YAML", "log: [\n", "f: line 2, column 1: not YAML: end of sequence flow not found"},
  };
  for (const FileRow& row : rows) {
    SCOPED_TRACE(row.name);
    const auto settings = read_settings({.file_text = row.text, .file_name = "f"});
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message, row.says);
  }
}

}  // namespace
}  // namespace kedge::config
