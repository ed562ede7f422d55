// SPDX-License-Identifier: Apache-2.0
// Slack's mrkdwn has three entities and no other escape: what would format is shown by a look-alike. Discord
// has backslashes, but reads mentions before them. Neither may show a preview of a link that a stranger
// wrote.
#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/escape.h"

namespace kedge::templates {
namespace {

std::string_view slack_substitute(std::string_view line, std::size_t at) {
  switch (line[at]) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '*':
      return "∗";
    case '~':
      return "∼";
    case '`':
      return "ˋ";
    case '_':
      return at > 0 && is_word(line[at - 1]) && is_word(char_at(line, at + 1)) ? "" : "ˍ";
    default:
      return "";
  }
}

}  // namespace

std::string escape_slack(std::string_view line) {
  std::string out;
  out.reserve(line.size() + line.size() / 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view substitute = slack_substitute(line, i);
    if (substitute.empty()) {
      out += line[i];
    } else {
      out += substitute;
    }
    if (acts_with_next(line, i)) out += kZeroWidthSpace;
  }
  return out;
}

std::string escape_discord(std::string_view line, bool starts_line) {
  constexpr std::string_view kEscaped = "\\*_~`|<>[]()";
  std::string out;
  out.reserve(line.size() + line.size() / 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool marks_line =
        starts_line && i == 0 && std::string_view{"#-+"}.find(c) != std::string_view::npos;
    const bool lists =
        starts_line && i > 0 && c == '.' && is_digit(line[i - 1]) && char_at(line, i + 1) == ' ';
    if (marks_line || lists || kEscaped.find(c) != std::string_view::npos) out += '\\';
    out += c;
    if (c == '<' || acts_with_next(line, i)) out += kZeroWidthSpace;
  }
  return out;
}

}  // namespace kedge::templates
