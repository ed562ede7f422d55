// SPDX-License-Identifier: Apache-2.0
// Agreement with the reference implementation of CommonMark, on documents that its parser judged beforehand
// (tests/fixtures/markdown/generate.mjs makes more).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bot/incident/markdown.h"

namespace kedge::incident {
namespace {

/// The words `/x<number>` that plain lines begin with.
std::vector<std::string> marked_words(std::string_view markdown) {
  std::vector<std::string> words;
  for (const std::string_view line : plain_lines(markdown)) {
    if (!line.starts_with("/x")) continue;
    const std::size_t end = line.find_first_not_of("0123456789", 2);
    words.emplace_back(line.substr(0, end));
  }
  return words;
}

TEST(PlainLines, AreThoseOfTheReferenceImplementation) {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/markdown/commonmark.jsonl");
  std::size_t documents = 0;
  std::size_t plain = 0;
  for (std::string line; std::getline(file, line); ++documents) {
    const auto row = nlohmann::json::parse(line);
    const auto expected = row.at("plain").get<std::vector<std::string>>();
    plain += expected.size();
    const std::string text = row.at("text");
    EXPECT_EQ(marked_words(text), expected) << text;
  }
  EXPECT_EQ(documents, 600U);
  EXPECT_GT(plain, 100U) << "rows that expect nothing prove little";
}

}  // namespace
}  // namespace kedge::incident
