// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <memory>
#include <mutex>
#include <vector>

#include "bot/base/text.h"

namespace kedge::sandbox {
namespace {

constexpr int kOptions = CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_HARDBREAKS;
constexpr const char* kExtensions[] = {"table", "strikethrough", "autolink", "tasklist", "tagfilter"};

/// The one kind of HTML that runbooks use: a fold, its summary being text. Nothing else of the block is
/// shown.
std::string folds(std::string_view html) {
  std::string result;
  for (const auto& raw : split_lines(html)) {
    auto line = std::string(trim(raw));
    for (const std::string_view tag : {"<details>", "</details>", "<details open>"}) {
      if (!line.starts_with(tag)) continue;
      result += tag;
      line = std::string(trim(std::string_view(line).substr(tag.size())));
    }
    if (line.starts_with("<summary>") && line.ends_with("</summary>")) {
      result += "<summary>" + escape_html(line.substr(9, line.size() - 19)) + "</summary>";
    }
  }
  return result;
}

/// A fold stays; a comment, and any other HTML, is not shown.
void treat_html(cmark_node* root) {
  std::vector<cmark_node*> blocks;
  std::vector<cmark_node*> inlines;
  std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk(cmark_iter_new(root), cmark_iter_free);
  while (cmark_iter_next(walk.get()) != CMARK_EVENT_DONE) {
    auto* node = cmark_iter_get_node(walk.get());
    if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK) blocks.push_back(node);
    if (cmark_node_get_type(node) == CMARK_NODE_HTML_INLINE) inlines.push_back(node);
  }
  for (auto* node : blocks) {
    if (const auto html = folds(cmark_node_get_literal(node)); !html.empty()) {
      auto* replacement = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
      cmark_node_set_on_enter(replacement, html.c_str());
      cmark_node_insert_before(node, replacement);
    }
    cmark_node_unlink(node);
    cmark_node_free(node);
  }
  for (auto* node : inlines) {
    cmark_node_unlink(node);
    cmark_node_free(node);
  }
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string markdown_to_html(std::string_view text) {
  static std::once_flag registered;
  std::call_once(registered, [] { cmark_gfm_core_extensions_ensure_registered(); });
  std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(cmark_parser_new(kOptions),
                                                                     cmark_parser_free);
  for (const auto* name : kExtensions) {
    if (auto* extension = cmark_find_syntax_extension(name)) {
      cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
  }
  cmark_parser_feed(parser.get(), text.data(), text.size());
  std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root(cmark_parser_finish(parser.get()),
                                                               cmark_node_free);
  treat_html(root.get());
  char* html = cmark_render_html(root.get(), kOptions, cmark_parser_get_syntax_extensions(parser.get()));
  std::string result = html;
  cmark_get_default_mem_allocator()->free(html);
  return result;
}

}  // namespace kedge::sandbox
