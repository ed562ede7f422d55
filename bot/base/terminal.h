// SPDX-License-Identifier: Apache-2.0
// Text on a person's terminal: what strangers wrote cannot drive it, and what Kedge suggests can be pasted.
#pragma once

#include <string>
#include <string_view>

namespace kedge {

/// Foreign text on one line: line ends become `; `, every other control character (C0, DEL, C1) and those
/// that turn the direction of writing or end lines (bidi controls, U+2028, U+2029) become `?`.
std::string plain(std::string_view text);

/// The same for text of several lines: their ends stay.
std::string plain_lines(std::string_view text);

/// A JSON document with these characters of its strings as `\uXXXX`: the same document for a program.
std::string plain_json(std::string_view document);

/// One word of a command for bash, zsh or a POSIX shell, quoted where it must be. Bytes that `plain` would
/// change, and those that are not UTF-8, are written as `$'\ooo'`, which needs bash, zsh or POSIX of 2024.
std::string shell_word(std::string_view text);

}  // namespace kedge
