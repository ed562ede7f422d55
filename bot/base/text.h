// SPDX-License-Identifier: Apache-2.0
// Small text functions over UTF-8 and bytes. Nothing here depends on a locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kedge {

std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);                      ///< ASCII only.
bool equals_ignore_case(std::string_view a, std::string_view b);  ///< ASCII only.
std::vector<std::string> split(std::string_view text, char separator);
std::vector<std::string> split_lines(std::string_view text);  ///< At LF or CRLF, without the ends.
std::vector<std::string> split_words(std::string_view text);  ///< At runs of blanks and tabs.
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// The text itself, or its longest beginning of at most `bytes_max` bytes that cuts no UTF-8 sequence, with
/// `…` at the end (counted). For `bytes_max` under 3 the mark is left out.
std::string truncate_utf8(std::string_view text, std::size_t bytes_max);
/// Invalid UTF-8 becomes U+FFFD, one for each bad byte.
std::string to_valid_utf8(std::string_view bytes);
bool is_valid_utf8(std::string_view bytes);

std::string to_hex(std::string_view bytes);  ///< Lower case.
/// Bytes of a hex text of either case; empty for odd length or another character.
std::string from_hex(std::string_view hex);
bool is_hex(std::string_view text);
/// RFC 4648 base32 in lower case, no padding.
std::string to_base32(std::string_view bytes);
std::string to_base64(std::string_view bytes);
/// Line breaks and padding do not matter; nothing where another character stands there.
std::optional<std::string> from_base64(std::string_view text);

/// Edit distance (insert, delete, replace), for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace kedge
