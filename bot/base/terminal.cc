// SPDX-License-Identifier: Apache-2.0
#include "bot/base/terminal.h"

#include <fmt/format.h>

#include <cstdint>

#include "bot/base/text.h"

namespace kedge {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// Of valid UTF-8.
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(at);
  Character one{.code = lead};
  if (lead >= 0xf0) {
    one = {.code = lead & 0x07U, .bytes = 4};
  } else if (lead >= 0xe0) {
    one = {.code = lead & 0x0fU, .bytes = 3};
  } else if (lead >= 0xc0) {
    one = {.code = lead & 0x1fU, .bytes = 2};
  }
  for (std::size_t i = 1; i < one.bytes; ++i) one.code = (one.code << 6U) | (byte(at + i) & 0x3fU);
  return one;
}

bool drives_terminal(std::uint32_t code) {
  const auto within = [code](std::uint32_t first, std::uint32_t last) {
    return code >= first && code <= last;
  };
  return code < 0x20 || within(0x7f, 0x9f) || code == 0x061c || within(0x200e, 0x200f) ||
         within(0x2028, 0x202e) || within(0x2066, 0x2069);
}

/// `text` with `instead(code)` for each character that drives a terminal.
template <typename Instead>
std::string replaced(const std::string& text, const Instead& instead) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character one = character_at(text, at);
    if (drives_terminal(one.code)) {
      out += instead(one.code);
    } else {
      out.append(text, at, one.bytes);
    }
    at += one.bytes;
  }
  return out;
}

}  // namespace

std::string plain(std::string_view text) {
  return replaced(replace_all(to_valid_utf8(text), "\n", "; "), [](std::uint32_t) { return "?"; });
}

std::string plain_lines(std::string_view text) {
  return replaced(to_valid_utf8(text), [](std::uint32_t code) { return code == '\n' ? "\n" : "?"; });
}

std::string plain_json(std::string_view document) {
  return replaced(to_valid_utf8(document), [](std::uint32_t code) {
    // Control characters of a document itself are its line ends; in strings they are escaped already.
    return code == '\n' ? std::string("\n") : fmt::format("\\u{:04x}", code);
  });
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./,:@%+-";
  if (!text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos) return std::string(text);
  if (plain(text) == text) return "'" + replace_all(std::string(text), "'", "'\\''") + "'";
  std::string word = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool as_it_is = byte >= 0x20 && byte < 0x7f && c != '\'' && c != '\\';
    word += as_it_is ? std::string(1, c) : fmt::format("\\{:03o}", byte);
  }
  return word + "'";
}

}  // namespace kedge
