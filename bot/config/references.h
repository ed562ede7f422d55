// SPDX-License-Identifier: Apache-2.0
// What the format alone cannot say: names in a runbook that must fit together.
#pragma once

#include <yaml-cpp/yaml.h>

#include <vector>

#include "bot/config/runbook.h"

namespace kedge::config {

/// `own` is the file, `whole` the file merged with its presets; both fit the format. Every problem stands in
/// `own`, even where a preset's part does not fit it any more.
void check_references(const YAML::Node& whole, const YAML::Node& own, std::vector<Problem>& problems);

}  // namespace kedge::config
