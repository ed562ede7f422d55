// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/markdown.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bot/base/text.h"
#include "bot/incident/markdown_block.h"
#include "bot/incident/markdown_inline.h"

namespace kedge::incident {
namespace {

using namespace markdown;

/// Deeper containers are not opened: no line in them is plain anyway, and a line costs a step for each.
constexpr std::size_t kNestingMax = 64;

struct Container {
  bool quote = false;
  std::size_t content_offset = 0;  ///< Of a list item.
  bool has_content = true;         ///< A list item that begins with a blank line has none yet.
};

enum class Leaf { none, paragraph, fence, html };

/// Follows the document line by line. Only paragraphs and HTML blocks outside all containers are kept.
class Document {
 public:
  void take(std::string_view line);
  std::vector<std::string_view> finish();

 private:
  struct Kept {
    std::string_view original;
    bool indented = false;
  };

  std::size_t match_containers(std::string_view& text);
  bool take_inside_leaf(std::string_view text);
  bool open_blocks(std::string_view& text, std::size_t& matched);
  void open_leaf(Leaf leaf, std::size_t containers);
  void end_leaf();
  void add_to_paragraph(std::string_view text, std::string_view original);
  [[nodiscard]] bool at_top() const { return containers_.empty(); }

  std::vector<Container> containers_;
  Leaf leaf_ = Leaf::none;
  Fence fence_;
  int html_kind_ = 0;
  std::string text_;         ///< Of the open paragraph or HTML block, where it is at the top.
  std::vector<Kept> lines_;  ///< Of the open paragraph, where it is at the top.
  OpenElements open_;
  std::vector<std::string_view> plain_;
};

/// Takes what the open containers consume off `text`; the number of those that go on.
std::size_t Document::match_containers(std::string_view& text) {
  std::size_t matched = 0;
  for (Container& container : containers_) {
    const std::size_t indent = indent_of(text);
    if (container.quote) {
      if (indent >= kCodeIndent || indent == text.size() || text[indent] != '>') break;
      text.remove_prefix(indent + 1);
      if (text.starts_with(' ')) text.remove_prefix(1);
    } else if (is_blank_line(text)) {
      if (!container.has_content) break;
    } else if (indent >= container.content_offset) {
      text.remove_prefix(container.content_offset);
    } else {
      break;
    }
    ++matched;
  }
  return matched;
}

/// Fences and HTML blocks take every line until their end.
bool Document::take_inside_leaf(std::string_view text) {
  if (leaf_ == Leaf::fence) {
    if (closes(fence_, text)) end_leaf();
    return true;
  }
  if (leaf_ != Leaf::html) return false;
  if (html_kind_ >= 6 && is_blank_line(text)) {
    end_leaf();
    return false;
  }
  if (at_top()) text_.append("\n").append(text);
  if (ends_html(html_kind_, text)) end_leaf();
  return true;
}

void Document::end_leaf() {
  // The kinds below 6 end with their own end mark and leave no element open.
  if (leaf_ == Leaf::html && html_kind_ >= 6 && at_top()) note_tags(text_, open_);
  if (leaf_ == Leaf::paragraph && at_top()) {
    const std::vector<bool> starts = plain_starts(text_, open_);
    for (std::size_t i = 0; i < lines_.size() && i < starts.size(); ++i) {
      if (starts[i] && !lines_[i].indented) plain_.push_back(lines_[i].original);
    }
  }
  leaf_ = Leaf::none;
  text_.clear();
  lines_.clear();
}

/// Ends what is open below the first `containers` containers, and begins `leaf` there.
void Document::open_leaf(Leaf leaf, std::size_t containers) {
  end_leaf();
  containers_.resize(containers);
  if (!containers_.empty()) containers_.back().has_content = true;
  leaf_ = leaf;
}

/// Opens the containers and the leaf that `text` begins with; `matched` counts new containers too. True where
/// a leaf took the whole line.
bool Document::open_blocks(std::string_view& text, std::size_t& matched) {
  bool in_paragraph = leaf_ == Leaf::paragraph;
  while (!is_blank_line(text) && indent_of(text) < kCodeIndent) {
    const bool continues = in_paragraph && matched == containers_.size();
    if (text[indent_of(text)] == '>' && containers_.size() < kNestingMax) {
      open_leaf(Leaf::none, matched);
      containers_.push_back({.quote = true});
      text.remove_prefix(indent_of(text) + 1);
      if (text.starts_with(' ')) text.remove_prefix(1);
    } else if (is_heading(text) || (continues && is_underline(text)) || is_thematic_break(text)) {
      open_leaf(Leaf::none, matched);
      return true;
    } else if (const auto fence = opened_fence(text)) {
      open_leaf(Leaf::fence, matched);
      fence_ = *fence;
      return true;
    } else if (const auto kind = opened_html(text, in_paragraph)) {
      open_leaf(Leaf::html, matched);
      html_kind_ = *kind;
      if (at_top()) text_ = text;
      if (ends_html(html_kind_, text)) end_leaf();
      return true;
    } else if (const auto marker = list_marker(text);
               marker && (marker->may_interrupt || !continues) && containers_.size() < kNestingMax) {
      open_leaf(Leaf::none, matched);
      containers_.push_back(
          {.quote = false, .content_offset = marker->content_offset, .has_content = !marker->empty});
      text.remove_prefix(std::min(marker->content_offset, text.size()));
    } else {
      break;
    }
    in_paragraph = false;
    matched = containers_.size();
  }
  return false;
}

void Document::add_to_paragraph(std::string_view text, std::string_view original) {
  if (!at_top()) return;
  if (!lines_.empty()) text_ += '\n';
  text_ += trim(text);
  lines_.push_back({trim(original), indent_of(text) >= kCodeIndent});
}

void Document::take(std::string_view line) {
  const std::string expanded = expand_tabs(line);
  std::string_view text = expanded;
  std::size_t matched = match_containers(text);
  if (matched == containers_.size() && take_inside_leaf(text)) return;
  if (matched < containers_.size() && leaf_ != Leaf::paragraph) open_leaf(Leaf::none, matched);
  if (open_blocks(text, matched)) return;
  if (is_blank_line(text)) {
    end_leaf();
    containers_.resize(matched);
    return;
  }
  // Where no block began, text goes on with an open paragraph, however deep that is: a lazy line.
  if (leaf_ != Leaf::paragraph) {
    if (!containers_.empty()) containers_.back().has_content = true;
    if (indent_of(text) >= kCodeIndent) return;  // Indented code is a leaf of one line here.
    leaf_ = Leaf::paragraph;
  }
  add_to_paragraph(text, line);
}

std::vector<std::string_view> Document::finish() {
  end_leaf();
  return std::move(plain_);
}

}  // namespace

std::vector<std::string_view> plain_lines(std::string_view markdown) {
  Document document;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    std::string_view line = markdown.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    document.take(line);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return document.finish();
}

}  // namespace kedge::incident
