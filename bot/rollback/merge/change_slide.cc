// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/change_slide.h"

#include <vector>

namespace kedge::rollback::merge {
namespace {

/// One run of marked lines on its way through a file.
class SlidingRun {
 public:
  SlidingRun(std::span<const LineId> lines, std::span<char> changed, std::size_t start, std::size_t unchanged)
      : lines_(lines), changed_(changed), start_(start), end_(start), unchanged_before_(unchanged) {
    swallow_following();
  }
  [[nodiscard]] std::size_t size() const { return end_ - start_; }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] std::size_t unchanged_before() const { return unchanged_before_; }

  bool slide_up() {
    if (start_ == 0 || lines_[start_ - 1] != lines_[end_ - 1]) return false;
    changed_[--start_] = 1;
    changed_[--end_] = 0;
    --unchanged_before_;
    while (start_ > 0 && changed_[start_ - 1] != 0) --start_;
    return true;
  }
  bool slide_down() {
    if (end_ == lines_.size() || lines_[start_] != lines_[end_]) return false;
    changed_[start_++] = 0;
    changed_[end_++] = 1;
    ++unchanged_before_;
    swallow_following();
    return true;
  }

 private:
  void swallow_following() {
    while (end_ < lines_.size() && changed_[end_] != 0) ++end_;
  }

  std::span<const LineId> lines_;
  std::span<char> changed_;
  std::size_t start_;
  std::size_t end_;
  std::size_t unchanged_before_;  ///< Unmarked lines above the run: its place as the other file sees it.
};

/// For each n: whether the other file has marked lines right above its n-th unmarked line (or at its end).
std::vector<char> changed_places(std::span<const char> changed) {
  std::vector<char> places(1, 0);
  for (const char mark : changed) {
    if (mark != 0) {
      places.back() = 1;
    } else {
      places.push_back(0);
    }
  }
  return places;
}

void settle(SlidingRun& run, const std::vector<char>& other_has_change, WorkBudget& budget) {
  const auto is_beside_change = [&] { return other_has_change[run.unchanged_before()] != 0; };
  std::size_t size = 0;
  std::size_t highest_end = 0;
  bool passed_change = false;
  // Joining another run makes room for further sliding, upwards too.
  do {
    size = run.size();
    while (budget.spend(1) && run.slide_up()) {
    }
    highest_end = run.end();
    passed_change = is_beside_change();
    while (budget.spend(1) && run.slide_down()) passed_change = passed_change || is_beside_change();
  } while (run.size() != size && !budget.is_spent());
  if (run.end() == highest_end || !passed_change) return;
  while (!is_beside_change() && run.slide_up()) {
  }
}

}  // namespace

void slide_changes(std::span<const LineId> lines, std::span<char> changed,
                   std::span<const char> other_changed, WorkBudget& budget) {
  const std::vector<char> other_has_change = changed_places(other_changed);
  std::size_t unchanged = 0;
  for (std::size_t at = 0; at < lines.size();) {
    if (changed[at] == 0) {
      ++unchanged;
      ++at;
      continue;
    }
    SlidingRun run(lines, changed, at, unchanged);
    settle(run, other_has_change, budget);
    at = run.end();
    unchanged = run.unchanged_before();
  }
}

}  // namespace kedge::rollback::merge
