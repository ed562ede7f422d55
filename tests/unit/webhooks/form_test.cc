// SPDX-License-Identifier: Apache-2.0
#include "webhooks/form.h"

#include <gtest/gtest.h>

#include <vector>

namespace kedge::webhooks {
namespace {

struct FormRow {
  std::string_view name;
  std::string_view body;
  std::optional<std::string> payload;
};

TEST(Form, DecodesTheFirstFieldOfTheName) {
  const std::vector<FormRow> rows{
      {"Json", "payload=%7B%22a%22%3A+1%7D", R"({"a": 1})"},
      {"LowerCaseHex", "payload=%7b%7d", "{}"},
      {"NotEncoded", "payload={}", "{}"},
      {"Utf8", "payload=%22%C3%A9%22", "\"\xc3\xa9\""},
      {"EncodedPlus", "payload=1%2B1", "1+1"},
      {"OtherFieldsAround", "a=1&payload=2&b=3", "2"},
      {"FirstWins", "payload=1&payload=2", "1"},
      {"NameIsEncoded", "pay%6Coad=1", "1"},
      {"EqualsInValue", "payload=a=b", "a=b"},
      {"EmptyValue", "payload=", ""},
      {"NoEquals", "payload", ""},
      {"EmptyPairs", "&&payload=1&&", "1"},
      {"HalfAnEscapeStandsForItself", "payload=100%", "100%"},
      {"BadEscapeStandsForItself", "payload=%zz%4", "%zz%4"},
      {"SignIsNoHex", "payload=%+1", "% 1"},
      {"Absent", "a=1", std::nullopt},
      {"LongerName", "payloads=1", std::nullopt},
      {"OtherCase", "Payload=1", std::nullopt},
      {"Empty", "", std::nullopt},
  };
  for (const FormRow& row : rows) EXPECT_EQ(form_field(row.body, "payload"), row.payload) << row.name;
}

TEST(Form, KeepsNulBytes) {
  EXPECT_EQ(form_field("payload=a%00b", "payload"), std::string("a\0b", 3));
}

}  // namespace
}  // namespace kedge::webhooks
