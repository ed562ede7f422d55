// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/markdown.h"

#include <gmock/gmock.h>

#include <string>

namespace kedge::incident {
namespace {

struct MarkdownRow {
  std::string_view name;
  std::string_view markdown;
  bool plain = false;  ///< Is the line `/x` in it plain?
};

bool has_plain_x(std::string_view markdown) {
  const auto lines = plain_lines(markdown);
  return std::ranges::find(lines, "/x") != lines.end();
}

void expect_rows(const std::vector<MarkdownRow>& rows) {
  for (const MarkdownRow& row : rows) EXPECT_EQ(has_plain_x(row.markdown), row.plain) << row.name;
}

TEST(PlainLines, AreLinesOfTopLevelParagraphs) {
  expect_rows({
      {"Alone", "/x", true},
      {"AfterText", "Some words\n/x", true},
      {"AfterAnEmptyLine", "Some words\n\n/x", true},
      {"BeforeText", "/x\nSome words", true},
      {"CarriageReturns", "Some words\r\n/x\r\nmore\r\n", true},
      {"ThreeBlanks", "   /x", true},
      {"FourBlanks", "    /x", false},
      {"Tab", "\t/x", false},
      {"FourBlanksInsideAParagraph", "words\n    /x", false},
      {"TrailingBlanks", "/x  \t", true},
      {"BelowAHeading", "# Title\n/x", true},
      {"InAHeading", "# /x", false},
      {"UnderlinedAsHeading", "/x\n---\nsignature", true},
      {"BelowABreak", "***\n/x", true},
      {"NotFirst", "please /x", false},
      {"Emphasised", "**/x**", false},
      {"Escaped", "\\/x", false},
      {"NoBreakSpaceBefore", "\xc2\xa0/x", false},
  });
}

TEST(PlainLines, AreNotInQuotes) {
  expect_rows({
      {"Quoted", "> /x", false},
      {"QuotedWithoutBlank", ">/x", false},
      {"QuotedIndented", "   > /x", false},
      {"LazyLineBelowAQuote", "> she said\n/x", false},
      {"LazyLineBelowANestedQuote", "> > she said\n/x", false},
      {"LazyLineLaterOn", "> she said\nand\n/x", false},
      {"EmptyLineEndsTheQuote", "> she said\n\n/x", true},
      {"EmptyQuotedLineEndsTheParagraph", "> she said\n>\n/x", true},
      {"QuotedHeadingLeavesNoParagraph", "> # Title\n/x", true},
      {"QuotedFenceLeavesNoParagraph", "> ```\n> code\n/x", true},
      {"QuotedCodeLeavesNoParagraph", ">     code\n/x", true},
      {"QuoteInterruptsAParagraph", "words\n> /x", false},
      {"QuoteInAList", "- > /x", false},
      {"ReplyByMail", "On Monday alice wrote:\n> please\n> /x\n", false},
      {"Alert", "> [!NOTE]\n> /x", false},
  });
}

TEST(PlainLines, AreNotInLists) {
  expect_rows({
      {"Item", "- /x", false},
      {"NumberedItem", "1. /x", false},
      {"LazyLineBelowAnItem", "- checked the logs\n/x", false},
      {"LazyLineBelowANestedItem", "- a\n  - b\n/x", false},
      {"IndentedInAnItem", "- a\n\n  /x", false},
      {"TwoColumnsAreNotEnoughForANumber", "1. a\n\n  /x", true},
      {"ThreeColumnsAre", "1. a\n\n   /x", false},
      {"EmptyLineEndsTheList", "- a\n\n/x", true},
      {"SeveralEmptyLines", "- a\n\n\n/x", true},
      {"EmptyItem", "-\n/x", true},
      {"EmptyItemAndItsContent", "-\n  /x", false},
      {"EmptyItemHasOneEmptyLineAtMost", "-\n\n  /x", true},
      {"TaskList", "- [x] done\n- [ ] /x", false},
      {"NoMarkerWithoutABlank", "-a\n/x", true},
      {"OnlyOneInterruptsAParagraph", "words\n2. a\n/x", true},
      {"OneInterruptsAParagraph", "words\n1. a\n/x", false},
      {"TenDigitsAreNoMarker", "1234567890. a\n/x", true},
      {"BreakOfStarsIsNoItem", "* * *\n/x", true},
      {"FenceInAnItem", "- ```\n  /x\n  ```", false},
      {"FenceInAnItemEndsWithIt", "- ```\n/x", true},
  });
}

TEST(PlainLines, AreNotInCodeBlocks) {
  expect_rows({
      {"Fenced", "```\n/x\n```", false},
      {"FencedWithLanguage", "```sh\n/x\n```", false},
      {"Tildes", "~~~\n/x\n~~~", false},
      {"AfterTheFence", "```\ncode\n```\n/x", true},
      {"NeverClosed", "```\ncode\n\n/x", false},
      {"ShorterFenceDoesNotClose", "````\n```\n/x\n````", false},
      {"LongerFenceCloses", "```\ncode\n`````\n/x", true},
      {"OtherMarkDoesNotClose", "```\n~~~\n/x", false},
      {"ClosingFenceTakesNoLanguage", "```\n``` sh\n/x", false},
      {"IndentedFenceDoesNotClose", "```\n    ```\n/x", false},
      {"FenceInterruptsAParagraph", "words\n```\n/x\n```", false},
      {"TwoBackticksAreNoFence", "``\n/x", true},
      {"BackticksInItsInfoMakeNoFence", "``` a`b\n/x", true},
      {"Indented", "    /x", false},
      {"IndentedAfterText", "words\n\n    /x", false},
      {"AfterIndented", "    code\n/x", true},
      {"EmptyLinesInside", "```\n\n\n/x\n```", false},
      {"QuoteMarkInside", "```\n> a\n/x\n```", false},
  });
}

TEST(PlainLines, AreNotInCodeSpans) {
  expect_rows({
      {"SpanOverLines", "see `this\n/x\nhere`", false},
      {"SpanBegunEarlierEndsOnTheLine", "see `this\n/x`", false},
      {"DoubleBackticks", "see ``this `\n/x\n``", false},
      {"ClosedBefore", "see `this`\n/x", true},
      {"NeverClosed", "see `this\n/x", true},
      {"OtherLengthDoesNotClose", "see `this\n/x\n``", true},
      {"DoesNotCrossAnEmptyLine", "see `this\n\n/x\n\nhere`", true},
      {"DoesNotCrossABlock", "see `this\n# Title\n/x\nhere`", true},
      {"EscapedBacktickOpensNothing", "see \\`this\n/x\nhere`", true},
      {"EscapedBackslashDoesNotEscape", "see \\\\`this\n/x\nhere`", false},
      {"BackslashInsideDoesNotEscape", "`a\\`\n/x\n`", true},
      {"OpensOnlyAfterAnEarlierSpan", "`a` `b\n/x\n`", false},
  });
}

TEST(PlainLines, AreNotInHtml) {
  expect_rows({
      {"Comment", "<!--\n/x\n-->", false},
      {"CommentOverEmptyLines", "<!-- a\n\n/x\n\n-->", false},
      {"CommentNeverClosed", "<!-- a\n\n/x", false},
      {"AfterAComment", "<!-- a -->\n/x", true},
      {"CommentInAParagraph", "words <!-- a\n/x\n-->", false},
      {"CommentInAParagraphNeverClosed", "words <!-- a\n/x", true},
      {"Pre", "<pre>\n\n/x\n</pre>", false},
      {"Script", "<script>\n\n/x\n</script>", false},
      {"Instruction", "<?php\n/x\n?>", false},
      {"Declaration", "<!DOCTYPE\n/x\n>", false},
      {"CData", "<![CDATA[\n\n/x\n]]>", false},
      {"BlockTag", "<div>\n/x\n</div>", false},
      {"BlockTagInterruptsAParagraph", "words\n<div>\n/x\n</div>", false},
      {"BlockTagEndsAtAnEmptyLine", "<p>words</p>\n\n/x", true},
      {"OtherTagAlone", "<b>\n/x\n</b>", false},
      {"OtherTagDoesNotInterrupt", "words\n<b>\n/x", true},
      {"AttributesOverLines", "words <a title='\n/x\n'>", false},
      {"TagNeverClosed", "words <a title='\n/x", true},
      {"LessThan", "a < b\n/x", true},
      {"Address", "<https://example.com>\n/x", true},
      {"SpanHidesATag", "`<code>`\n/x", true},
      {"EscapedTag", "words \\<code>\n/x", true},
  });
}

TEST(PlainLines, AreNotInElementsThatShow) {
  expect_rows({
      {"Details", "<details>\n<summary>log</summary>\n\n/x\n\n</details>", false},
      {"AfterDetails", "<details>\n\nlog\n\n</details>\n\n/x", true},
      {"Blockquote", "<blockquote>\n\n/x\n\n</blockquote>", false},
      {"NestedBlockquote", "<blockquote>\n<blockquote>\n\na\n\n</blockquote>\n\n/x", false},
      {"CodeInAParagraph", "see <code>\n/x\n</code>", false},
      {"CodeInCapitals", "see <CODE>\n/x\n</CODE>", false},
      {"ClosedOnTheLine", "see <code>a</code>\n/x", true},
      {"Struck", "<del>\n\n/x\n\n</del>", false},
      {"CloseWithoutOpen", "</details>\n\n/x", true},
      {"LineBreaksAreNoElement", "a<br>\n/x", true},
      {"Image", "<img src=a>\n\n/x", true},
      {"OpenInAComment", "<!-- <details> -->\n/x", true},
      {"OpenInAList", "- <details>\n\n/x", true},
  });
}

TEST(PlainLines, KeepOrderAndText) {
  EXPECT_THAT(plain_lines("a\n> b\n\n  c d \n```\ne\n```\nf"), ::testing::ElementsAre("a", "c d", "f"));
  EXPECT_THAT(plain_lines(""), ::testing::IsEmpty());
  EXPECT_THAT(plain_lines("\n\n \n"), ::testing::IsEmpty());
  EXPECT_THAT(plain_lines("a\tb"), ::testing::ElementsAre("a\tb"));
}

/// GitHub takes comments of 65,536 characters; twice as much of each pattern must not take noticeable time.
/// The test's own time limit is what fails here.
TEST(PlainLines, AreFoundInHostileTextWithoutEffort) {
  constexpr std::size_t kBytes = 128 * 1024;
  for (const std::string_view pattern :
       {"`",  "` ``",  "<",  "<!--", "<a ", "<a b='", "<a b=\"", "</", "<?",    "<![CDATA[", "<!A",
        "> ", ">",     "- ", "1. ",  "-\n", "> - ",   "\t",      "\\", "```\n", "<div>\n",   "<details>\n\n",
        "*",  "***\n", "\n", "#",    "[",   "]("}) {
    std::string text;
    while (text.size() < kBytes) text += pattern;
    EXPECT_FALSE(has_plain_x(text)) << pattern;
  }
  std::string runs;
  for (std::size_t length = 1; length < 1200; ++length) runs += std::string(length, '`') + " ";
  EXPECT_FALSE(has_plain_x(runs));
  std::string nested;
  for (int i = 0; i < 5000; ++i) nested += "- ";
  nested += "a";
  for (int i = 0; i < 50'000; ++i) nested += "\n";
  EXPECT_TRUE(has_plain_x(nested + "/x"));
}

}  // namespace
}  // namespace kedge::incident
