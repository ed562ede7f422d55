// SPDX-License-Identifier: Apache-2.0
// The last guard before a product's length limit. Templates keep within it; what still comes too long is cut
// here rather than refused there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kedge::adapters::chat {

/// Source: Slack, "Truncating content": a message's text above 40,000 characters is cut.
inline constexpr std::size_t kSlackTextMax = 40'000;
/// Source: Discord, "Execute Webhook": content of at most 2,000 characters.
inline constexpr std::size_t kDiscordTextMax = 2'000;
inline constexpr std::string_view kCutMark = "… [cut]";

/// UTF-16 code units of valid UTF-8: the larger of the two ways in which products count.
std::size_t utf16_units(std::string_view text);

/// The text as valid UTF-8 of at most `units_max` UTF-16 code units. What is longer ends in kCutMark; no
/// character, no backslash escape, no `&…;` and no `<…>` is cut in two, and an open code fence is closed.
std::string fit_utf16(std::string_view text, std::size_t units_max);

}  // namespace kedge::adapters::chat
