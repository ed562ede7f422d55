// SPDX-License-Identifier: Apache-2.0
// Bytes from outside are made valid UTF-8, and nothing is cut within a character.
#include <gtest/gtest.h>

#include "bot/base/text.h"

namespace kedge {
namespace {

constexpr const char* kBad = "\xef\xbf\xbd";

struct Bytes {
  const char* name;
  std::string bytes;
  int replaced;  ///< How many bytes are bad.
};

class Utf8 : public ::testing::TestWithParam<Bytes> {};

TEST_P(Utf8, EachBadByteIsReplacedAndTheRestStays) {
  const std::string mended = to_valid_utf8("<" + GetParam().bytes + ">");
  std::string expected = "<";
  if (GetParam().replaced == 0) expected += GetParam().bytes;
  for (int i = 0; i < GetParam().replaced; ++i) expected += kBad;
  EXPECT_EQ(mended, expected + ">");
  EXPECT_EQ(is_valid_utf8(GetParam().bytes), GetParam().replaced == 0);
  EXPECT_TRUE(is_valid_utf8(mended));
}

// Source: RFC 3629, section 4.
INSTANTIATE_TEST_SUITE_P(
    Rows, Utf8,
    ::testing::Values(Bytes{"ascii", "a", 0}, Bytes{"nul", std::string(1, '\0'), 0},
                      Bytes{"two", "\xc3\xa9", 0}, Bytes{"three", "\xe2\x80\xa6", 0},
                      Bytes{"four", "\xf0\x9f\x9a\x80", 0}, Bytes{"last", "\xf4\x8f\xbf\xbf", 0},
                      Bytes{"lone_continuation", "\x80", 1}, Bytes{"overlong_slash", "\xc0\xaf", 2},
                      Bytes{"overlong_three", "\xe0\x80\xaf", 3},
                      Bytes{"overlong_four", "\xf0\x80\x80\xaf", 4}, Bytes{"surrogate", "\xed\xa0\x80", 3},
                      Bytes{"above_the_last", "\xf4\x90\x80\x80", 4}, Bytes{"cut_off", "\xe2\x80", 2},
                      Bytes{"never_used", "\xff", 1}),
    [](const auto& row) { return std::string(row.param.name); });

struct Cut {
  const char* name;
  const char* text;
  std::size_t bytes_max;
  const char* kept;
};

class Truncate : public ::testing::TestWithParam<Cut> {};

TEST_P(Truncate, CutsNoCharacterAndSaysThatItCut) {
  const std::string kept = truncate_utf8(GetParam().text, GetParam().bytes_max);
  EXPECT_EQ(kept, GetParam().kept);
  EXPECT_LE(kept.size(), GetParam().bytes_max);
  EXPECT_TRUE(is_valid_utf8(kept));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Truncate,
    ::testing::Values(Cut{"fits", "abcdef", 6, "abcdef"}, Cut{"marked", "abcdef", 5, "ab…"},
                      Cut{"mark_alone", "abcdef", 3, "…"}, Cut{"no_room_for_the_mark", "abcdef", 2, "ab"},
                      Cut{"none", "abcdef", 0, ""}, Cut{"within_a_character", "ééé", 4, "…"},
                      Cut{"after_a_character", "ééé", 5, "é…"}, Cut{"only_half_a_character", "é", 1, ""}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace kedge
