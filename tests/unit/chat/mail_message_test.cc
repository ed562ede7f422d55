// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/mail_message.h"

#include <gmock/gmock.h>

#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Mailbox kFrom{.name = "Kedge", .address = "kedge@acme.example"};

Mail a_mail() {
  return {.from = kFrom,
          .to = {{.name = "", .address = "alice@acme.example"},
                 {.name = "Ops, team", .address = "ops@acme.example"}},
          .subject = "[P0] main is red",
          .text = "Update 1\n",
          .message_id = "<1@acme.example>",
          .in_reply_to = "",
          .date = from_unix_ms(1'776'503'107'000)};
}

TEST(MailMessage, HasEveryRequiredHeader) {
  EXPECT_EQ(format_mail(a_mail()),
            "Date: Sat, 18 Apr 2026 09:05:07 +0000\r\n"
            "From: \"Kedge\" <kedge@acme.example>\r\n"
            "To: alice@acme.example,\r\n \"Ops, team\" <ops@acme.example>\r\n"
            "Subject: [P0] main is red\r\n"
            "Message-ID: <1@acme.example>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Update 1\r\n");
}

TEST(MailMessage, FollowUpAnswersTheFirst) {
  Mail mail = a_mail();
  mail.in_reply_to = "<0@acme.example>";
  const std::string text = format_mail(mail);
  EXPECT_THAT(text, HasSubstr("\r\nSubject: Re: [P0] main is red\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nIn-Reply-To: <0@acme.example>\r\nReferences: <0@acme.example>\r\n"));
  mail.subject = "Re: x";
  EXPECT_THAT(format_mail(mail), HasSubstr("\r\nSubject: Re: x\r\n"));
}

TEST(MailMessage, LineBreaksInValuesAddNoHeader) {
  Mail mail = a_mail();
  mail.subject = "x\r\nBcc: eve@evil.example\r\n\r\nbody";
  mail.from.name = "a\"\r\nBcc: eve";
  mail.to[1].name = "t\nBcc: eve";
  mail.in_reply_to = "<a@b>\r\nBcc: eve@evil.example";
  const std::string text = format_mail(mail);
  const std::string head = text.substr(0, text.find("\r\n\r\n"));
  EXPECT_THAT(head, HasSubstr("MIME-Version"));
  for (const std::string& line : split_lines(head)) EXPECT_THAT(line, Not(testing::StartsWith("Bcc")));
  EXPECT_THAT(text, Not(HasSubstr("In-Reply-To")));
  EXPECT_EQ(replace_all(replace_all(text, "\r\n", ""), "\n", ""), replace_all(text, "\r\n", ""));
}

TEST(MailMessage, LinesStayWithin78Bytes) {
  Mail mail = a_mail();
  mail.subject = std::string(300, 'a') + " äöü " + std::string(300, 'b');
  mail.from.name = std::string(120, 'n');
  mail.to[1].name = "Ä" + std::string(80, 'x');
  mail.text = std::string(5000, 'x') + "\n" + replace_all(std::string(500, '#'), "#", "😀");
  for (const std::string& line : split_lines(format_mail(mail))) EXPECT_LE(line.size(), 78U) << line;
}

TEST(EncodedWord, PlainTextStays) {
  EXPECT_EQ(encode_header_text("P0: main", 9), "P0: main");
}

TEST(EncodedWord, TextOutsideAsciiIsEncodedInWordsOfAtMost75) {
  const std::string encoded = encode_header_text(replace_all(std::string(40, '#'), "#", "ä😀"), 4);
  for (const std::string& line : split_lines(encoded)) {
    EXPECT_LE(trim(line).size(), 75U);
    EXPECT_TRUE(trim(line).starts_with("=?UTF-8?B?") && trim(line).ends_with("?=")) << line;
  }
  EXPECT_EQ(encode_header_text("Grüße", 4), "=?UTF-8?B?R3LDvMOfZQ==?=");
}

TEST(EncodedWord, TextThatLooksEncodedIsEncoded) {
  EXPECT_THAT(encode_header_text("=?UTF-8?B?R3L?=", 4), Not(HasSubstr("R3L?=")));
}

struct BodyRow {
  std::string name;
  std::string given;
  std::string expect;
};
class QuotedPrintable : public testing::TestWithParam<BodyRow> {};
TEST_P(QuotedPrintable, IsAsExpected) {
  EXPECT_EQ(quoted_printable(GetParam().given), GetParam().expect);
}
INSTANTIATE_TEST_SUITE_P(
    Body, QuotedPrintable,
    testing::Values(BodyRow{"Plain", "a b", "a b\r\n"}, BodyRow{"Equals", "a=b", "a=3Db\r\n"},
                    BodyRow{"Utf8", "ä", "=C3=A4\r\n"}, BodyRow{"BlankAtEnd", "a ", "a=20\r\n"},
                    BodyRow{"TabAtEnd", "a\t", "a=09\r\n"}, BodyRow{"LoneDot", ".", "=2E\r\n"},
                    BodyRow{"FromLine", "From me", "=46rom me\r\n"},
                    BodyRow{"TwoLines", "a\nb\r\nc", "a\r\nb\r\nc\r\n"},
                    BodyRow{"LoneCarriageReturn", "a\rb", "a=0Db\r\n"},
                    BodyRow{"Long", std::string(100, 'a'),
                            std::string(75, 'a') + "=\r\n" + std::string(25, 'a') + "\r\n"},
                    BodyRow{"DotAfterSoftBreak", std::string(75, 'a') + ".b",
                            std::string(75, 'a') + "=\r\n=2Eb\r\n"}),
    [](const auto& row) { return row.param.name; });

TEST(MessageId, IsStableForItsDedupAndNamesTheSendersDomain) {
  EXPECT_EQ(make_message_id("7/2/0", kFrom), make_message_id("7/2/0", kFrom));
  EXPECT_NE(make_message_id("7/2/0", kFrom), make_message_id("7/2/1", kFrom));
  EXPECT_TRUE(make_message_id("7/2/0", kFrom).ends_with("@acme.example>"));
  EXPECT_TRUE(is_message_id(make_message_id("hostile> \r\n", kFrom)));
}

TEST(MessageId, OtherTextIsNone) {
  for (const std::string_view text : {"", "<>", "a@b", "<a b@c>", "<a@b\r\n>", "<a@b> <c@d>", "<ab>"})
    EXPECT_FALSE(is_message_id(text)) << text;
}

TEST(Mailbox, NamesAndAddressesAreRead) {
  EXPECT_EQ(parse_mailbox(" alice@acme.example ").value(), (Mailbox{"", "alice@acme.example"}));
  EXPECT_EQ(parse_mailbox("Alice A <alice@acme.example>").value(),
            (Mailbox{"Alice A", "alice@acme.example"}));
  EXPECT_EQ(parse_mailbox("\"A, B\" <a+b@acme.example>").value(), (Mailbox{"A, B", "a+b@acme.example"}));
}

TEST(Mailbox, BadAddressesAreInvalid) {
  for (const std::string text :
       {"", "alice", "@acme.example", "alice@", "a b@acme.example", "a@b@c", "a@acme.example> RCPT TO:<x@y",
        "<a@b>c", "a\r\nb@c", "alice@acme.example\r\nBcc: x@y", "ä@acme.example", "a@-b", "N\nM <a@b>"})
    EXPECT_FALSE(parse_mailbox(text)) << text;
}

TEST(Mailboxes, AreSplitAtCommasOutsideQuotesAndCountOnce) {
  const auto read = parse_mailboxes("a@b.c, \"X, Y\" <d@e.f>,, A@b.c");
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, ElementsAre(Mailbox{"", "a@b.c"}, Mailbox{"X, Y", "d@e.f"}));
  EXPECT_FALSE(parse_mailboxes(" , "));
  EXPECT_FALSE(parse_mailboxes("a@b.c, nonsense"));
}

}  // namespace
}  // namespace kedge::adapters::chat
