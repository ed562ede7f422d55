// SPDX-License-Identifier: Apache-2.0
// Text of others → markup of one target. Only `Markup` goes into a view, so a value that was never escaped
// does not compile. What comes out shows the same words and does nothing else: no mention, no reference to an
// issue, no link, no HTML, no hidden marker, no heading or list, no command at the start of a line, no text
// that runs backwards. Where a product has no escape, a zero-width space (U+200B) parts what would act.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::templates {

enum class Target {
  markdown,  ///< GitHub: issues, pull requests, comments.
  slack,     ///< mrkdwn, in `text`.
  discord,   ///< Markdown of `content`.
  plain,     ///< Mail and PagerDuty: nothing there acts but control characters.
};

/// Text in the markup of its target, ready to stand in a template.
struct Markup {
  std::string text;
  bool operator==(const Markup&) const = default;
};

inline constexpr std::size_t kLineMax = 200;  ///< Of a value on one line, in characters.

// clean.cc
/// Valid UTF-8 with LF line ends, without terminal escapes, control characters (tabs stay), bidirectional
/// overrides and invisible characters.
std::string clean(std::string_view text);
/// The same on one line: white space of every kind becomes one blank.
std::string clean_line(std::string_view text);

/// Length as GitHub and the chat products count it at worst: UTF-16 code units.
std::size_t length_utf16(std::string_view text);
/// The text, or its beginning with `…` at the end, of at most `length_max` UTF-16 units; cuts no character.
std::string cut(std::string_view text, std::size_t length_max);

// escape.cc
/// Words of others on one line, at most `length_max` characters before escaping.
Markup text(Target target, std::string_view words, std::size_t length_max = kLineMax);
/// The same for sentences of our own core that carry words of others: balanced `code` stays code.
Markup sentence(Target target, std::string_view words, std::size_t length_max = kLineMax);
/// Several lines of such sentences: lines stay lines, `- ` stays a list.
Markup sentences(Target target, std::string_view words, std::size_t length_max);
/// On one line, as code. It may stand in a table: a `|` is shown as `∣`.
Markup code(Target target, std::string_view words, std::size_t length_max = kLineMax);
/// A block of code that nothing in it can end.
Markup code_block(Target target, std::string_view words, std::size_t length_max);
/// Several lines of a person, as a quote.
Markup quote(Target target, std::string_view words, std::size_t length_max);
/// A link; the label alone where the address is neither http nor https.
Markup link(Target target, const Markup& label, std::string_view url);
/// The title of an issue or pull request, or a mail's subject: one line of plain text.
std::string title(std::string_view words, std::size_t length_max);

/// Words of this program: no escaping is needed.
Markup own(std::string_view words);
Markup own(std::int64_t number);
Markup joined(const std::vector<Markup>& parts, std::string_view separator);
/// `a, b and c`; empty parts are left out.
Markup listed(const std::vector<Markup>& parts);

// One a target; text() and its like choose. `line` is clean and short enough; `starts_line` is false where it
// follows other words on its line.
std::string escape_markdown(std::string_view line, bool starts_line = true);
std::string escape_slack(std::string_view line);
std::string escape_discord(std::string_view line, bool starts_line = true);

}  // namespace kedge::templates
