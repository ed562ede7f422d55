// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/histogram_diff.h"

#include <algorithm>
#include <limits>

#include "bot/rollback/merge/change_slide.h"
#include "bot/rollback/merge/myers_diff.h"

namespace kedge::rollback::merge {
namespace {

/// A line that occurs more often in a region says too little about what belongs together. Git's number.
constexpr std::size_t kOccurrencesMax = 64;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

std::vector<LineChange> to_changes(std::span<const char> before, std::span<const char> after) {
  std::vector<LineChange> changes;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    const std::size_t i_start = i;
    const std::size_t j_start = j;
    while (i < before.size() && before[i] != 0) ++i;
    while (j < after.size() && after[j] != 0) ++j;
    if (i > i_start || j > j_start) changes.push_back({{i_start, i - i_start}, {j_start, j - j_start}});
    ++i;
    ++j;
  }
  return changes;
}

}  // namespace

HistogramDiff::HistogramDiff(std::size_t distinct) : count_(distinct, 0), first_(distinct, kNone) {}

std::vector<LineChange> HistogramDiff::compare(std::span<const LineId> before, std::span<const LineId> after,
                                               WorkBudget& budget) {
  budget_ = &budget;
  before_ = before;
  after_ = after;
  before_changed_.assign(before.size(), 0);
  after_changed_.assign(after.size(), 0);
  next_.resize(std::max(next_.size(), before.size()));
  std::vector<Region> open{{{0, before.size()}, {0, after.size()}}};
  while (!open.empty()) {
    const Region region = open.back();
    open.pop_back();
    divide(region, open);
  }
  // The second file is slid against the first one's final marks, as git does.
  slide_changes(before, before_changed_, after_changed_, budget);
  slide_changes(after, after_changed_, before_changed_, budget);
  return to_changes(before_changed_, after_changed_);
}

/// Marks the region, or parts it around its best match.
void HistogramDiff::divide(const Region& region, std::vector<Region>& open) {
  const auto& [before, after] = region;
  if (before.count == 0 || after.count == 0 || !budget_->spend(before.count + after.count))
    return mark(region);
  Match best;
  switch (find_best_match(region, best)) {
    case Found::nothing_common:
      return mark(region);
    case Found::too_frequent:
      return myers_diff(before_.subspan(before.first, before.count), after_.subspan(after.first, after.count),
                        std::span(before_changed_).subspan(before.first, before.count),
                        std::span(after_changed_).subspan(after.first, after.count), *budget_);
    case Found::match:
      const std::size_t before_end = best.before + best.length;
      const std::size_t after_end = best.after + best.length;
      open.push_back({{before_end, before.end() - before_end}, {after_end, after.end() - after_end}});
      open.push_back({{before.first, best.before - before.first}, {after.first, best.after - after.first}});
  }
}

void HistogramDiff::index(const LineRange& before) {
  for (std::size_t at = before.end(); at-- > before.first;) {
    const LineId id = before_[at];
    next_[at] = first_[id];
    first_[id] = static_cast<std::uint32_t>(at);
    ++count_[id];
  }
}

void HistogramDiff::forget(const LineRange& before) {
  for (std::size_t at = before.first; at < before.end(); ++at) {
    first_[before_[at]] = kNone;
    count_[before_[at]] = 0;
  }
}

/// The longest common run, or a shorter one around a rarer line; of equals the first that is met.
HistogramDiff::Found HistogramDiff::find_best_match(const Region& region, Match& best) {
  index(region.before);
  std::size_t rarity = kOccurrencesMax + 1;
  bool any_common = false;
  for (std::size_t line = region.after.first; line < region.after.end() && !budget_->is_spent();) {
    const std::size_t count = count_[after_[line]];
    any_common = any_common || count > 0;
    line = count == 0 || count > rarity ? line + 1 : try_matches_of(line, region, best, rarity);
  }
  forget(region.before);
  if (!any_common) return Found::nothing_common;
  return rarity > kOccurrencesMax ? Found::too_frequent : Found::match;
}

/// Tries every place where `line` of `after` occurs in the region; answers the next line worth trying.
std::size_t HistogramDiff::try_matches_of(std::size_t line, const Region& region, Match& best,
                                          std::size_t& rarity) {
  std::size_t next_line = line + 1;
  const std::size_t count = count_[after_[line]];
  for (std::uint32_t place = first_[after_[line]]; place != kNone;) {
    std::size_t rarest = count;
    std::size_t up = 0;
    while (place - up > region.before.first && line - up > region.after.first &&
           before_[place - up - 1] == after_[line - up - 1]) {
      ++up;
      rarest = std::min<std::size_t>(rarest, count_[before_[place - up]]);
    }
    std::size_t down = 1;
    while (place + down < region.before.end() && line + down < region.after.end() &&
           before_[place + down] == after_[line + down]) {
      rarest = std::min<std::size_t>(rarest, count_[before_[place + down]]);
      ++down;
    }
    budget_->spend(up + down);
    next_line = std::max(next_line, line + down);
    if (up + down > best.length || rarest < rarity) {
      best = {.before = place - up, .after = line - up, .length = up + down};
      rarity = rarest;
    }
    // Places inside this match would only find a part of it again.
    const std::size_t match_end = place + down;
    do place = next_[place];
    while (place != kNone && place < match_end);
    if (budget_->is_spent()) break;
  }
  return next_line;
}

/// Common ends are left out: there are some only where the budget ran out.
void HistogramDiff::mark(Region region) {
  auto& [before, after] = region;
  while (before.count > 0 && after.count > 0 && before_[before.first] == after_[after.first]) {
    ++before.first, --before.count;
    ++after.first, --after.count;
  }
  while (before.count > 0 && after.count > 0 && before_[before.end() - 1] == after_[after.end() - 1]) {
    --before.count;
    --after.count;
  }
  const auto set = [](std::vector<char>& marks, const LineRange& range) {
    std::fill_n(marks.begin() + static_cast<std::ptrdiff_t>(range.first), range.count, char{1});
  };
  set(before_changed_, before);
  set(after_changed_, after);
}

}  // namespace kedge::rollback::merge
