// SPDX-License-Identifier: Apache-2.0
// Everything that the subcommands print: strangers' words are in it, so it goes through base/terminal.h.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

#include "bot/base/terminal.h"

namespace kedge::cli {

inline void say_to(std::FILE* to, std::string_view text) {
  const std::string shown = plain_lines(text);
  std::fwrite(shown.data(), 1, shown.size(), to);
}

/// On stdout. A name or title that must stay on its line is given as `plain(…)`.
template <typename... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  say_to(stdout, fmt::format(format, std::forward<Args>(args)...));
}

/// One JSON document, or one line of several, on stdout.
inline void say_json(std::string_view document) {
  const std::string shown = plain_json(document);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  std::fputs(document.ends_with('\n') ? "" : "\n", stdout);
}

}  // namespace kedge::cli
