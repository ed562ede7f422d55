// SPDX-License-Identifier: Apache-2.0
#include "templates/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "templates/characters.h"

namespace kedge::templates {
namespace {

std::string safe_url(std::string_view url) {
  const std::string lower = to_lower(url.substr(0, 8));
  if (!lower.starts_with("https://") && !lower.starts_with("http://")) return {};
  std::string out;
  for (const char c : url) {
    const bool plain = byte(c) > 0x20 && byte(c) < 0x7f;
    if (plain && std::string_view{"\"'<>()[]\\^`{}|*"}.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte(c));
    }
  }
  return length_utf16(out) > 2000 ? std::string{} : out;
}

std::size_t longest_run(std::string_view words, char wanted) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : words) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Breaks the HTML comments that programs look for in raw Markdown.
std::string without_comments(std::string words) {
  return replace_all(replace_all(std::move(words), "<!", "<\u200b!"), "-->", "--\u200b>");
}

/// And commands at the start of a line.
std::string without_commands(std::string words) {
  std::vector<std::string> lines = split(words, '\n');
  for (std::string& line : lines) {
    if (trim(line).starts_with('/')) line.insert(0, kZeroWidthSpace);
  }
  return join(lines, "\n");
}

std::string escape(Target target, std::string_view line, bool starts_line = true) {
  switch (target) {
    case Target::markdown:
      return escape_markdown(line, starts_line);
    case Target::slack:
      return escape_slack(line);
    case Target::discord:
      return escape_discord(line, starts_line);
    case Target::plain:
      return std::string(line);
  }
  return {};
}

std::string slack_entities(std::string words) {
  return replace_all(replace_all(replace_all(std::move(words), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

/// The beginning of the words: enough for `length_max` characters, so that a log of megabytes costs no more.
std::string_view head(std::string_view words, std::size_t length_max) {
  return words.substr(0, 3 * length_max + 100);
}

std::string short_line(std::string_view words, std::size_t length_max) {
  return cut(clean_line(head(words, length_max)), length_max);
}

std::string short_lines(std::string_view words, std::size_t length_max) {
  return cut(clean(head(words, length_max)), length_max);
}

}  // namespace

Markup text(Target target, std::string_view words, std::size_t length_max) {
  return {escape(target, short_line(words, length_max))};
}

Markup sentence(Target target, std::string_view words, std::size_t length_max) {
  const std::string line = short_line(words, length_max);
  const std::vector<std::string> parts = split(line, '`');
  if (parts.size() % 2 == 0 || line.find("``") != std::string::npos) return {escape(target, line)};
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i % 2 == 1) {
      out += code(target, parts[i], length_max).text;
    } else {
      out += escape(target, parts[i], i == 0);
    }
  }
  return {out};
}

Markup sentences(Target target, std::string_view words, std::size_t length_max) {
  std::string out;
  for (const std::string& line : split_lines(short_lines(words, length_max))) {
    const std::string_view trimmed = trim(line);
    const bool item = trimmed.starts_with("- ");
    const std::string marked = sentence(target, item ? trimmed.substr(2) : trimmed, length_max).text;
    if (!out.empty()) out += '\n';
    out += item ? "- " + marked : marked;
  }
  return {std::string(trim(out))};
}

Markup code(Target target, std::string_view words, std::size_t length_max) {
  std::string line = short_line(words, length_max);
  if (line.empty()) return {};
  if (target == Target::plain) return {line};
  line = without_comments(replace_all(std::move(line), "|", "∣"));
  if (target != Target::markdown) {
    line = replace_all(std::move(line), "`", "ˋ");
    if (target == Target::slack) line = slack_entities(std::move(line));
    return {"`" + line + "`"};
  }
  const std::string ticks(longest_run(line, '`') + 1, '`');
  const bool pad = line.front() == '`' || line.back() == '`';
  const std::string_view blank = pad ? " " : "";
  return {fmt::format("{}{}{}{}{}", ticks, blank, line, blank, ticks)};
}

Markup code_block(Target target, std::string_view words, std::size_t length_max) {
  std::string lines = short_lines(words, length_max);
  while (lines.ends_with('\n')) lines.pop_back();
  if (target == Target::plain) return {lines};
  lines = without_commands(without_comments(std::move(lines)));
  if (target != Target::markdown) lines = replace_all(std::move(lines), "```", "ˋˋˋ");
  if (target == Target::slack) lines = slack_entities(std::move(lines));
  const std::string fence(std::max<std::size_t>(3, longest_run(lines, '`') + 1), '`');
  const std::string_view kind = target == Target::markdown ? "text" : "";
  return {fmt::format("{}{}\n{}\n{}", fence, kind, lines, fence)};
}

Markup quote(Target target, std::string_view words, std::size_t length_max) {
  const std::vector<std::string> lines = split_lines(trim(short_lines(words, length_max)));
  std::vector<std::string> quoted;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string line = clean_line(lines[i]);
    // Two lines of a Markdown quote are one paragraph unless a hard break parts them.
    const bool breaks = target == Target::markdown && !line.empty() && i + 1 < lines.size() &&
                        !clean_line(lines[i + 1]).empty();
    quoted.push_back(line.empty() ? ">" : "> " + escape(target, line) + (breaks ? "\\" : ""));
  }
  return {join(quoted, "\n")};
}

Markup link(Target target, const Markup& label, std::string_view url) {
  const std::string address = safe_url(url);
  if (address.empty() || label.text.empty()) return label;
  switch (target) {
    case Target::markdown:
      return {fmt::format("[{}]({})", label.text, replace_all(address, "&", "&amp;"))};
    case Target::slack:
      return {fmt::format("<{}|{}>", replace_all(address, "&", "&amp;"), replace_all(label.text, "|", "∣"))};
    case Target::discord:
      return {fmt::format("[{}](<{}>)", label.text, address)};
    case Target::plain:
      return {fmt::format("{} <{}>", label.text, address)};
  }
  return label;
}

std::string title(std::string_view words, std::size_t length_max) {
  const std::string line = clean_line(head(words, length_max));
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    out += line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : ' ';
    const bool reference = line[i] == '#' || (line[i] == '-' && to_lower(out).ends_with("gh-"));
    if ((line[i] == '@' && is_word(next)) || (reference && is_digit(next))) out += kZeroWidthSpace;
  }
  return cut(out, length_max);
}

Markup own(std::string_view words) {
  return {std::string(words)};
}

Markup own(std::int64_t number) {
  return {std::to_string(number)};
}

Markup joined(const std::vector<Markup>& parts, std::string_view separator) {
  std::string out;
  for (const Markup& part : parts) {
    if (part.text.empty()) continue;
    if (!out.empty()) out += separator;
    out += part.text;
  }
  return {out};
}

Markup listed(const std::vector<Markup>& parts) {
  std::vector<Markup> some;
  for (const Markup& part : parts) {
    if (!part.text.empty()) some.push_back(part);
  }
  if (some.size() < 2) return some.empty() ? Markup{} : some.front();
  const Markup last = some.back();
  some.pop_back();
  return {joined(some, ", ").text + " and " + last.text};
}

}  // namespace kedge::templates
