// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/limits.h"

#include <gtest/gtest.h>

#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(Utf16Units, CountsSurrogatePairsAsTwo) {
  EXPECT_EQ(utf16_units("abc"), 3U);
  EXPECT_EQ(utf16_units("äß…"), 3U);
  EXPECT_EQ(utf16_units("😀"), 2U);
  EXPECT_EQ(utf16_units(""), 0U);
}

TEST(FitUtf16, TextAtTheLimitStaysAsItIs) {
  EXPECT_EQ(fit_utf16(std::string(50, 'a'), 50), std::string(50, 'a'));
  EXPECT_EQ(fit_utf16(repeated("😀", 25), 50), repeated("😀", 25));
}

TEST(FitUtf16, LongerTextIsCutWithMarkWithinTheLimit) {
  for (const std::string_view piece : {"a", "ä", "…", "😀", "a😀"}) {
    for (std::size_t limit = 30; limit < 40; ++limit) {
      const std::string cut = fit_utf16(repeated(piece, 100), limit);
      EXPECT_LE(utf16_units(cut), limit) << piece;
      EXPECT_TRUE(is_valid_utf8(cut)) << piece;
      EXPECT_TRUE(cut.ends_with(kCutMark)) << piece;
    }
  }
}

TEST(FitUtf16, NothingIsCutInTwo) {
  for (std::size_t limit = 20; limit < 60; ++limit) {
    EXPECT_EQ(fit_utf16(repeated("x&amp;", 40), limit).find("&amp…"), std::string::npos);
    const std::string link = fit_utf16(repeated("see <https://example.test/abcdef|label> ", 9), limit);
    EXPECT_EQ(std::count(link.begin(), link.end(), '<'), std::count(link.begin(), link.end(), '>')) << link;
    const std::string escaped = fit_utf16(repeated("\\*", 60), limit);
    EXPECT_EQ(escaped.find("\\…"), std::string::npos) << escaped;
    EXPECT_LE(utf16_units(escaped), limit);
  }
}

TEST(FitUtf16, OpenCodeFenceIsClosed) {
  const std::string cut = fit_utf16("log:\n```\n" + std::string(100, 'x') + "\n```", 60);
  EXPECT_TRUE(cut.ends_with("\n```" + std::string(kCutMark))) << cut;
  EXPECT_LE(utf16_units(cut), 60U);
}

TEST(FitUtf16, InvalidBytesAreReplaced) {
  EXPECT_EQ(fit_utf16("a\xff"
                      "b",
                      10),
            "a\xef\xbf\xbd"
            "b");
}

TEST(FitUtf16, TinyLimitStillHolds) {
  EXPECT_EQ(fit_utf16("abcdef", 3), "abc");
  EXPECT_EQ(fit_utf16("abcdef", 0), "");
}

}  // namespace
}  // namespace kedge::adapters::chat
