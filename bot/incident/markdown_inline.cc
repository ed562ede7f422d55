// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/markdown_inline.h"

#include <algorithm>
#include <map>

#include "bot/base/text.h"
#include "bot/incident/markdown_block.h"

namespace kedge::incident::markdown {
namespace {

constexpr std::array<std::string_view, 16> kShowing{"blockquote", "q",  "details", "pre", "code", "samp",
                                                    "kbd",        "tt", "del",     "s",   "div",  "section",
                                                    "table",      "ul", "ol",      "dl"};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}
bool is_name(char c) {
  return is_letter(c) || is_digit(c) || c == '-';
}

/// Where each run of backticks of one length begins, and how far a scan has come in them.
class BacktickRuns {
 public:
  explicit BacktickRuns(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      std::size_t end = i;
      while (end < text.size() && text[end] == '`') ++end;
      if (end > i) runs_[end - i].starts.push_back(i);
      i = std::max(end, i + 1);
    }
  }
  /// The start of the next run of exactly `length` at or after `from`. `from` only ever grows.
  std::optional<std::size_t> next(std::size_t length, std::size_t from) {
    const auto found = runs_.find(length);
    if (found == runs_.end()) return std::nullopt;
    Runs& runs = found->second;
    while (runs.seen < runs.starts.size() && runs.starts[runs.seen] < from) ++runs.seen;
    if (runs.seen == runs.starts.size()) return std::nullopt;
    return runs.starts[runs.seen];
  }

 private:
  struct Runs {
    std::vector<std::size_t> starts;
    std::size_t seen = 0;
  };
  std::map<std::size_t, Runs> runs_;
};

}  // namespace

std::size_t HtmlSearch::find(std::string_view needle, std::size_t from) {
  const auto known = std::ranges::find(absent_, needle, &Absent::needle);
  if (known != absent_.end() && from >= known->from) return std::string_view::npos;
  const std::size_t found = text_.find(needle, from);
  if (found != std::string_view::npos) return found;
  if (known == absent_.end()) {
    absent_.push_back({needle, from});
  } else {
    known->from = from;
  }
  return found;
}

std::optional<HtmlPiece> HtmlSearch::until(std::size_t at, std::size_t opening, std::string_view end) {
  const std::size_t found = find(end, at + opening);
  if (found == std::string_view::npos) return std::nullopt;
  return HtmlPiece{.length = found + end.size() - at};
}

std::optional<HtmlPiece> HtmlSearch::at(std::size_t at) {
  const std::string_view rest = text_.substr(at);
  if (rest.starts_with("<!-->")) return HtmlPiece{.length = 5};
  if (rest.starts_with("<!--->")) return HtmlPiece{.length = 6};
  if (rest.starts_with("<!--")) return until(at, 4, "-->");
  if (rest.starts_with("<?")) return until(at, 2, "?>");
  if (rest.starts_with("<![CDATA[")) return until(at, 9, "]]>");
  if (rest.starts_with("<!")) {
    if (rest.size() < 3 || !is_letter(rest[2])) return std::nullopt;
    return until(at, 2, ">");
  }
  return rest.starts_with("</") ? close_tag(at) : open_tag(at);
}

std::optional<HtmlPiece> HtmlSearch::close_tag(std::size_t at) const {
  std::size_t i = at + 2;
  if (i >= text_.size() || !is_letter(text_[i])) return std::nullopt;
  while (i < text_.size() && is_name(text_[i])) ++i;
  const std::string_view tag = text_.substr(at + 2, i - at - 2);
  while (i < text_.size() && is_blank(text_[i])) ++i;
  if (i >= text_.size() || text_[i] != '>') return std::nullopt;
  return HtmlPiece{.length = i + 1 - at, .tag = tag, .closing = true};
}

/// Moves `i` behind `name`, `name=value`, `name='value'` or `name="value"`; false where none is well formed.
bool HtmlSearch::skip_attribute(std::size_t& i) {
  const auto begins_name = [](char c) { return is_letter(c) || c == '_' || c == ':'; };
  if (!begins_name(text_[i])) return false;
  while (i < text_.size() && (begins_name(text_[i]) || is_name(text_[i]) || text_[i] == '.')) ++i;
  std::size_t equals = i;
  while (equals < text_.size() && is_blank(text_[equals])) ++equals;
  if (equals >= text_.size() || text_[equals] != '=') return true;
  i = equals + 1;
  while (i < text_.size() && is_blank(text_[i])) ++i;
  if (i >= text_.size()) return false;
  if (text_[i] == '"' || text_[i] == '\'') {
    const std::size_t end = find(text_[i] == '"' ? "\"" : "'", i + 1);
    i = end + 1;
    return end != std::string_view::npos;
  }
  const std::size_t begin = i;
  constexpr std::string_view kEndsValue = "\"'=<>`";
  while (i < text_.size() && !is_blank(text_[i]) && kEndsValue.find(text_[i]) == std::string_view::npos) ++i;
  return i > begin;
}

std::optional<HtmlPiece> HtmlSearch::open_tag(std::size_t at) {
  std::size_t i = at + 1;
  if (i >= text_.size() || !is_letter(text_[i])) return std::nullopt;
  while (i < text_.size() && is_name(text_[i])) ++i;
  const std::string_view tag = text_.substr(at + 1, i - at - 1);
  while (true) {
    const std::size_t before = i;
    while (i < text_.size() && is_blank(text_[i])) ++i;
    if (i >= text_.size()) return std::nullopt;
    if (text_[i] == '>') return HtmlPiece{.length = i + 1 - at, .tag = tag};
    if (text_.substr(i, 2) == "/>") return HtmlPiece{.length = i + 2 - at, .tag = tag};
    if (before == i || !skip_attribute(i)) return std::nullopt;
  }
}

void OpenElements::note(const HtmlPiece& piece) {
  for (std::size_t i = 0; i < kShowing.size(); ++i) {
    if (!equals_ignore_case(piece.tag, kShowing[i])) continue;
    if (!piece.closing) ++open_[i];
    if (piece.closing && open_[i] > 0) --open_[i];
  }
}

bool OpenElements::any() const {
  return std::ranges::any_of(open_, [](std::size_t count) { return count > 0; });
}

std::vector<bool> plain_starts(std::string_view paragraph, OpenElements& open) {
  std::vector<bool> plain;
  BacktickRuns runs(paragraph);
  HtmlSearch html(paragraph);
  // A line that begins before `hidden_until` begins inside a construct.
  std::size_t hidden_until = 0;
  bool at_line_start = true;
  for (std::size_t i = 0; i < paragraph.size();) {
    if (at_line_start) plain.push_back(i >= hidden_until && !open.any());
    at_line_start = paragraph[i] == '\n';
    std::size_t next = i + 1;
    if (i >= hidden_until && paragraph[i] == '\\' && next < paragraph.size() &&
        is_punctuation(paragraph[next])) {
      next = i + 2;
    } else if (i >= hidden_until && paragraph[i] == '`') {
      std::size_t end = i;
      while (end < paragraph.size() && paragraph[end] == '`') ++end;
      const auto close = runs.next(end - i, end);
      if (close) hidden_until = *close + (end - i);
      next = end;
    } else if (i >= hidden_until && paragraph[i] == '<') {
      if (const auto piece = html.at(i)) {
        open.note(*piece);
        hidden_until = i + piece->length;
      }
    }
    i = next;
  }
  return plain;
}

void note_tags(std::string_view text, OpenElements& open) {
  HtmlSearch html(text);
  for (std::size_t i = text.find('<'); i != std::string_view::npos; i = text.find('<', i)) {
    const auto piece = html.at(i);
    if (piece) open.note(*piece);
    i += piece ? piece->length : 1;
  }
}

}  // namespace kedge::incident::markdown
