// SPDX-License-Identifier: Apache-2.0
// Lines of a file followed back through its versions: which change touched them. Pure.
#pragma once

#include <string>
#include <vector>

#include "bot/rollback/plan.h"

namespace kedge::adapters::git {

class LineTrail {
 public:
  /// Follows these lines of the newest version.
  explicit LineTrail(std::vector<rollback::LineSpan> spans) : spans_(std::move(spans)) {}

  /// One step back, from version `after`, whose lines are followed so far, to version `before`. True if the
  /// change between them touched the lines; then the lines that it took out are followed too.
  bool step(const std::string& before, const std::string& after);

 private:
  std::vector<rollback::LineSpan> spans_;
};

}  // namespace kedge::adapters::git
