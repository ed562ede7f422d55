// SPDX-License-Identifier: Apache-2.0
// What is taken out of a text before it is escaped for anything, and how its length is measured.
#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/escape.h"

namespace kedge::templates {
namespace {

struct Range {
  char32_t first, last;
};
// Controls, soft hyphen, zero-width and bidirectional characters, interlinear marks, tags.
constexpr std::array<Range, 11> kDropped{{{0x00, 0x08},
                                          {0x0b, 0x1f},
                                          {0x7f, 0x9f},
                                          {0xad, 0xad},
                                          {0x061c, 0x061c},
                                          {0x180e, 0x180e},
                                          {0x200b, 0x200f},
                                          {0x202a, 0x202e},
                                          {0x2060, 0x206f},
                                          {0xfeff, 0xfeff},
                                          {0xfff9, 0xfffb}}};

bool is_dropped(char32_t point) {
  if (point >= 0xe0000 && point <= 0xe0fff) return true;
  return std::ranges::any_of(kDropped,
                             [&](const Range& range) { return point >= range.first && point <= range.last; });
}

/// Bytes of the character that begins with `c`, in valid UTF-8.
std::size_t width(char c) {
  if (byte(c) < 0x80) return 1;
  if (byte(c) < 0xe0) return 2;
  return byte(c) < 0xf0 ? 3 : 4;
}

char32_t decode(std::string_view character) {
  if (character.size() == 1) return byte(character.front());
  char32_t point = byte(character.front()) & (0x7fU >> character.size());
  for (const char c : character.substr(1)) point = (point << 6U) | (byte(c) & 0x3fU);
  return point;
}

/// Bytes of the terminal escape sequence at the start of `text`, which begins with ESC.
std::size_t escape_sequence(std::string_view text) {
  if (text.size() < 2) return 1;
  if (text[1] == '[') {
    const std::size_t end = text.find_first_not_of("0123456789;:?<=> ", 2);
    return end == std::string_view::npos ? text.size() : end + (byte(text[end]) < 0x80 ? 1U : 0U);
  }
  if (text[1] == ']') {
    const std::size_t end = text.find_first_of("\a\x1b\n", 2);
    return end == std::string_view::npos || text[end] == '\n' ? 2 : end + 1;
  }
  return 1;
}

}  // namespace

std::string clean(std::string_view bytes) {
  const std::string valid = to_valid_utf8(bytes);
  std::string_view rest = valid;
  std::string out;
  out.reserve(rest.size());
  while (!rest.empty()) {
    std::size_t plain = 0;
    while (plain < rest.size() && rest[plain] >= 0x20 && rest[plain] < 0x7f) ++plain;
    if (plain > 0) {
      out.append(rest.substr(0, plain));
      rest.remove_prefix(plain);
      continue;
    }
    std::size_t size = std::min(width(rest.front()), rest.size());
    const std::string_view character = rest.substr(0, size);
    const char32_t point = decode(character);
    if (point == 0x1b) {
      size = escape_sequence(rest);
    } else if (point == '\r') {
      if (!rest.starts_with("\r\n")) out += '\n';
    } else if (point == 0x0b || point == 0x0c || point == 0x85 || point == 0x2028 || point == 0x2029) {
      out += '\n';
    } else if (!is_dropped(point)) {
      out += character;
    }
    rest.remove_prefix(std::min(size, rest.size()));
  }
  return out;
}

std::string clean_line(std::string_view words) {
  std::string out = replace_all(clean(words), "\u00a0", " ");
  std::ranges::replace(out, '\n', ' ');
  return join(split_words(out), " ");
}

std::size_t length_utf16(std::string_view words) {
  std::size_t length = 0;
  for (const char c : words) {
    if ((byte(c) & 0xc0U) != 0x80U) length += byte(c) >= 0xf0 ? 2U : 1U;
  }
  return length;
}

std::string cut(std::string_view words, std::size_t length_max) {
  if (length_utf16(words) <= length_max) return std::string(words);
  if (length_max == 0) return {};
  std::size_t bytes = 0;
  std::size_t length = 0;
  while (bytes < words.size()) {
    const std::size_t size = width(words[bytes]);
    length += size == 4 ? 2U : 1U;
    if (length > length_max - 1) break;
    bytes += size;
  }
  return std::string(words.substr(0, bytes)) + "…";
}

}  // namespace kedge::templates
