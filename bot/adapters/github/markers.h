// SPDX-License-Identifier: Apache-2.0
// The hidden comments that make our own pieces known again, and the section of an issue's body that is ours.
// Pure text. A marker proves nothing by itself: callers also check the author.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::adapters::github {

inline constexpr std::size_t kBodyCharactersMax = 65536;
inline constexpr std::size_t kTitleCharactersMax = 256;
inline constexpr std::string_view kStateBegin = "<!-- kedge:state:begin -->";
inline constexpr std::string_view kStateEnd = "<!-- kedge:state:end -->";

/// `<!-- kedge:<kind> id=<id> -->`
std::string marker_of(std::string_view kind, std::string_view id);
bool has_marker(std::string_view body, std::string_view kind, std::string_view id);
/// The text with its marker at the end. What looks like another marker in the text is made visible, except
/// the bounds of the state section. Errors: invalid above kBodyCharactersMax.
Result<std::string> with_marker(std::string_view body, std::string_view kind, std::string_view id);

/// The body with `section` between the state markers and everything else as it was; a body without a whole
/// pair of them gets the section at its end, lone markers are taken out. The same text back where nothing
/// changes.
std::string with_state(std::string_view body, std::string_view section);

/// One line of at most kTitleCharactersMax characters.
std::string to_title(std::string_view text);
std::size_t count_characters(std::string_view utf8);
/// At most `max` characters, `…` counted.
std::string cut_characters(std::string_view utf8, std::size_t max);

}  // namespace kedge::adapters::github
