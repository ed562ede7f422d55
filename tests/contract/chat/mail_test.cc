// SPDX-License-Identifier: Apache-2.0
// Mail against a real SMTP server.
#include "bot/adapters/chat/mail.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "bot/base/text.h"
#include "tests/contract/chat/smtp_peer.h"
#include "tests/support/silent_server.h"
#include "tests/unit/chat/fakes.h"

namespace kedge::adapters::chat {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace testing_fakes;

const ports::ChatText kText{.subject = "[P0] main is red – Grüße", .text = ".\n.. dots\nÄ = ä\n"};

class Mail : public testing::Test {
 protected:
  static SmtpServer server(const SmtpPeer& peer) {
    return {.host = "127.0.0.1", .port = peer.port(), .start_tls = StartTls::never};
  }
  MailChannel channel(const SmtpServer& to, const std::string& recipients,
                      const std::string& from = "kedge@acme.example") {
    return {to, parse_mailbox(from).value(), parse_mailboxes(recipients).value(), clock_, log_};
  }
  StandingClock clock_;
  ReadLog log_;
};

std::string header(const json& mail, const std::string& name) {
  for (const std::string& line : split_lines(mail["raw"].get<std::string>())) {
    if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
  }
  return {};
}

std::string body(const json& mail) {
  const auto raw = mail["raw"].get<std::string>();
  return raw.substr(raw.find("\r\n\r\n") + 4);
}

TEST_F(Mail, ReachesEveryRecipientAsWritten) {
  SmtpPeer peer;
  ASSERT_NE(peer.port(), 0);
  auto mail = channel(server(peer), "alice@acme.example, Ops <ops@acme.example>");
  const auto id = mail.post(kText, "", "7/2/0");
  ASSERT_TRUE(id) << id.error().message;
  const json got = peer.next();
  EXPECT_EQ(got["from"], "kedge@acme.example");
  EXPECT_EQ(got["to"], json({"alice@acme.example", "ops@acme.example"}));
  EXPECT_EQ(header(got, "Message-ID"), *id);
  EXPECT_EQ(header(got, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(header(got, "In-Reply-To"), "");
  EXPECT_EQ(body(got), "=2E\r\n=2E. dots\r\n=C3=84 =3D =C3=A4\r\n");
}

TEST_F(Mail, UpdateAnswersTheLivingMessage) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "alice@acme.example");
  const auto first = mail.post({.subject = "[P0] main is red", .text = "1"}, "", "7/2/0");
  ASSERT_TRUE(first);
  peer.next();
  const auto second = mail.post({.subject = "[P0] main is red", .text = "2"}, *first, "7/9/0");
  ASSERT_TRUE(second);
  const json got = peer.next();
  EXPECT_NE(*second, *first);
  EXPECT_EQ(header(got, "In-Reply-To"), *first);
  EXPECT_EQ(header(got, "References"), *first);
  EXPECT_EQ(header(got, "Subject"), "Re: [P0] main is red");
}

TEST_F(Mail, HostileSubjectAddsNeitherHeaderNorRecipient) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "alice@acme.example");
  ASSERT_TRUE(mail.post(
      {.subject = "x\r\nBcc: eve@evil.example", .text = ".\r\nRCPT TO:<eve@evil.example>\r\n"}, "", "1"));
  const json got = peer.next();
  EXPECT_EQ(got["to"], json({"alice@acme.example"}));
  EXPECT_EQ(header(got, "Bcc"), "");
  EXPECT_EQ(body(got), "=2E\r\nRCPT TO:<eve@evil.example>\r\n");
}

TEST_F(Mail, LongTextArrivesWhole) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "alice@acme.example");
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line\n";
  ASSERT_TRUE(mail.post({.subject = "x", .text = text}, "", "1"));
  EXPECT_EQ(body(peer.next()), replace_all(text, "\n", "\r\n"));
}

TEST_F(Mail, LoginOnLoopbackIsUsed) {
  SmtpPeer peer({{"user", "alice"}, {"pass", "sesame"}});
  SmtpServer to = server(peer);
  to.user = "alice";
  to.password = Secret{"sesame"};
  auto mail = channel(to, "ops@acme.example");
  const auto posted = mail.post(kText, "", "1");
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(peer.next()["right"], true);
  EXPECT_EQ(peer.next()["user"], "alice");
}

TEST_F(Mail, WrongPasswordIsDeniedAndNotRepeatedInTheError) {
  SmtpPeer peer({{"user", "alice"}, {"pass", "sesame"}});
  SmtpServer to = server(peer);
  to.user = "alice";
  to.password = Secret{"swordfish"};
  const auto posted = channel(to, "ops@acme.example").post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::denied);
  EXPECT_TRUE(posted.error().certainly_not_done);
  EXPECT_THAT(posted.error().message, HasSubstr("535"));
  EXPECT_THAT(posted.error().message, Not(HasSubstr("swordfish")));
}

TEST_F(Mail, LoginPutOffIsRetryable) {
  SmtpPeer peer({{"user", "alice"}, {"pass", "sesame"}});
  SmtpServer to = server(peer);
  to.user = "tired";
  to.password = Secret{"x"};
  const auto posted = channel(to, "ops@acme.example").post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_TRUE(posted.error().certainly_not_done);
}

TEST_F(Mail, MissingLoginIsDenied) {
  SmtpPeer peer({{"user", "alice"}, {"pass", "sesame"}});
  const auto posted = channel(server(peer), "ops@acme.example").post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::denied);
  EXPECT_TRUE(posted.error().certainly_not_done);
}

TEST_F(Mail, OneRefusedRecipientDoesNotSpoilTheOthers) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "alice@acme.example, gone@acme.example");
  ASSERT_TRUE(mail.post(kText, "", "1"));
  EXPECT_EQ(peer.next()["to"], json({"alice@acme.example"}));
  EXPECT_THAT(
      log_.lines,
      ElementsAre(
          "a mail's recipient was refused recipient=gone@acme.example code=550 reply=5.1.1 no such user"));
}

TEST_F(Mail, RepeatGoesOnlyToTheRecipientPutOff) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "alice@acme.example, busy@acme.example");
  const auto posted = mail.post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_TRUE(posted.error().certainly_not_done);
  EXPECT_THAT(posted.error().message, HasSubstr("451"));
  EXPECT_EQ(peer.next()["to"], json({"alice@acme.example"}));
  const auto repeated = mail.post(kText, "", "1");
  EXPECT_EQ(repeated.error().code, Errc::unavailable);
  // Nothing went to alice again: the next mail the server tells of is another one.
  ASSERT_FALSE(mail.post(kText, "", "2"));
  EXPECT_NE(header(peer.next(), "Message-ID"), make_message_id("1", {.address = "kedge@acme.example"}));
}

struct FailureRow {
  std::string name;
  std::string to;
  std::string from = "kedge@acme.example";
  Errc code = Errc::unavailable;
  bool certainly_not_done = true;
};

class MailFailure : public testing::TestWithParam<FailureRow> {};

TEST_P(MailFailure, IsToldApart) {
  SmtpPeer peer;
  StandingClock clock;
  ReadLog log;
  const auto& row = GetParam();
  MailChannel mail({.host = "127.0.0.1",
                    .port = peer.port(),
                    .start_tls = StartTls::never,
                    .reply_timeout = std::chrono::seconds{row.to.starts_with("silent") ? 4 : 60}},
                   parse_mailbox(row.from).value(), parse_mailboxes(row.to).value(), clock, log);
  const auto posted = mail.post(kText, "", "1");
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().code, row.code) << posted.error().message;
  EXPECT_EQ(posted.error().certainly_not_done, row.certainly_not_done) << posted.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Smtp, MailFailure,
    testing::Values(FailureRow{.name = "Greylisted", .to = "busy@acme.example"},
                    FailureRow{.name = "NoSuchUser", .to = "gone@acme.example", .code = Errc::not_found},
                    FailureRow{.name = "GoneAndGreylisted", .to = "gone@acme.example,busy@acme.example"},
                    FailureRow{.name = "GreylistedAndGone", .to = "busy@acme.example,gone@acme.example"},
                    FailureRow{.name = "SenderBanned",
                               .to = "alice@acme.example",
                               .from = "banned@acme.example",
                               .code = Errc::denied},
                    FailureRow{.name = "TryAgainAfterData", .to = "later@acme.example"},
                    FailureRow{.name = "RefusedAfterData", .to = "heavy@acme.example", .code = Errc::invalid},
                    FailureRow{.name = "CutBeforeData", .to = "cut-rcpt@acme.example"},
                    FailureRow{.name = "CutAfterData", .to = "cut@acme.example", .certainly_not_done = false},
                    FailureRow{
                        .name = "SilentAfterData", .to = "silent@acme.example", .certainly_not_done = false}),
    [](const auto& row) { return row.param.name; });

TEST_F(Mail, UnknownOutcomeIsRepeatedWithTheSameMessageId) {
  SmtpPeer peer;
  auto mail = channel(server(peer), "cut@acme.example");
  EXPECT_FALSE(mail.post(kText, "", "7/2/0").error().certainly_not_done);
  EXPECT_FALSE(mail.post(kText, "", "7/2/0").error().certainly_not_done);
  const std::string first = header(peer.next(), "Message-ID");
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(header(peer.next(), "Message-ID"), first);
}

TEST_F(Mail, SilentServerHoldsBackNoStop) {
  const SilentServer silent;
  std::stop_source stop;
  const SmtpServer hanging{
      .host = "127.0.0.1", .port = silent.port(), .start_tls = StartTls::never, .stop = stop.get_token()};
  SmtpReport report;
  std::thread sending([&] {
    report = send_mail(hanging, "kedge@acme.example", {"alice@acme.example"}, "Subject: x\r\n\r\nx");
  });
  silent.wait_for_a_connection();
  stop.request_stop();
  sending.join();
  ASSERT_TRUE(report.error);
  EXPECT_EQ(report.error->code, Errc::unavailable);
  EXPECT_TRUE(report.error->certainly_not_done);
  EXPECT_THAT(report.error->message, HasSubstr("stopping"));
}

TEST_F(Mail, NobodyListeningIsCertainlyNotDone) {
  int port = 0;
  {
    const SmtpPeer peer;
    port = peer.port();
  }
  const auto posted =
      channel({.host = "127.0.0.1", .port = port, .start_tls = StartTls::never}, "alice@acme.example")
          .post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::unavailable);
  EXPECT_TRUE(posted.error().certainly_not_done);
}

class MailTls : public Mail {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "kedge-mail-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    made_ = make_certificate(folder_);
    ASSERT_TRUE(std::filesystem::exists(made_.cert));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] json options(const char* kind) const {
    return {{kind, true}, {"key", made_.key}, {"cert", made_.cert}, {"user", "alice"}, {"pass", "sesame"}};
  }
  SmtpServer with_login(const SmtpPeer& peer) {
    SmtpServer to = server(peer);
    to.start_tls = StartTls::required;
    to.user = "alice";
    to.password = Secret{"sesame"};
    return to;
  }
  std::string folder_;
  Certificate made_;
};

TEST_F(MailTls, LoginAndMailGoOverStartTls) {
  SmtpPeer peer(options("starttls"));
  SmtpServer to = with_login(peer);
  to.ca_file = made_.cert;
  const auto posted = channel(to, "ops@acme.example").post(kText, "", "1");
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(peer.next(), json({{"login", "alice"}, {"secure", true}, {"right", true}}));
  EXPECT_EQ(peer.next()["secure"], true);
}

TEST_F(MailTls, MailGoesOverTlsFromTheStart) {
  SmtpPeer peer(options("secure"));
  SmtpServer to = with_login(peer);
  to.tls = true;
  to.ca_file = made_.cert;
  const auto posted = channel(to, "ops@acme.example").post(kText, "", "1");
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(peer.next()["secure"], true);
}

TEST_F(MailTls, UntrustedCertificateGetsNeitherLoginNorMail) {
  for (const char* kind : {"starttls", "secure"}) {
    SmtpPeer peer(options(kind));
    SmtpServer to = with_login(peer);
    to.tls = std::string_view(kind) == "secure";
    const auto posted = channel(to, "ops@acme.example").post(kText, "", "1");
    EXPECT_EQ(posted.error().code, Errc::unavailable) << kind;
    EXPECT_TRUE(posted.error().certainly_not_done) << kind;
  }
}

TEST_F(MailTls, NoLoginIsSentWhereStartTlsIsNotOffered) {
  SmtpPeer peer({{"user", "alice"}, {"pass", "sesame"}});
  const auto posted = channel(with_login(peer), "ops@acme.example").post(kText, "", "1");
  EXPECT_EQ(posted.error().code, Errc::denied);
  EXPECT_TRUE(posted.error().certainly_not_done);
  EXPECT_THAT(posted.error().message, HasSubstr("STARTTLS"));
}

}  // namespace
}  // namespace kedge::adapters::chat
