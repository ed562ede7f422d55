// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/templates/gfm.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>

#include "bot/base/text.h"

namespace kedge::testing {
namespace {

struct Parsed {
  cmark_parser* parser = nullptr;
  cmark_node* root = nullptr;
  Parsed() = default;
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed() {
    cmark_node_free(root);
    cmark_parser_free(parser);
  }
};

void parse(std::string_view markdown, Parsed& parsed) {
  cmark_gfm_core_extensions_ensure_registered();
  parsed.parser = cmark_parser_new(CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES);
  for (const char* const name : {"table", "strikethrough", "autolink", "tagfilter", "tasklist"}) {
    cmark_parser_attach_syntax_extension(parsed.parser, cmark_find_syntax_extension(name));
  }
  cmark_parser_feed(parsed.parser, markdown.data(), markdown.size());
  parsed.root = cmark_parser_finish(parsed.parser);
}

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

}  // namespace

GfmDocument read_gfm(std::string_view markdown) {
  Parsed parsed;
  parse(markdown, parsed);
  GfmDocument document;
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> walk{cmark_iter_new(parsed.root),
                                                                     cmark_iter_free};
  for (cmark_event_type event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(walk.get())) {
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* const node = cmark_iter_get_node(walk.get());
    const std::string kind = cmark_node_get_type_string(node);
    document.nodes.insert(kind);
    const std::string literal = text_of(cmark_node_get_literal(node));
    if (kind == "text" || kind == "code") document.text += literal;
    if (kind == "softbreak" || kind == "linebreak") document.text += '\n';
    if (kind == "link" || kind == "image") document.urls.push_back(text_of(cmark_node_get_url(node)));
    if (kind.starts_with("html")) document.html.emplace_back(trim(literal));
    if (kind == "code_block") document.blocks.push_back(literal);
  }
  return document;
}

std::string gfm_html(std::string_view markdown) {
  Parsed parsed;
  parse(markdown, parsed);
  char* const html = cmark_render_html(parsed.root, CMARK_OPT_HARDBREAKS | CMARK_OPT_UNSAFE,
                                       cmark_parser_get_syntax_extensions(parsed.parser));
  std::string out = text_of(html);
  std::free(html);
  return out;
}

}  // namespace kedge::testing
