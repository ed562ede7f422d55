// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "bot/base/text.h"
#include "templates/escape.h"
#include "tests/unit/templates/hostile.h"

namespace kedge::templates {
namespace {

using ::testing::HasSubstr;
using testing::hostile_text;
using ::testing::Not;
using testing::without_zero_width;

/// Reads Slack's three entities and our look-alikes back.
std::string slack_shown(std::string raw) {
  const std::pair<const char*, const char*> marks[] = {
      {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"∗", "*"}, {"∼", "~"}, {"ˋ", "`"}, {"ˍ", "_"}};
  for (const auto& [from, to] : marks) raw = replace_all(std::move(raw), from, to);
  return without_zero_width(raw);
}

std::string discord_shown(const std::string& raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) ++i;
    out += raw[i];
  }
  return without_zero_width(out);
}

TEST(SlackText, ShowsTheSameWordsAndHasNoMarkup) {
  const std::regex kActs{"@[A-Za-z0-9!]|#[A-Za-z0-9]|://"};
  const std::regex kBareEntity{"&(?!amp;|lt;|gt;)"};
  SplitMix64 random{0x51ac};
  for (int i = 0; i < 1500; ++i) {
    const std::string words = hostile_text(random, 12, true);
    const std::string raw = text(Target::slack, words, 10'000).text;
    SCOPED_TRACE(raw);
    ASSERT_EQ(raw.find_first_of("<>*~`"), std::string::npos);
    ASSERT_FALSE(std::regex_search(raw, kActs));
    ASSERT_FALSE(std::regex_search(raw, kBareEntity));
    ASSERT_EQ(slack_shown(raw), clean_line(words));
  }
}

TEST(DiscordText, ShowsTheSameWordsAndMentionsNobody) {
  const std::regex kActs{"<[@#:!]|@[A-Za-z0-9!&]|://"};
  SplitMix64 random{0xd15c};
  for (int i = 0; i < 1500; ++i) {
    const std::string words = hostile_text(random, 12, true);
    const std::string raw = text(Target::discord, words, 10'000).text;
    SCOPED_TRACE(raw);
    ASSERT_FALSE(std::regex_search(raw, kActs));
    ASSERT_EQ(discord_shown(raw), clean_line(words));
  }
}

TEST(ChatCode, CannotBeLeft) {
  SplitMix64 random{0xcc};
  for (int i = 0; i < 800; ++i) {
    const std::string words = hostile_text(random, 12, true);
    for (const Target target : {Target::slack, Target::discord}) {
      const std::string span = code(target, words, 10'000).text;
      if (clean_line(words).empty()) continue;
      ASSERT_EQ(std::ranges::count(span, '`'), 2) << span;
      ASSERT_EQ(span.find('\n'), std::string::npos);
      const std::string block = code_block(target, words, 10'000).text;
      ASSERT_EQ(block.find("```", 3), block.size() - 3) << block;
    }
    ASSERT_EQ(code(Target::slack, words, 10'000).text.find_first_of("<>"), std::string::npos);
  }
}

TEST(ChatLink, IsInTheProductsForm) {
  EXPECT_EQ(link(Target::slack, own("#43"), "https://example.com/?a=1&b=2").text,
            "<https://example.com/?a=1&amp;b=2|#43>");
  EXPECT_EQ(link(Target::slack, text(Target::slack, "a|b>c"), "https://example.com/x|y>z").text,
            "<https://example.com/x%7Cy%3Ez|a∣b&gt;c>");
  EXPECT_EQ(link(Target::discord, own("#43"), "https://example.com/").text, "[#43](<https://example.com/>)");
  EXPECT_EQ(link(Target::plain, own("#43"), "https://example.com/").text, "#43 <https://example.com/>");
}

TEST(ChatQuote, MarksEveryLine) {
  EXPECT_EQ(quote(Target::slack, "one\n\n<!channel> two\n", 100).text, "> one\n>\n> &lt;!channel&gt; two");
  EXPECT_EQ(quote(Target::plain, "one\ntwo", 100).text, "> one\n> two");
}

TEST(Clean, LeavesNoControlsAndNothingThatRunsBackwards) {
  EXPECT_EQ(clean("a\x1b[31mred\x1b[0m\x1b]0;title\x07 b\x01\x7f"), "ared b");
  EXPECT_EQ(clean("\u202edesrever\u202c \u2066x\u2069 \u200bz\ufeff"), "desrever x z");
  EXPECT_EQ(clean("a\r\nb\rc\u2028d"), "a\nb\nc\nd");
  EXPECT_EQ(clean("\xff ok \xc3"), "\ufffd ok \ufffd");
  EXPECT_EQ(clean_line(" a\n\t b\u00a0c "), "a b c");
  SplitMix64 random{0xc1ea};
  for (int i = 0; i < 1500; ++i) {
    std::string bytes;
    for (std::size_t n = random.below(40); n > 0; --n) bytes += static_cast<char>(random.below(256));
    const std::string once = clean(bytes);
    ASSERT_TRUE(is_valid_utf8(once));
    ASSERT_EQ(clean(once), once);
  }
}

TEST(Cut, CountsUtf16AndKeepsCharactersWhole) {
  EXPECT_EQ(length_utf16("aé日🚀"), 5U);
  EXPECT_EQ(cut("aé日🚀", 5), "aé日🚀");
  EXPECT_EQ(cut("aé日🚀", 4), "aé日…");
  EXPECT_EQ(cut("🚀🚀", 3), "🚀…");
  EXPECT_EQ(cut("abc", 0), "");
  EXPECT_EQ(cut("abc", 1), "…");
}

TEST(Title, IsOneLineThatMentionsNobodyAndClosesNothing) {
  EXPECT_EQ(title("Fix\n@alice (fixes #12) GH-3 a@b C# -->", 256),
            "Fix @\u200balice (fixes #\u200b12) GH-\u200b3 a@\u200bb C# -->");
  EXPECT_EQ(length_utf16(title(std::string(1000, '@') + "x", 256)), 256U);
}

TEST(Listed, ReadsAloud) {
  EXPECT_EQ(listed({}).text, "");
  EXPECT_EQ(listed({own("a"), own("")}).text, "a");
  EXPECT_EQ(listed({own("a"), own("b")}).text, "a and b");
  EXPECT_EQ(listed({own("a"), own("b"), own("c")}).text, "a, b and c");
}

}  // namespace
}  // namespace kedge::templates
