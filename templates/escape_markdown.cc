// SPDX-License-Identifier: Apache-2.0
// GitHub's Markdown. Source: GFM 0.29 §6.1 (backslash escapes) and §6.9 (autolinks); mentions and references
// are found by GitHub after rendering, in the text, so a backslash does not stop them and U+200B does.
#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/escape.h"

namespace kedge::templates {
namespace {

constexpr std::string_view kAlwaysEscaped = "\\`*[]~$";
constexpr std::string_view kEscapedAtStart = "#-+=:/";

/// Bytes of `12.` or `12)` at the start of a line, without the last; 0: no list begins here.
std::size_t list_number(std::string_view line) {
  std::size_t digits = 0;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  const char end = char_at(line, digits);
  return digits > 0 && (end == '.' || end == ')') ? digits : 0;
}

}  // namespace

bool acts_with_next(std::string_view line, std::size_t at) {
  const char c = line[at];
  const char next = char_at(line, at + 1);
  if (c == '@') return is_word(next) || next == '_' || next == '-' || next == '&' || next == '!';
  if (c == '#') return is_word(next);
  if (c == '-') return is_digit(next) && at >= 2 && to_lower(line.substr(at - 2, 2)) == "gh";
  if (c == ':') return next == '/';
  if (c == 'w' || c == 'W') return next == '.' && at >= 2 && to_lower(line.substr(at - 2, 3)) == "www";
  return false;
}

std::string escape_markdown(std::string_view line, bool starts_line) {
  std::string out;
  out.reserve(line.size() + line.size() / 8);
  const std::size_t number = starts_line ? list_number(line) : 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool first = starts_line && i == 0;
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '|') {
      out += "&#124;";  // A backslash would part a table's cells where another stands before it.
    } else if (c == '_' && (i == 0 || !is_word(line[i - 1]) || !is_word(char_at(line, i + 1)))) {
      out += "\\_";
    } else if (kAlwaysEscaped.find(c) != std::string_view::npos ||
               (first && kEscapedAtStart.find(c) != std::string_view::npos) || (number > 0 && i == number)) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
    if (acts_with_next(line, i)) out += "&#8203;";
  }
  return out;
}

}  // namespace kedge::templates
