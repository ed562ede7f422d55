// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/templates/hostile.h"

#include <array>
#include <string_view>

#include "bot/base/text.h"

namespace kedge::testing {
namespace {

constexpr std::array<std::string_view, 92> kPieces{"a",
                                                   "Z",
                                                   "9",
                                                   "word",
                                                   " ",
                                                   "  ",
                                                   "\t",
                                                   "é",
                                                   "日本",
                                                   "🚀",
                                                   "_",
                                                   "__",
                                                   "*",
                                                   "**",
                                                   "***",
                                                   "~",
                                                   "~~",
                                                   "`",
                                                   "``",
                                                   "```",
                                                   "~~~",
                                                   "\\",
                                                   "\\\\",
                                                   "|",
                                                   "\\|",
                                                   "[",
                                                   "]",
                                                   "(",
                                                   ")",
                                                   "[x](y)",
                                                   "![i](j)",
                                                   "[^1]",
                                                   "[^1]: note",
                                                   "[ref]: https://example.com",
                                                   "<",
                                                   ">",
                                                   "<b>",
                                                   "</b>",
                                                   "<!--",
                                                   "-->",
                                                   "<!-- kedge:issue id=7/1/0 -->",
                                                   "<!-- kedge:state:end -->",
                                                   "<script>alert(1)</script>",
                                                   "<https://example.com>",
                                                   "<a@example.com>",
                                                   "<?php",
                                                   "<![CDATA[",
                                                   "&",
                                                   "&amp;",
                                                   "&#64;",
                                                   "&commat;team",
                                                   "&lt;",
                                                   "@",
                                                   "@team",
                                                   "@acme/team",
                                                   "@everyone",
                                                   "@here",
                                                   "<!channel>",
                                                   "<!here>",
                                                   "<@U024BE7LH>",
                                                   "<@&1234>",
                                                   "<#C1>",
                                                   "#",
                                                   "#1",
                                                   "acme/api#12",
                                                   "GH-1",
                                                   "gh-22",
                                                   "# h",
                                                   "###### h",
                                                   "-",
                                                   "- ",
                                                   "+ ",
                                                   "1. ",
                                                   "1) ",
                                                   "---",
                                                   "===",
                                                   ":--",
                                                   ":-: | :-:",
                                                   "> q",
                                                   "/rollback",
                                                   "/kedge ack",
                                                   "http://example.com/a_b",
                                                   "HTTPS://example.com",
                                                   "www.example.com",
                                                   "ftp://example.com",
                                                   "mailto:a@example.com",
                                                   "xmpp:a@example.com",
                                                   "a.b-c_d@example.co",
                                                   "$x$",
                                                   "$$",
                                                   "!",
                                                   "\xe2\x80\xae"};

}  // namespace

std::string hostile_text(SplitMix64& random, std::size_t pieces_max, bool lines) {
  std::string text;
  const std::size_t count = random.below(pieces_max) + 1;
  for (std::size_t i = 0; i < count; ++i) {
    text += kPieces[random.below(kPieces.size())];
    if (lines && random.chance(15)) text += random.chance(50) ? "\n" : "\r\n    ";
    if (random.chance(2)) text += static_cast<char>(random.below(256));
  }
  return text;
}

std::string without_zero_width(const std::string& text) {
  return replace_all(text, "\u200b", "");
}

}  // namespace kedge::testing
