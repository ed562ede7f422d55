// SPDX-License-Identifier: Apache-2.0
// Short ways to read a runbook in a test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/config/runbook.h"

namespace kedge::config {

inline std::vector<std::string> texts_of(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.text());
  return texts;
}

inline std::vector<std::string> problems_of(std::string_view text) {
  return texts_of(read_runbook(text).problems);
}

}  // namespace kedge::config
