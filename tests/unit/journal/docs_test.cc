// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "tests/unit/journal/filled.h"

namespace kedge::journal {
namespace {

std::string page() {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/docs/event-log.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The line of the tables that documents `type`; empty: none.
std::string line_of(const std::string& text, std::string_view type) {
  std::string start = "\n| `" + std::string(type) + "` |";
  const std::size_t at = text.find(start);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

template <typename T>
void expect_documented(const std::string& text) {
  const std::string line = line_of(text, Stored<T>::kType);
  ASSERT_FALSE(line.empty()) << Stored<T>::kType << " is missing from docs/event-log.md";
  T value;
  Fields<T>::each(value, [&](const char* name, const auto&) {
    if (std::string_view(name) == "incident") return;
    EXPECT_THAT(line, testing::HasSubstr("`" + std::string(name) + "`")) << Stored<T>::kType;
  });
}

TEST(EventLogPage, NamesEveryEventWithItsFields) {
  const std::string text = page();
  test::for_each_alternative<incident::EventBody>([&]<typename T>(const T&) { expect_documented<T>(text); });
}

TEST(EventLogPage, NamesEveryEffectWithItsFields) {
  const std::string text = page();
  test::for_each_alternative<incident::EffectBody>([&]<typename T>(const T&) { expect_documented<T>(text); });
}

TEST(EventLogPage, NamesEveryTimer) {
  const std::string text = page();
  for (const incident::TimerKind kind : Names<incident::TimerKind>::all)
    EXPECT_THAT(text, testing::HasSubstr("`" + std::string(Names<incident::TimerKind>::of(kind)) + "`"));
}

}  // namespace
}  // namespace kedge::journal
