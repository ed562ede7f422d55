// SPDX-License-Identifier: Apache-2.0
// Properties over seeded texts, judged by GitHub's own Markdown reader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "bot/base/text.h"
#include "templates/escape.h"
#include "tests/unit/templates/gfm.h"
#include "tests/unit/templates/hostile.h"

namespace kedge::templates {
namespace {

using ::testing::AnyOf;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::GfmDocument;
using ::testing::HasSubstr;
using testing::hostile_text;
using ::testing::Not;
using testing::read_gfm;
using testing::without_zero_width;

constexpr int kTexts = 1500;

/// Nothing that GitHub would turn into a mention or a reference once it is shown, nor bots in the raw text.
void expect_inert(const std::string& raw, const std::string& shown) {
  static const std::regex kActs{R"((@[A-Za-z0-9])|(#[0-9])|([Gg][Hh]-[0-9])|(://)|([Ww]{3}\.))"};
  static const std::regex kCommand{R"((^|\n)[ \t]*/)"};
  EXPECT_FALSE(std::regex_search(shown, kActs)) << raw;
  EXPECT_FALSE(std::regex_search(raw, kCommand)) << raw;
  EXPECT_THAT(raw, Not(HasSubstr("<!--")));
  EXPECT_THAT(raw, Not(HasSubstr("-->")));
}

struct Place {
  const char* name;
  const char* before;
  const char* after;
  std::vector<std::string> nodes;
};

/// Everywhere a template puts a value.
const Place kPlaces[] = {
    {"paragraph", "", "", {}},
    {"item", "- ", "", {"list", "item"}},
    {"checkbox", "- [ ] ", "", {"list", "item", "tasklist"}},
    {"cell",
     "| a | b |\n| --- | --- |\n| x | ",
     " |\n",
     {"table", "table_header", "table_row", "table_cell"}},
    {"quote", "> ", "", {"block_quote"}},
    {"bold", "**b** ", "", {"strong"}},
    {"second line", "words\n", "", {"softbreak"}},
};

TEST(MarkdownText, ShowsTheSameWordsAndDoesNothingElse) {
  SplitMix64 random{0x5eed};
  for (int i = 0; i < kTexts; ++i) {
    const std::string words = hostile_text(random, 12, true);
    const std::string line = clean_line(words);
    const std::string raw = text(Target::markdown, words, 10'000).text;
    expect_inert(raw, read_gfm(raw).text);
    for (const Place& place : kPlaces) {
      SCOPED_TRACE(std::string(place.name) + ": " + raw);
      const GfmDocument document = read_gfm(place.before + raw + place.after);
      const std::string all = without_zero_width(document.text);
      ASSERT_TRUE(all.ends_with(line)) << all << "\nwanted: " << line;
      std::vector<std::string> allowed = place.nodes;
      allowed.insert(allowed.end(), {"document", "paragraph", "text"});
      ASSERT_THAT(document.nodes, Each(::testing::AnyOfArray(allowed)));
    }
  }
}

TEST(MarkdownCode, ShowsTheSameWordsAsOneSpan) {
  SplitMix64 random{0xc0de};
  for (int i = 0; i < kTexts; ++i) {
    const std::string words = hostile_text(random, 12, true);
    const std::string line = replace_all(clean_line(words), "|", "∣");
    const std::string raw = code(Target::markdown, words, 10'000).text;
    if (line.empty()) {
      EXPECT_EQ(raw, "");
      continue;
    }
    SCOPED_TRACE(raw);
    for (const std::string before : {"", "- ", "| a | b |\n| --- | --- |\n| x | "}) {
      const GfmDocument document = read_gfm(before + raw + (before.starts_with('|') ? " |" : ""));
      ASSERT_TRUE(without_zero_width(document.text).ends_with(line)) << document.text;
      ASSERT_EQ(document.nodes.count("code"), 1U);
      ASSERT_THAT(document.nodes, Each(AnyOf("document", "paragraph", "text", "code", "list", "item", "table",
                                             "table_header", "table_row", "table_cell")));
    }
    EXPECT_THAT(raw, Not(HasSubstr("<!--")));
  }
}

TEST(MarkdownCodeBlock, CannotBeLeft) {
  SplitMix64 random{0xb10c};
  for (int i = 0; i < kTexts; ++i) {
    const std::string words = hostile_text(random, 30, true);
    const std::string raw = code_block(Target::markdown, words, 10'000).text;
    SCOPED_TRACE(raw);
    const GfmDocument document = read_gfm(raw + "\n\nafter");
    ASSERT_THAT(document.nodes, Each(AnyOf("document", "paragraph", "text", "code_block")));
    ASSERT_EQ(document.blocks.size(), 1U);
    ASSERT_EQ(document.text, "after");
    static const std::regex kCommand{R"((^|\n)[ \t]*/)"};
    EXPECT_FALSE(std::regex_search(raw, kCommand));
    EXPECT_THAT(raw, Not(HasSubstr("<!--")));
  }
}

TEST(MarkdownQuote, HoldsEveryLine) {
  SplitMix64 random{0x900d};
  for (int i = 0; i < kTexts; ++i) {
    const std::string words = "said " + hostile_text(random, 30, true);
    const std::string raw = quote(Target::markdown, words, 10'000).text;
    SCOPED_TRACE(raw);
    const GfmDocument document = read_gfm(raw);
    expect_inert(raw, document.text);
    ASSERT_THAT(document.nodes, Each(AnyOf("document", "block_quote", "paragraph", "text", "linebreak")));
  }
}

TEST(MarkdownSentence, KeepsBalancedCodeAndEscapesTheRest) {
  SplitMix64 random{0x5e17};
  for (int i = 0; i < kTexts; ++i) {
    const std::string words = hostile_text(random, 12, true);
    const std::string raw = sentence(Target::markdown, words, 10'000).text;
    SCOPED_TRACE(raw);
    ASSERT_THAT(read_gfm(raw).nodes, Each(AnyOf("document", "paragraph", "text", "code")));
  }
  EXPECT_EQ(sentence(Target::markdown, "type `/resolve <reason>` *now*").text,
            "type `/resolve <reason>` \\*now\\*");
  EXPECT_EQ(sentence(Target::markdown, "one ` tick").text, "one \\` tick");
}

TEST(MarkdownSentences, AreLinesAndLists) {
  const std::string raw = sentences(Target::markdown, "Near it:\n- `a1b2c3d` @bob\n/rollback x", 1000).text;
  EXPECT_EQ(raw, "Near it:\n- `a1b2c3d` @&#8203;bob\n\\/rollback x");
  SplitMix64 random{0x11e5};
  for (int i = 0; i < kTexts; ++i) {
    const std::string some = sentences(Target::markdown, hostile_text(random, 20, true), 10'000).text;
    SCOPED_TRACE(some);
    ASSERT_THAT(read_gfm(some).nodes,
                Each(AnyOf("document", "paragraph", "text", "code", "softbreak", "list", "item")));
  }
}

TEST(MarkdownLink, GoesToTheWebOrNowhere) {
  EXPECT_EQ(link(Target::markdown, own("run"), "https://example.com/a(b)?x=1&copy=2").text,
            "[run](https://example.com/a%28b%29?x=1&amp;copy=2)");
  EXPECT_THAT(read_gfm("[run](https://example.com/?x=1&amp;copy=2)").urls,
              ElementsAre("https://example.com/?x=1&copy=2"));
  for (const std::string url :
       {"javascript:alert(1)", "data:text/html,x", "", "//example.com", "file:///etc"}) {
    EXPECT_EQ(link(Target::markdown, own("run"), url).text, "run") << url;
  }
}

TEST(MarkdownText, IsCutBeforeItIsEscaped) {
  EXPECT_EQ(text(Target::markdown, std::string(300, '*'), 3).text, "\\*\\*…");
}

}  // namespace
}  // namespace kedge::templates
