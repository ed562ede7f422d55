// SPDX-License-Identifier: Apache-2.0
// A document read by cmark-gfm with the extensions GitHub uses: what a reader would see, and of which kinds
// of nodes it is made.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::testing {

struct GfmDocument {
  std::string text;                 ///< Of all text and code nodes; soft and hard breaks are `\n`.
  std::set<std::string> nodes;      ///< `paragraph`, `text`, `link`, `html_block` …
  std::vector<std::string> urls;    ///< Of links and images.
  std::vector<std::string> html;    ///< Raw HTML, trimmed.
  std::vector<std::string> blocks;  ///< Contents of code blocks.
};

GfmDocument read_gfm(std::string_view markdown);
/// As GitHub would show it (soft breaks are breaks), for looking at.
std::string gfm_html(std::string_view markdown);

}  // namespace kedge::testing
