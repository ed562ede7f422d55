// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "bot/adapters/chat/smtp.h"

namespace kedge::adapters::chat {
namespace {

struct UrlRow {
  std::string name;
  std::string url;
  std::string host;
  int port;
  bool tls;
  StartTls start_tls;
};

class SmtpUrl : public testing::TestWithParam<UrlRow> {};

TEST_P(SmtpUrl, ChoosesPortAndEncryption) {
  const auto& row = GetParam();
  const auto server = read_smtp_url(Secret{row.url});
  ASSERT_TRUE(server);
  EXPECT_EQ(server->host, row.host);
  EXPECT_EQ(server->port, row.port);
  EXPECT_EQ(server->tls, row.tls);
  EXPECT_EQ(server->start_tls, row.start_tls);
}

INSTANTIATE_TEST_SUITE_P(
    Smtp, SmtpUrl,
    testing::Values(
        UrlRow{"Submission", "smtp://u:p@mail.example", "mail.example", 587, false, StartTls::required},
        UrlRow{"Relay", "smtp://mail.example", "mail.example", 25, false, StartTls::if_offered},
        UrlRow{"Port25Kept", "smtp://u:p@mail.example:25", "mail.example", 25, false, StartTls::required},
        UrlRow{"ImplicitTls", "smtps://u:p@mail.example", "mail.example", 465, true, StartTls::required},
        UrlRow{"OtherPort", "smtp://mail.example:2525/", "mail.example", 2525, false, StartTls::if_offered},
        UrlRow{"Loopback", "smtp://u:p@127.0.0.1:2525", "127.0.0.1", 2525, false, StartTls::never},
        UrlRow{"Loopback6", "smtp://[::1]:2525", "::1", 2525, false, StartTls::never},
        UrlRow{"LoopbackLookalike", "smtp://127.evil.example", "127.evil.example", 25, false,
               StartTls::if_offered}),
    [](const auto& row) { return row.param.name; });

TEST(SmtpUrl, UserAndPasswordAreDecoded) {
  const auto server = read_smtp_url(Secret{"smtp://al%40ce:p%3Aw@mail.example"});
  ASSERT_TRUE(server);
  EXPECT_EQ(server->user, "al@ce");
  EXPECT_EQ(server->password.reveal(), "p:w");
}

TEST(SmtpUrl, OtherTextIsInvalidAndNotRepeated) {
  for (const std::string text :
       {"", "mail.example", "http://mail.example", "smtp://", "smtp://u:swordfish@:25"}) {
    const auto server = read_smtp_url(Secret{text});
    ASSERT_FALSE(server) << text;
    EXPECT_THAT(server.error().message, testing::Not(testing::HasSubstr("swordfish")));
  }
}

TEST(SmtpUrl, NoPasswordGoesInTheClearToAnotherMachine) {
  const auto report = send_mail({.host = "mail.example",
                                 .port = 25,
                                 .start_tls = StartTls::if_offered,
                                 .user = "u",
                                 .password = Secret{"p"}},
                                "a@b.c", {"d@e.f"}, "x");
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, Errc::denied);
  EXPECT_TRUE(report.error->certainly_not_done);
}

}  // namespace
}  // namespace kedge::adapters::chat
