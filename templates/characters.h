// SPDX-License-Identifier: Apache-2.0
// What the escapes of all targets ask about single characters. ASCII only, no locale.
#pragma once

#include <string_view>

namespace kedge::templates {

inline constexpr std::string_view kZeroWidthSpace = "\u200b";

inline unsigned byte(char c) {
  return static_cast<unsigned char>(c);
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
/// The character at `at`, or a blank outside the text.
inline char char_at(std::string_view text, std::size_t at) {
  return at < text.size() ? text[at] : ' ';
}

/// True where the character at `at` would begin or carry a mention, a reference to an issue or a link, so
/// that something has to stand between it and the next one.
bool acts_with_next(std::string_view line, std::size_t at);

}  // namespace kedge::templates
