// SPDX-License-Identifier: Apache-2.0
// The texts of templates/runbooks, compiled in.
#pragma once

#include <string_view>

namespace kedge::config {

struct PresetText {
  std::string_view name;
  std::string_view text;
};
/// Made by CMake from templates/runbooks/*.yml.
extern const PresetText kPresets[];
extern const std::size_t kPresetCount;

}  // namespace kedge::config
