// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/limits.h"

#include <fmt/format.h>

#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kFenceEnd = "\n```";

std::size_t units_of(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if ((byte & 0xc0U) == 0x80U) return 0;  // counted with its first byte
  return byte >= 0xf0U ? 2 : 1;
}

/// The longest beginning of at most `units_max` units.
std::string_view beginning(std::string_view text, std::size_t units_max) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    units += units_of(text[at]);
    if (units > units_max) return text.substr(0, at);
  }
  return text;
}

/// The text without an escape, entity or angle bracket that its end cuts in two.
std::string_view without_half(std::string_view text) {
  constexpr std::size_t kEntityMax = 5;      // &amp;
  constexpr std::size_t kBracketMax = 3000;  // <https://…|label>
  const std::size_t less = text.rfind('<');
  if (less != std::string_view::npos && text.size() - less <= kBracketMax &&
      text.find('>', less) == std::string_view::npos)
    text = text.substr(0, less);
  const std::size_t ampersand = text.rfind('&');
  if (ampersand != std::string_view::npos && text.size() - ampersand < kEntityMax &&
      text.find(';', ampersand) == std::string_view::npos)
    text = text.substr(0, ampersand);
  const std::size_t last = text.find_last_not_of('\\');
  const std::size_t slashes = last == std::string_view::npos ? text.size() : text.size() - last - 1;
  if (slashes % 2 == 1) text.remove_suffix(1);
  return text;
}

bool has_open_fence(std::string_view text) {
  bool open = false;
  for (std::size_t at = text.find(kFence); at != std::string_view::npos; at = text.find(kFence, at + 3))
    open = !open;
  return open;
}

}  // namespace

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) units += units_of(c);
  return units;
}

std::string fit_utf16(std::string_view text, std::size_t units_max) {
  std::string whole = to_valid_utf8(text);
  if (utf16_units(whole) <= units_max) return whole;
  const std::size_t reserved = utf16_units(kCutMark) + kFenceEnd.size();
  if (units_max <= reserved) return std::string(beginning(whole, units_max));
  std::string_view kept = without_half(beginning(whole, units_max - reserved));
  // A fence whose first backticks alone remain would open an inline span.
  while (kept.ends_with('`') && !kept.ends_with(kFence)) kept.remove_suffix(1);
  return fmt::format("{}{}{}", kept, has_open_fence(kept) ? kFenceEnd : "", kCutMark);
}

}  // namespace kedge::adapters::chat
