// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/redact.h"

#include <gtest/gtest.h>

#include "bot/base/text.h"

namespace kedge::adapters::system {
namespace {

struct Row {
  std::string name;
  std::string given;
  std::string expect;  ///< `#` stands for `[redacted]`.
};

// Split so that no scanner takes these made-up values for real ones.
std::string slack_token(const std::string& kind) {
  return "xox" + kind + "-12345-abcdeFGH";
}
std::string pem(const std::string& kind) {
  return "-----BEGIN " + kind + "PRIVATE KEY-----\nMIIBVgIBADANBgkqh\nkiG9w0BAQEFAASC\n-----END " + kind +
         "PRIVATE KEY-----";
}

class Redact : public testing::TestWithParam<Row> {};

TEST_P(Redact, LeavesNoSecret) {
  const std::string expect = replace_all(GetParam().expect, "#", kRedacted);
  EXPECT_EQ(Redactor().redact(GetParam().given), expect);
}

INSTANTIATE_TEST_SUITE_P(
    Patterns, Redact,
    testing::Values(
        Row{"InstallationToken", "token ghs_16C7e42F292c6912E7710c838347Ae178B4a!", "token #!"},
        Row{"StatelessInstallationToken", "ghs_123_eyJhbGciOi.eyJpc3Mi.c2ln-_ end", "# end"},
        Row{"PersonalToken", "(ghp_abcdEFGH1234)", "(#)"}, Row{"OauthToken", "gho_abcdEFGH1234", "#"},
        Row{"UserToken", "ghu_abcdEFGH1234", "#"}, Row{"RefreshToken", "ghr_abcdEFGH1234", "#"},
        Row{"FineGrainedToken", "x github_pat_11ABC_def y", "x # y"},
        Row{"EncodedTokenInsideWord", "%3Aghs_16C7e42F292c6912E7710c83%40", "%3A#%40"},
        Row{"SlackBotToken", "with " + slack_token("b") + ",", "with #,"},
        Row{"SlackUserToken", slack_token("p"), "#"}, Row{"SlackAppToken", "xapp-1-A0-1-aa", "#"},
        Row{"SlackWebhook", "POST https://hooks.slack.com/services/T0/B0/xyz: 404",
            "POST https://hooks.slack.com/services/# 404"},
        Row{"SlackWebhookInJson", R"({"url":"https://hooks.slack.com/services/T0/B0/xyz"})",
            R"({"url":"https://hooks.slack.com/services/#"})"},
        Row{"SlackWorkflow", "https://hooks.slack.com/triggers/T0/1/ab",
            "https://hooks.slack.com/triggers/#"},
        Row{"DiscordWebhook", "<https://discord.com/api/webhooks/12/to-ken_x>",
            "<https://discord.com/api/webhooks/#>"},
        Row{"VersionedDiscordWebhook", "https://discord.com/api/v10/webhooks/12/tok?wait=true",
            "https://discord.com/api/v10/webhooks/#"},
        Row{"DiscordWebhookPath", "/api/webhooks/12/tok", "/api/webhooks/#"},
        Row{"BearerHeader", "Authorization: Bearer abc", "Authorization: #"},
        Row{"BearerAlone", "bearer abc.def-ghi, then", "bearer # then"},
        Row{"BasicHeader", "authorization: Basic YWxpY2U6c2VjcmV0\nHost: x", "authorization: #\nHost: x"},
        Row{"HeaderInJson", R"({"Authorization":"token abc","b":1})", R"({"Authorization":"#","b":1})"},
        Row{"UrlPassword", "postgresql://kedge:s3cret@db:5432/kedge", "postgresql://kedge:#@db:5432/kedge"},
        Row{"UrlPasswordWithSlash", "smtp://u:pa/ss@mail:587", "smtp://u:#@mail:587"},
        Row{"UrlPasswordWithAt", "smtp://u:p@ss@mail:587", "smtp://u:#@mail:587"},
        Row{"UrlPasswordWithoutUser", "redis://:abc@host", "redis://:#@host"},
        Row{"QueryToken", "GET /x?a=1&access_token=abc&b=2", "GET /x?a=1&access_token=#&b=2"},
        Row{"QuerySignature", "https://x.test/y?sig=abc%2F ", "https://x.test/y?sig=# "},
        Row{"AppJwt", "jwt eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl.", "jwt #"},
        Row{"PrivateKey", "a " + pem("RSA ") + " b", "a # b"}, Row{"Pkcs8Key", pem(""), "#"},
        Row{"CutPrivateKey", "x -----BEGIN PRIVATE KEY-----\nMIIB", "x #"},
        Row{"TwoSecrets", "ghp_aaaa ghp_bbbb", "# #"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Harmless, Redact,
    testing::Values(Row{"PlainText", "P0: CI is red on main", "P0: CI is red on main"},
                    Row{"Port", "listening on http://127.0.0.1:8080/x",
                        "listening on http://127.0.0.1:8080/x"},
                    Row{"UserWithoutPassword", "ssh://git@example.test/r", "ssh://git@example.test/r"},
                    Row{"WordWithPrefixInside", "roughs_low tide", "roughs_low tide"},
                    Row{"WordAuthorization", "authorization failed", "authorization failed"},
                    Row{"Certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"},
                    Row{"CommitSha", "0123456789abcdef0123456789abcdef01234567",
                        "0123456789abcdef0123456789abcdef01234567"},
                    Row{"PrefixAlone", "ghs_", "ghs_"}, Row{"Empty", "", ""}),
    [](const auto& row) { return row.param.name; });

TEST(RedactKnown, KnownSecretsGoWhereverTheyStand) {
  const Redactor redactor({Secret{"swordfish"}, Secret{"swordfish-two"}, Secret{""}, Secret{"abc"}});
  EXPECT_EQ(redactor.redact("swordfish-two,xswordfishx abc"), "[redacted],x[redacted]x abc");
}

TEST(RedactKnown, LastSegmentAndPasswordOfKnownUrlGoAlone) {
  const Redactor redactor({Secret{"https://chat.example.test/hook/abcdefghijklmnop"},
                           Secret{"smtp://alice:sesame@mail.example.test:587"}});
  EXPECT_EQ(redactor.redact("POST /hook/abcdefghijklmnop"), "POST /hook/[redacted]");
  EXPECT_EQ(redactor.redact("535 sesame is wrong"), "535 [redacted] is wrong");
}

TEST(RedactKnown, SingleLineOfKnownKeyGoes) {
  const Redactor redactor({Secret{pem("RSA ")}});
  EXPECT_EQ(redactor.redact("line MIIBVgIBADANBgkqh"), "line [redacted]");
}

TEST(RedactKnown, LongHostileTextEndsSoon) {
  const std::string text = replace_all(std::string(5000, '#'), "#", "?eyJ://a:");
  EXPECT_FALSE(Redactor().redact(text).empty());
}

}  // namespace
}  // namespace kedge::adapters::system
