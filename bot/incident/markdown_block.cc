// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/markdown_block.h"

#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "bot/incident/markdown_inline.h"

namespace kedge::incident::markdown {
namespace {

constexpr std::array<std::string_view, 4> kRawText{"script", "pre", "style", "textarea"};
constexpr std::array<std::string_view, 62> kBlockTags{
    "address",  "article",    "aside",  "base",    "basefont", "blockquote", "body",     "caption",  "center",
    "col",      "colgroup",   "dd",     "details", "dialog",   "dir",        "div",      "dl",       "dt",
    "fieldset", "figcaption", "figure", "footer",  "form",     "frame",      "frameset", "h1",       "h2",
    "h3",       "h4",         "h5",     "h6",      "head",     "header",     "hr",       "html",     "iframe",
    "legend",   "li",         "link",   "main",    "menu",     "menuitem",   "nav",      "noframes", "ol",
    "optgroup", "option",     "p",      "param",   "search",   "section",    "summary",  "table",    "tbody",
    "td",       "tfoot",      "th",     "thead",   "title",    "tr",         "track",    "ul"};

std::string_view without_indent(std::string_view text) {
  return text.substr(indent_of(text));
}

/// The name that a line begins with behind `<` or `</`.
std::string_view tag_name(std::string_view rest) {
  const auto end = std::ranges::find_if_not(rest, [](char c) { return is_letter(c) || is_digit(c); });
  return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
}

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view each) { return equals_ignore_case(each, name); });
}

/// A whole tag, and nothing but blanks behind it.
bool is_lone_tag(std::string_view text) {
  const auto piece = HtmlSearch(text).at(0);
  return piece && !piece->tag.empty() && (piece->closing || !holds(kRawText, piece->tag)) &&
         is_blank_line(text.substr(piece->length));
}

}  // namespace

std::string expand_tabs(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  std::size_t column = 0;
  for (const char c : line) {
    const std::size_t width = c == '\t' ? kCodeIndent - column % kCodeIndent : 1;
    out.append(width, c == '\t' ? ' ' : c);
    column += width;
  }
  return out;
}

std::size_t indent_of(std::string_view text) {
  return std::min(text.find_first_not_of(' '), text.size());
}

bool is_blank_line(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

std::optional<Fence> opened_fence(std::string_view text) {
  const std::string_view rest = without_indent(text);
  if (indent_of(text) >= kCodeIndent || rest.empty() || (rest[0] != '`' && rest[0] != '~'))
    return std::nullopt;
  const std::size_t length = std::min(rest.find_first_not_of(rest[0]), rest.size());
  if (length < 3) return std::nullopt;
  if (rest[0] == '`' && rest.find('`', length) != std::string_view::npos) return std::nullopt;
  return Fence{.mark = rest[0], .length = length};
}

bool closes(const Fence& fence, std::string_view text) {
  const std::string_view rest = without_indent(text);
  const std::size_t length = std::min(rest.find_first_not_of(fence.mark), rest.size());
  return indent_of(text) < kCodeIndent && length >= fence.length && is_blank_line(rest.substr(length));
}

bool is_heading(std::string_view text) {
  const std::string_view rest = without_indent(text);
  const std::size_t level = std::min(rest.find_first_not_of('#'), rest.size());
  return level >= 1 && level <= 6 && (rest.size() == level || rest[level] == ' ');
}

bool is_underline(std::string_view text) {
  const std::string_view rest = trim(text);
  return !rest.empty() && (rest[0] == '=' || rest[0] == '-') &&
         rest.find_first_not_of(rest[0]) == std::string_view::npos;
}

bool is_thematic_break(std::string_view text) {
  const std::string_view rest = without_indent(text);
  if (rest.empty() || (rest[0] != '*' && rest[0] != '-' && rest[0] != '_')) return false;
  return std::ranges::count(rest, rest[0]) >= 3 &&
         std::ranges::all_of(rest, [&](char c) { return c == rest[0] || c == ' '; });
}

std::optional<ListMarker> list_marker(std::string_view text) {
  const std::size_t indent = indent_of(text);
  const std::string_view rest = text.substr(indent);
  if (rest.empty()) return std::nullopt;
  std::size_t width = 1;
  bool may_interrupt = true;
  if (is_digit(rest[0])) {
    while (width < rest.size() && is_digit(rest[width])) ++width;
    if (width > 9 || width == rest.size() || (rest[width] != '.' && rest[width] != ')')) return std::nullopt;
    may_interrupt = rest.substr(0, width) == "1";
    ++width;
  } else if (rest[0] != '-' && rest[0] != '+' && rest[0] != '*') {
    return std::nullopt;
  }
  const std::string_view content = rest.substr(width);
  if (!content.empty() && content[0] != ' ') return std::nullopt;
  const bool empty = is_blank_line(content);
  const std::size_t blanks = indent_of(content);
  // Five blanks are one blank and indented code.
  const std::size_t padding = empty || blanks > kCodeIndent ? 1 : blanks;
  return ListMarker{
      .content_offset = indent + width + padding, .empty = empty, .may_interrupt = may_interrupt && !empty};
}

std::optional<int> opened_html(std::string_view text, bool after_paragraph) {
  const std::string_view rest = without_indent(text);
  if (!rest.starts_with('<')) return std::nullopt;
  if (rest.starts_with("<!--")) return 2;
  if (rest.starts_with("<?")) return 3;
  if (rest.starts_with("<![CDATA[")) return 5;
  if (rest.starts_with("<!") && rest.size() > 2 && is_letter(rest[2])) return 4;
  const bool closing = rest.starts_with("</");
  const std::string_view name = tag_name(rest.substr(closing ? 2 : 1));
  const std::string_view after = rest.substr(name.size() + (closing ? 2 : 1));
  const bool ends_well = after.empty() || after[0] == ' ' || after[0] == '>';
  if (!closing && ends_well && holds(kRawText, name)) return 1;
  if ((ends_well || after.starts_with("/>")) && holds(kBlockTags, name)) return 6;
  if (!after_paragraph && is_lone_tag(rest)) return 7;
  return std::nullopt;
}

bool ends_html(int kind, std::string_view text) {
  const std::string lower = kind == 1 ? to_lower(text) : std::string{};
  switch (kind) {
    case 1:
      return std::ranges::any_of(kRawText, [&](std::string_view name) {
        return lower.find("</" + std::string(name) + ">") != std::string::npos;
      });
    case 2:
      return text.find("-->") != std::string_view::npos;
    case 3:
      return text.find("?>") != std::string_view::npos;
    case 4:
      return text.find('>') != std::string_view::npos;
    case 5:
      return text.find("]]>") != std::string_view::npos;
    default:
      return false;
  }
}

}  // namespace kedge::incident::markdown
