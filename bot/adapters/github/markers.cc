// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/markers.h"

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr std::string_view kOpening = "<!-- kedge:";

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Text of strangers must not pass for a marker of ours.
std::string without_markers(std::string_view text, bool keep_state) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (keep_state && (rest.starts_with(kStateBegin) || rest.starts_with(kStateEnd))) {
      const std::size_t size = rest.starts_with(kStateBegin) ? kStateBegin.size() : kStateEnd.size();
      out += rest.substr(0, size);
      at += size;
    } else if (rest.starts_with(kOpening)) {
      out += "&lt;!-- kedge:";
      at += kOpening.size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

std::string_view strip_bounds(std::string_view section) {
  section = trim(section);
  if (section.starts_with(kStateBegin)) section.remove_prefix(kStateBegin.size());
  if (section.ends_with(kStateEnd)) section.remove_suffix(kStateEnd.size());
  return trim(section);
}

/// GitHub's editor turns line ends into CRLF.
bool same_text(std::string_view a, std::string_view b) {
  return trim(replace_all(std::string(a), "\r\n", "\n")) == trim(replace_all(std::string(b), "\r\n", "\n"));
}

}  // namespace

std::string marker_of(std::string_view kind, std::string_view id) {
  return fmt::format("{}{} id={} -->", kOpening, kind, id);
}

bool has_marker(std::string_view body, std::string_view kind, std::string_view id) {
  return body.find(marker_of(kind, id)) != std::string_view::npos;
}

Result<std::string> with_marker(std::string_view body, std::string_view kind, std::string_view id) {
  std::string text = without_markers(to_valid_utf8(body), true);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  text += "\n\n" + marker_of(kind, id);
  if (count_characters(text) > kBodyCharactersMax)
    return fail(Errc::invalid, "cannot write text: it has more than {} characters", kBodyCharactersMax);
  return text;
}

std::string with_state(std::string_view body, std::string_view section) {
  const std::string clean = without_markers(to_valid_utf8(strip_bounds(section)), false);
  const std::string inner = fmt::format("{}\n{}\n{}", kStateBegin, clean, kStateEnd);
  const std::size_t begin = body.find(kStateBegin);
  const std::size_t end = begin == std::string_view::npos ? begin : body.find(kStateEnd, begin);
  if (end != std::string_view::npos) {
    const std::size_t from = begin + kStateBegin.size();
    if (same_text(body.substr(from, end - from), clean)) return std::string(body);
    return fmt::format("{}{}{}", body.substr(0, begin), inner, body.substr(end + kStateEnd.size()));
  }
  std::string rest = replace_all(std::string(body), kStateBegin, "");
  rest = replace_all(std::move(rest), kStateEnd, "");
  const std::string_view kept = trim(rest);
  return kept.empty() ? inner : fmt::format("{}\n\n{}", kept, inner);
}

std::string to_title(std::string_view text) {
  std::string line = to_valid_utf8(text);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return cut_characters(trim(line), kTitleCharactersMax);
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return !continues(c); }));
}

std::string cut_characters(std::string_view utf8, std::size_t max) {
  if (count_characters(utf8) <= max) return std::string(utf8);
  std::size_t at = 0;
  for (std::size_t seen = 0; at < utf8.size(); ++at) {
    if (!continues(utf8[at]) && ++seen == max) break;
  }
  return std::string(utf8.substr(0, at)) + "…";
}

}  // namespace kedge::adapters::github
