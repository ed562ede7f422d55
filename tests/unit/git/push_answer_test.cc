// SPDX-License-Identifier: Apache-2.0
// What a git server says about a push, with and without bands, and what is no answer at all.
#include <gtest/gtest.h>

#include "bot/adapters/git/git_server.h"
#include "bot/adapters/git/pusher.h"

namespace kedge::adapters::git {
namespace {

std::string packet(const std::string& text) {
  return fmt::format("{:04x}{}", text.size() + 4, text);
}

const std::string kReport =
    packet("unpack ok\n") + packet("ok refs/heads/a\n") + packet("ng refs/heads/b no, not today\n") + "0000";

TEST(PushAnswer, SaysOfEachRefWhatBecameOfIt) {
  const auto answer = read_push_answer(kReport);
  ASSERT_TRUE(answer);
  EXPECT_EQ(refusal_of(*answer, "refs/heads/a"), "");
  EXPECT_EQ(refusal_of(*answer, "refs/heads/b"), "no, not today");
  EXPECT_NE(refusal_of(*answer, "refs/heads/c"), "");
}

TEST(PushAnswer, KeepsTheServersWordsApart) {
  const std::string half = kReport.substr(0, 7);
  const auto answer = read_push_answer(packet("\x02remote words\n") + packet("\x01" + half) +
                                       packet("\x02more\n") + packet("\x01" + kReport.substr(7)) + "0000");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->words, "remote words\nmore\n");
  EXPECT_EQ(answer->refs.size(), 2U);
}

TEST(PushAnswer, KeepsABoundedNumberOfWords) {
  std::string bytes;
  for (int i = 0; i < 10; ++i) bytes += packet("\x02" + std::string(8000, 'w'));
  const auto answer = read_push_answer(bytes + packet("\x01" + kReport) + "0000");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->words.size(), kServerWordsMax);
}

TEST(PushAnswer, SaysThatNoObjectWasTaken) {
  const auto answer = read_push_answer(packet("unpack index-pack failed\n") +
                                       packet("ng refs/heads/a unpacker error\n") + "0000");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->unpack, "index-pack failed");
}

TEST(PushAnswer, IsNoneWhereItCannotBeRead) {
  for (const std::string& bytes :
       {std::string(), std::string("0000"), std::string("<html>"), std::string("fffft"), std::string("00"),
        kReport.substr(0, kReport.size() - 6), std::string("zzzzunpack ok\n")}) {
    EXPECT_FALSE(read_push_answer(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace kedge::adapters::git
