// SPDX-License-Identifier: Apache-2.0
// GitHub's Markdown as HTML that is safe to show: raw HTML is left out, only `<details>` and `<summary>` on
// lines of their own pass, and links lead nowhere dangerous.
#pragma once

#include <string>
#include <string_view>

namespace kedge::sandbox {

std::string markdown_to_html(std::string_view text);
std::string escape_html(std::string_view text);

}  // namespace kedge::sandbox
