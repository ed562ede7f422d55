// SPDX-License-Identifier: Apache-2.0
// The texts of templates/text/, by file name without `.mustache`. The build compiles them in (embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace kedge::templates {

struct Words {
  std::string_view name;
  std::string_view text;
};

/// All of them, sorted by name.
std::span<const Words> all_words();

}  // namespace kedge::templates
