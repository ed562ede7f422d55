// SPDX-License-Identifier: Apache-2.0
// The line diff that git's merge uses: histogram diff, then each change slid to where git leaves it. The
// exact place of a change decides whether two changes touch, so clean or conflict hangs on agreeing with git
// here. Pure; costs at most the budget and memory in proportion to the files.
#pragma once

#include <span>
#include <vector>

#include "bot/rollback/merge/lines.h"

namespace kedge::rollback::merge {

/// Lines `before` became lines `after`; at least one of them is not empty.
struct LineChange {
  LineRange before;
  LineRange after;
  bool operator==(const LineChange&) const = default;
};

/// Compares sequences of line ids; keeps its tables between comparisons.
class HistogramDiff {
 public:
  explicit HistogramDiff(std::size_t distinct);  ///< All ids are below `distinct`.

  /// In the order of the files; between two changes lies at least one common line. Where the budget runs out,
  /// what is left counts as changed but for its common ends, which is right but coarse.
  std::vector<LineChange> compare(std::span<const LineId> before, std::span<const LineId> after,
                                  WorkBudget& budget);

 private:
  struct Region {
    LineRange before;
    LineRange after;
  };
  struct Match {
    std::size_t before = 0;
    std::size_t after = 0;
    std::size_t length = 0;
  };
  enum class Found { nothing_common, too_frequent, match };

  void divide(const Region& region, std::vector<Region>& open);
  void index(const LineRange& before);
  void forget(const LineRange& before);
  Found find_best_match(const Region& region, Match& best);
  std::size_t try_matches_of(std::size_t line, const Region& region, Match& best, std::size_t& rarity);
  void mark(Region region);

  WorkBudget* budget_ = nullptr;  ///< Of the comparison under way.
  std::span<const LineId> before_;
  std::span<const LineId> after_;
  std::vector<char> before_changed_;
  std::vector<char> after_changed_;
  std::vector<std::uint32_t> count_;  ///< By id: how often it occurs in the region of `before`.
  std::vector<std::uint32_t> first_;  ///< By id: where it first occurs there.
  std::vector<std::uint32_t> next_;   ///< By place in `before`: where the same line occurs next.
};

}  // namespace kedge::rollback::merge
