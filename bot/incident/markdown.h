// SPDX-License-Identifier: Apache-2.0
// As much of GitHub's Markdown (CommonMark 0.31 with its extensions) as it takes to tell what a person says
// from what a person shows. Containers (quotes, lists), leaf blocks (fences, indented code, HTML) and the
// inline constructs that can hide a line (code spans, comments, tags) are followed exactly; emphasis, links
// and tables hide nothing and are left alone.
#pragma once

#include <string_view>
#include <vector>

namespace kedge::incident {

/// The lines of `markdown` whose first character is plain text at the top level of the document, trimmed, in
/// order. Indented by four columns or more, or inside an element such as `<details>` or `<code>` that is
/// still open, a line is not one of them. Total; the time grows with the length.
std::vector<std::string_view> plain_lines(std::string_view markdown);

}  // namespace kedge::incident
