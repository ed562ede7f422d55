// SPDX-License-Identifier: Apache-2.0
// The inline constructs of Markdown that may run over the end of a line: code spans, HTML comments and tags.
// For markdown.cc alone.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace kedge::incident::markdown {

/// One tag, comment or other piece of raw HTML.
struct HtmlPiece {
  std::size_t length = 0;
  std::string_view tag;  ///< Its name; empty for comments and the like.
  bool closing = false;
};

/// The raw HTML that begins with the `<` at `at`, by CommonMark's rules for inline HTML. A searcher remembers
/// what the rest of the text does not hold, so that many openings without an end cost one search.
class HtmlSearch {
 public:
  explicit HtmlSearch(std::string_view text) : text_(text) {}
  std::optional<HtmlPiece> at(std::size_t at);

 private:
  std::size_t find(std::string_view needle, std::size_t from);
  std::optional<HtmlPiece> until(std::size_t at, std::size_t opening, std::string_view end);
  std::optional<HtmlPiece> open_tag(std::size_t at);
  std::optional<HtmlPiece> close_tag(std::size_t at) const;
  bool skip_attribute(std::size_t& i);

  std::string_view text_;
  struct Absent {
    std::string_view needle;
    std::size_t from = 0;
  };
  std::vector<Absent> absent_;
};

/// Elements whose content is shown rather than said; counted while open, across blocks.
class OpenElements {
 public:
  void note(const HtmlPiece& piece);
  [[nodiscard]] bool any() const;

 private:
  std::array<std::size_t, 16> open_{};
};

/// For each line of a paragraph: is its first character plain text, outside every open element?
std::vector<bool> plain_starts(std::string_view paragraph, OpenElements& open);

/// Notes the tags of an HTML block.
void note_tags(std::string_view html, OpenElements& open);

}  // namespace kedge::incident::markdown
