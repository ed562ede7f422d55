// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/line_trail.h"

#include <algorithm>

#include "bot/rollback/merge/histogram_diff.h"

namespace kedge::adapters::git {
namespace {

using rollback::LineSpan;
using rollback::merge::LineChange;

/// Steps of one comparison; beyond them its answer is coarse, which names a commit too many at worst.
constexpr std::uint64_t kStepsMax = 20'000'000;

struct Bounds {
  std::size_t first = 0;
  std::size_t end = 0;
};

Bounds bounds_of(const LineSpan& span) {
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(span.first, 1)) - 1;
  return {.first = first, .end = first + static_cast<std::size_t>(span.count)};
}

/// Lines that meet, or where one of them is none, lie side by side.
bool meet(const Bounds& lines, const LineChange& change) {
  const bool none = lines.first == lines.end || change.after.count == 0;
  if (none) return change.after.first <= lines.end && change.after.end() >= lines.first;
  return change.after.first < lines.end && change.after.end() > lines.first;
}

}  // namespace

bool LineTrail::step(const std::string& before, const std::string& after) {
  const rollback::merge::Lines old_lines = rollback::merge::split_keeping_ends(before);
  const rollback::merge::Lines new_lines = rollback::merge::split_keeping_ends(after);
  const auto numbered = rollback::merge::number_lines({&old_lines, &new_lines});
  rollback::merge::WorkBudget budget(kStepsMax);
  rollback::merge::HistogramDiff diff(numbered.distinct);
  const std::vector<LineChange> changes = diff.compare(numbered.files[0], numbered.files[1], budget);
  bool touched = false;
  for (LineSpan& span : spans_) {
    const Bounds lines = bounds_of(span);
    // How much longer the old file is before the line.
    std::int64_t first_shift = 0;
    std::int64_t end_shift = 0;
    Bounds widened{.first = lines.first, .end = lines.end};
    bool met = false;
    for (const LineChange& change : changes) {
      const auto growth =
          static_cast<std::int64_t>(change.before.count) - static_cast<std::int64_t>(change.after.count);
      if (meet(lines, change)) {
        met = true;
        widened.first = std::min(widened.first, change.after.first);
        widened.end = std::max(widened.end, change.after.end());
        end_shift += growth;
      } else if (change.after.end() <= lines.first) {
        first_shift += growth;
        end_shift += growth;
      }
    }
    touched = touched || met;
    const std::int64_t first = static_cast<std::int64_t>(widened.first) + first_shift;
    const std::int64_t end = static_cast<std::int64_t>(widened.end) + end_shift;
    span = {.first = first + 1, .count = std::max<std::int64_t>(end - first, 0)};
  }
  return touched;
}

}  // namespace kedge::adapters::git
