// SPDX-License-Identifier: Apache-2.0
// How the blocks of Markdown begin and end, one line at a time, by CommonMark 0.31. For markdown.cc alone.
// Every text here is a line with its tabs expanded and what its containers consumed taken off.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kedge::incident::markdown {

inline constexpr std::size_t kCodeIndent = 4;  ///< So many columns make indented code.

/// The line with each tab replaced by blanks up to the next multiple of four columns.
std::string expand_tabs(std::string_view line);
std::size_t indent_of(std::string_view text);
bool is_blank_line(std::string_view text);

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Fence {
  char mark = '`';
  std::size_t length = 3;
};
std::optional<Fence> opened_fence(std::string_view text);
bool closes(const Fence& fence, std::string_view text);

bool is_heading(std::string_view text);         ///< `## …`
bool is_underline(std::string_view text);       ///< `===` or `---` below a paragraph.
bool is_thematic_break(std::string_view text);  ///< `***`

struct ListMarker {
  std::size_t content_offset = 0;  ///< Columns from the start of `text` to the item's content.
  bool empty = false;              ///< Nothing follows on this line.
  bool may_interrupt = false;      ///< May follow a paragraph without a blank line.
};
std::optional<ListMarker> list_marker(std::string_view text);

/// CommonMark's seven kinds of HTML blocks; the kind says how the block ends.
std::optional<int> opened_html(std::string_view text, bool after_paragraph);
/// For kinds 1 to 5: the block ends with this line. Kinds 6 and 7 end before a blank line.
bool ends_html(int kind, std::string_view text);

}  // namespace kedge::incident::markdown
