// SPDX-License-Identifier: Apache-2.0
#include "bot/base/text.h"

#include <gtest/gtest.h>

namespace kedge {
namespace {

using Words = std::vector<std::string>;

TEST(Text, TrimsWhiteSpaceAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim("\xc2\xa0"), "\xc2\xa0") << "only what is white in ASCII";
}

TEST(Text, CaseIsOfAsciiAlone) {
  EXPECT_EQ(to_lower("AbC-É"), "abc-É");
  EXPECT_TRUE(equals_ignore_case("Renovate[bot]", "renovate[BOT]"));
  EXPECT_FALSE(equals_ignore_case("a", "ab"));
  EXPECT_FALSE(equals_ignore_case("É", "é"));
}

struct Split {
  const char* name;
  const char* text;
  Words at_commas;
  Words lines;
  Words words;
};

class SplitText : public ::testing::TestWithParam<Split> {};

TEST_P(SplitText, KeepsEveryPart) {
  EXPECT_EQ(split(GetParam().text, ','), GetParam().at_commas);
  EXPECT_EQ(split_lines(GetParam().text), GetParam().lines);
  EXPECT_EQ(split_words(GetParam().text), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SplitText,
    ::testing::Values(Split{"empty", "", {""}, {}, {}}, Split{"one", "a", {"a"}, {"a"}, {"a"}},
                      Split{"commas", ",a,,b,", {"", "a", "", "b", ""}, {",a,,b,"}, {",a,,b,"}},
                      Split{"lf", "a\nb\n", {"a\nb\n"}, {"a", "b"}, {"a", "b"}},
                      Split{"crlf", "a\r\n\r\nb", {"a\r\n\r\nb"}, {"a", "", "b"}, {"a", "b"}},
                      Split{"blanks", " a \t b ", {" a \t b "}, {" a \t b "}, {"a", "b"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Text, JoinsWithTheSeparatorBetween) {
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({"a", "", "a"}, ", "), "a, , a");
}

TEST(Text, ReplacesWhatWasThereAndNotWhatItWrote) {
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abab", "ab", ""), "");
  EXPECT_EQ(replace_all("abc", "x", "y"), "abc");
}

struct Coded {
  const char* name;
  std::string bytes;
  const char* hex;
  const char* base32;
  const char* base64;
};

class Encode : public ::testing::TestWithParam<Coded> {};

TEST_P(Encode, GivesThePublishedForms) {
  EXPECT_EQ(to_hex(GetParam().bytes), GetParam().hex);
  EXPECT_EQ(from_hex(GetParam().hex), GetParam().bytes);
  EXPECT_EQ(to_base32(GetParam().bytes), GetParam().base32);
  EXPECT_EQ(to_base64(GetParam().bytes), GetParam().base64);
  EXPECT_EQ(from_base64(GetParam().base64), GetParam().bytes);
}

// Source: RFC 4648, section 10; base32 here is in lower case and without padding.
INSTANTIATE_TEST_SUITE_P(
    Rows, Encode,
    ::testing::Values(Coded{"empty", "", "", "", ""}, Coded{"f", "f", "66", "my", "Zg=="},
                      Coded{"fo", "fo", "666f", "mzxq", "Zm8="},
                      Coded{"foo", "foo", "666f6f", "mzxw6", "Zm9v"},
                      Coded{"foob", "foob", "666f6f62", "mzxw6yq", "Zm9vYg=="},
                      Coded{"fooba", "fooba", "666f6f6261", "mzxw6ytb", "Zm9vYmE="},
                      Coded{"foobar", "foobar", "666f6f626172", "mzxw6ytboi", "Zm9vYmFy"},
                      Coded{"all_bits", std::string("\x00\xff\xfe", 3), "00fffe", "ad774", "AP/+"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Hex, IsReadInEitherCaseAndNotByHalves) {
  EXPECT_EQ(from_hex("4B6a"), "Kj");
  EXPECT_EQ(from_hex("4b6"), "");
  EXPECT_EQ(from_hex("4b6g"), "");
  EXPECT_TRUE(is_hex("0123456789abcdefABCDEF"));
  EXPECT_FALSE(is_hex("a1b2 "));
}

struct Distance {
  const char* name;
  const char* a;
  const char* b;
  std::size_t steps;
};

class EditDistance : public ::testing::TestWithParam<Distance> {};

TEST_P(EditDistance, CountsStepsEitherWay) {
  EXPECT_EQ(edit_distance(GetParam().a, GetParam().b), GetParam().steps);
  EXPECT_EQ(edit_distance(GetParam().b, GetParam().a), GetParam().steps);
}

INSTANTIATE_TEST_SUITE_P(Rows, EditDistance,
                         ::testing::Values(Distance{"same", "main", "main", 0},
                                           Distance{"empty", "", "main", 4},
                                           Distance{"insert", "rollback", "rollbacks", 1},
                                           Distance{"swap", "mian", "main", 2},
                                           Distance{"words", "kitten", "sitting", 3}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace kedge
