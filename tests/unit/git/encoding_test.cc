// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/encoding.h"

#include <gtest/gtest.h>

#include "bot/adapters/git/repo.h"
#include "bot/base/text.h"
#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

const std::string kUnknown = "\xef\xbf\xbd";

TEST(DecodeText, ReadsWhatTheHeaderNames) {
  struct Row {
    std::string bytes;
    std::string encoding;
    std::string text;
  };
  const std::vector<Row> rows = {
      {"caf\xe9", "ISO-8859-1", "caf\xc3\xa9"},
      {"caf\xe9", "latin1", "caf\xc3\xa9"},
      {"\x80 1", "windows-1252", "\xe2\x82\xac 1"},
      {"\x83\x65\x83\x58\x83\x67", "Shift_JIS", "\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88"},
      {"caf\xc3\xa9", "UTF-8", "caf\xc3\xa9"},
      {"caf\xc3\xa9", "", "caf\xc3\xa9"},
      {"caf\xe9", "", "caf" + kUnknown},
      {"caf\xe9", "no-such-encoding", "caf" + kUnknown},
      {"caf\xe9", "../../tmp/evil", "caf" + kUnknown},
      {"caf\xe9", "ISO-8859-1//IGNORE", "caf" + kUnknown},
      {"a\x83", "Shift_JIS", "a" + kUnknown},
      {"a\xe9z", "US-ASCII", "a" + kUnknown + "z"},
      {"", "ISO-8859-1", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(decode_text(row.bytes, row.encoding), row.text) << row.encoding;
}

TEST(DecodeText, AnswersValidUtf8InFullLengthForAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(1 + i % 255);
  for (const std::string encoding :
       {"ISO-8859-1", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-7", "GB18030", "UTF-16", "BIG5", "KOI8-R"}) {
    EXPECT_TRUE(is_valid_utf8(decode_text(bytes, encoding))) << encoding;
  }
  EXPECT_EQ(decode_text(std::string(5000, '\xe9'), "ISO-8859-1").size(), 10'000U);
}

TEST(DecodeText, ACommitOfGitsOwnIsReadAsGitShowsIt) {
  const test::ScratchDir scratch;
  test::GitShell shell = test::make_clone(scratch.path());
  shell.git({"config", "i18n.commitEncoding", "ISO-8859-1"});
  shell.set("GIT_AUTHOR_NAME", "Ren\xe9");
  const std::string sha = shell.commit("Caf\xe9 closed\n\nD\xe9tail.", {{"a.txt", "a\n"}});
  const Result<Repo> repo = Repo::open(scratch.path());
  ASSERT_TRUE(repo) << repo.error().message;
  const Result<CommitFacts> facts = repo->commit(sha);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->subject, "Caf\xc3\xa9 closed");
  EXPECT_EQ(facts->message, "Caf\xc3\xa9 closed\n\nD\xc3\xa9tail.\n");
  EXPECT_EQ(facts->author, "Ren\xc3\xa9");
  EXPECT_EQ(facts->subject, shell.git({"log", "-1", "--encoding=UTF-8", "--format=%s"}));
}

}  // namespace
}  // namespace kedge::adapters::git
