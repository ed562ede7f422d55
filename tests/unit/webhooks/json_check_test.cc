// SPDX-License-Identifier: Apache-2.0
#include "webhooks/json_check.h"

#include <gtest/gtest.h>

#include <vector>

#include "webhooks/json_view.h"

namespace kedge::webhooks {
namespace {

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + "1" + std::string(levels, ']');
}

struct CheckRow {
  std::string_view name;
  std::string text;
};

TEST(JsonCheck, AcceptsWhatIsJson) {
  const std::vector<CheckRow> rows{
      {"Object", "{}"},
      {"Blanks", " \n\t{ \"a\" : [ 1 , 2 ] }\r\n"},
      {"Array", "[1,2.5,-3e8,true,false,null]"},
      {"Scalar", "7"},
      {"Escapes", R"({"a":"\u00e9\n\"\\\ud83d\ude00"})"},
      {"LargestIds", "[9223372036854775807,18446744073709551615]"},
      {"IntegerOfMoreThan64Bits", "{\"client_payload\":123456789012345678901234567890}"},
      {"NegativeBigInteger", "[-9223372036854775809]"},
      {"BracketsInStrings", "[\"" + std::string(1000, '[') + "\"]"},
      {"DeepestAllowed", nested(kJsonDepthMax)},
      {"WideAndFlat", "[" + std::string(300, '7').append(",[]") + "]"},
  };
  for (CheckRow row : rows) {
    const std::string before = row.text;
    EXPECT_EQ(json_problem(row.text), "") << row.name;
    EXPECT_EQ(row.text, before) << row.name;
  }
}

TEST(JsonCheck, NamesWhatIsWrong) {
  const std::vector<CheckRow> rows{
      {"Truncated", R"({"a":[1,2)"},
      {"TruncatedString", R"({"a":"b)"},
      {"TruncatedEscape", R"(["\u12)"},
      {"NoValue", R"({"a":})"},
      {"TrailingComma", "[1,]"},
      {"SingleQuotes", "{'a':1}"},
      {"TwoValues", "{} {}"},
      {"Words", "payload"},
      {"NotANumber", "[NaN]"},
      {"LeadingZero", "[012]"},
      {"ControlCharacter", "[\"a\nb\"]"},
      {"Nul", std::string("[\0]", 3)},
      {"Unbalanced", "[}"},
      {"Comment", "{/* */}"},
  };
  for (CheckRow row : rows) EXPECT_NE(json_problem(row.text), "") << row.name;

  std::string empty;
  EXPECT_EQ(json_problem(empty), "empty");
  std::string latin1 = "[\"caf\xe9\"]";
  EXPECT_EQ(json_problem(latin1), "not UTF-8");
}

TEST(JsonCheck, RefusesDeepNestingOfEveryKind) {
  std::string objects;
  for (std::size_t i = 0; i <= kJsonDepthMax; ++i) objects += "{\"a\":";
  const std::vector<CheckRow> rows{
      {"OneLevelMore", nested(kJsonDepthMax + 1)},
      {"AMillion", nested(1'000'000)},
      {"Objects", objects + "1" + std::string(kJsonDepthMax + 1, '}')},
      {"BehindABigInteger", "[123456789012345678901234567890," + nested(100'000) + "]"},
  };
  for (CheckRow row : rows) EXPECT_EQ(json_problem(row.text), "nested too deep") << row.name;
  std::string open_only(5'000'000, '[');
  EXPECT_NE(json_problem(open_only), "");
}

TEST(JsonCheck, KeepsItsLimitAfterALargeText) {
  std::string large = "[\"" + std::string(3'000'000, 'x') + "\"]";
  EXPECT_EQ(json_problem(large), "");
  std::string deep = nested(kJsonDepthMax + 1);
  EXPECT_EQ(json_problem(deep), "nested too deep");
  std::string allowed = nested(kJsonDepthMax);
  EXPECT_EQ(json_problem(allowed), "");
}

TEST(JsonCheck, AgreesWithTheParserAboutDepth) {
  EXPECT_TRUE(JsonDocument::parse(nested(kJsonDepthMax)).has_value());
  EXPECT_FALSE(JsonDocument::parse(nested(kJsonDepthMax + 1)).has_value());
}

}  // namespace
}  // namespace kedge::webhooks
