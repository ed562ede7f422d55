// SPDX-License-Identifier: Apache-2.0
#include "bot/base/terminal.h"

#include <gtest/gtest.h>

namespace kedge {
namespace {

TEST(Plain, LeavesPeoplesLettersAlone) {
  EXPECT_EQ(plain("Größe, 日本語, עברית, 🚀 – “ok”"), "Größe, 日本語, עברית, 🚀 – “ok”");
}

TEST(Plain, TakesWhatDrivesATerminal) {
  EXPECT_EQ(plain("a\x1b[2Jb\x7f"), "a?[2Jb?");
  EXPECT_EQ(plain("\r\t\a"), "???");
  EXPECT_EQ(plain("one\ntwo"), "one; two");
  EXPECT_EQ(plain("\xc2\x9b"
                  "2J"),
            "?2J")
      << "CSI as one character of C1";
  EXPECT_EQ(plain("\xc2\x80\xc2\x9f\xc2\xa0"), "??\xc2\xa0");
  EXPECT_EQ(plain("\x9b"
                  "2J"),
            "\xef\xbf\xbd"
            "2J")
      << "the same as a bare byte is no UTF-8";
}

TEST(Plain, OfSeveralLinesTheEndsStay) {
  EXPECT_EQ(plain_lines("one\r\n\u202etwo\n"), "one?\n?two\n");
}

TEST(Plain, TakesWhatTurnsTheDirectionOfWriting) {
  for (const char* control : {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c",
                              "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_EQ(plain(std::string("a") + control + "b"), "a?b") << control;
  }
  EXPECT_EQ(plain("\u200d\u2027\u202f\u206a"), "\u200d\u2027\u202f\u206a") << "their neighbours stay";
}

TEST(PlainJson, IsTheSameDocument) {
  EXPECT_EQ(plain_json("{\n  \"a\": \"\u202ex\xc2\x9bü\x7f\"\n}\n"),
            "{\n  \"a\": \"\\u202ex\\u009bü\\u007f\"\n}\n");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("rollback/main-4f1c2d3e5a6b"), "rollback/main-4f1c2d3e5a6b");
  EXPECT_EQ(shell_word("v1.2..main"), "v1.2..main");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("#7"), "'#7'");
  EXPECT_EQ(shell_word("a b;$(c)`d`"), "'a b;$(c)`d`'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("main~2"), "'main~2'");
  EXPECT_EQ(shell_word("größe"), "'größe'");
}

TEST(ShellWord, ShowsNothingThatDrivesATerminal) {
  EXPECT_EQ(shell_word("a\u202eb'\\"), "$'a\\342\\200\\256b\\047\\134'");
  EXPECT_EQ(shell_word("caf\xe9"), "$'caf\\351'");
}

}  // namespace
}  // namespace kedge
