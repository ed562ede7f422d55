// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/myers_diff.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

namespace kedge::rollback::merge {
namespace {

using Index = std::ptrdiff_t;

// Git's numbers; with others some changes would lie elsewhere than git has them.
constexpr std::size_t kFrequentMax = 1024;    ///< So many counterparts are frequent whatever the file's size.
constexpr std::size_t kLeaveOutWindow = 100;  ///< Lines looked at, up and down, before one is left out.
constexpr std::size_t kLeaveOutShare = 4;  ///< Left out if fewer than one in so many around can be matched.
constexpr Index kShortestCostMin = 256;    ///< Edits up to which the shortest answer is always sought.

/// A power of two near the square root.
std::size_t rough_root(std::size_t number) {
  std::size_t root = 1;
  for (; number > 0; number >>= 2U) root <<= 1U;
  return root;
}

/// The lines of one side that take part, and the marks of the others.
struct KeptLines {
  std::vector<LineId> ids;
  std::vector<std::size_t> places;
};

enum class Counterparts : char { none, some, many };

/// A line with many counterparts amid lines with none would only anchor the diff at random.
bool is_amid_unmatched(const std::vector<Counterparts>& lines, std::size_t at) {
  std::size_t none = 0;
  std::size_t many = 1;
  const auto look = [&](auto next, std::size_t steps) {
    std::size_t none_here = 0;
    std::size_t place = at;
    for (std::size_t step = 0; step < std::min(steps, kLeaveOutWindow); ++step) {
      place = next(place);
      if (lines[place] == Counterparts::some) break;
      (lines[place] == Counterparts::none ? none_here : many) += 1;
    }
    none += none_here;
    return none_here > 0;
  };
  const bool above = look([](std::size_t place) { return place - 1; }, at);
  if (!above) return false;
  // The line itself counts once for each direction.
  ++many;
  const bool below = look([](std::size_t place) { return place + 1; }, lines.size() - at - 1);
  return below && many * kLeaveOutShare < many + none;
}

/// Keeps the lines of `range` worth comparing with the other side and marks the rest.
KeptLines keep_matchable(std::span<const LineId> lines, LineRange range, std::span<const LineId> other,
                         std::span<char> changed) {
  std::vector<LineId> sorted(other.begin(), other.end());
  std::ranges::sort(sorted);
  const std::size_t frequent = std::min(rough_root(lines.size()), kFrequentMax);
  std::vector<Counterparts> counterparts;
  for (const LineId id : lines.subspan(range.first, range.count)) {
    // Not std::ranges: clang 14, which builds the fuzz targets, does not take what that answers.
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), id);
    const auto count = static_cast<std::size_t>(last - first);
    counterparts.push_back(count == 0          ? Counterparts::none
                           : count >= frequent ? Counterparts::many
                                               : Counterparts::some);
  }
  KeptLines kept;
  for (std::size_t i = 0; i < range.count; ++i) {
    const bool is_out = counterparts[i] == Counterparts::none ||
                        (counterparts[i] == Counterparts::many && is_amid_unmatched(counterparts, i));
    if (is_out) {
      changed[range.first + i] = 1;
    } else {
      kept.ids.push_back(lines[range.first + i]);
      kept.places.push_back(range.first + i);
    }
  }
  return kept;
}

/// Part of the grid of `before` (across) by `after` (down); `exact`: its way is known to be short.
struct Box {
  Index left, right, top, bottom;
  bool exact;
};

struct Middle {
  Index across, down;
  bool first_exact, second_exact;
};

/// How far ways with the same number of edits come on each diagonal (across - down).
class Front {
 public:
  Front(Index lowest, Index highest)
      : offset_(1 - lowest), reach_(static_cast<std::size_t>(highest - lowest + 3)) {}
  void start(Index diagonal, Index across) {
    low_ = high_ = diagonal;
    (*this)[diagonal] = across;
  }
  /// One edit more: a diagonal more on each side within the box, one less beyond its corners.
  void widen(const Box& box, Index unreached) {
    if (low_ > box.left - box.bottom) {
      (*this)[--low_ - 1] = unreached;
    } else {
      ++low_;
    }
    if (high_ < box.right - box.top) {
      (*this)[++high_ + 1] = unreached;
    } else {
      --high_;
    }
  }
  Index& operator[](Index diagonal) { return reach_[static_cast<std::size_t>(diagonal + offset_)]; }
  [[nodiscard]] Index low() const { return low_; }
  [[nodiscard]] Index high() const { return high_; }
  [[nodiscard]] bool covers(Index diagonal) const { return low_ <= diagonal && diagonal <= high_; }

 private:
  Index offset_;
  std::vector<Index> reach_;
  Index low_ = 0;
  Index high_ = 0;
};

class Myers {
 public:
  Myers(const KeptLines& before, const KeptLines& after, std::span<char> before_changed,
        std::span<char> after_changed, WorkBudget& budget)
      : before_(before),
        after_(after),
        before_changed_(before_changed),
        after_changed_(after_changed),
        budget_(budget),
        forward_(-size(after), size(before)),
        backward_(-size(after), size(before)),
        cost_max_(std::max(static_cast<Index>(rough_root(before.ids.size() + after.ids.size() + 3)),
                           kShortestCostMin)) {}

  void run() {
    std::vector<Box> open{{0, size(before_), 0, size(after_), false}};
    while (!open.empty()) {
      Box box = open.back();
      open.pop_back();
      shrink(box);
      if (box.left == box.right || box.top == box.bottom) {
        mark(box);
        continue;
      }
      const std::optional<Middle> middle = find_middle(box);
      if (!middle) {
        mark(box);
        continue;
      }
      open.push_back({middle->across, box.right, middle->down, box.bottom, middle->second_exact});
      open.push_back({box.left, middle->across, box.top, middle->down, middle->first_exact});
    }
  }

 private:
  static Index size(const KeptLines& lines) { return static_cast<Index>(lines.ids.size()); }
  [[nodiscard]] bool same(Index across, Index down) const {
    return before_.ids[static_cast<std::size_t>(across)] == after_.ids[static_cast<std::size_t>(down)];
  }

  void shrink(Box& box) const {
    while (box.left < box.right && box.top < box.bottom && same(box.left, box.top)) ++box.left, ++box.top;
    while (box.left < box.right && box.top < box.bottom && same(box.right - 1, box.bottom - 1))
      --box.right, --box.bottom;
  }

  void mark(const Box& box) {
    for (Index i = box.left; i < box.right; ++i)
      before_changed_[before_.places[static_cast<std::size_t>(i)]] = 1;
    for (Index i = box.top; i < box.bottom; ++i)
      after_changed_[after_.places[static_cast<std::size_t>(i)]] = 1;
  }

  /// Where a shortest way crosses the middle; a good way, once the shortest costs too much; nothing without
  /// budget.
  std::optional<Middle> find_middle(const Box& box) {
    forward_.start(box.left - box.top, box.left);
    backward_.start(box.right - box.bottom, box.right);
    const bool odd = ((box.left - box.top - box.right + box.bottom) & 1) != 0;
    for (Index cost = 1;; ++cost) {
      if (!budget_.spend(static_cast<std::uint64_t>(forward_.high() - forward_.low() + 2) * 2)) return {};
      if (const auto middle = advance_forward(box, odd)) return middle;
      if (const auto middle = advance_backward(box, !odd)) return middle;
      if (!box.exact && cost >= cost_max_) return furthest(box);
    }
  }

  std::optional<Middle> advance_forward(const Box& box, bool may_meet) {
    forward_.widen(box, -1);
    for (Index diagonal = forward_.high(); diagonal >= forward_.low(); diagonal -= 2) {
      Index across = std::max(forward_[diagonal - 1] + 1, forward_[diagonal + 1]);
      const Index start = across;
      while (across < box.right && across - diagonal < box.bottom && same(across, across - diagonal))
        ++across;
      budget_.spend(static_cast<std::uint64_t>(across - start));
      forward_[diagonal] = across;
      if (may_meet && backward_.covers(diagonal) && backward_[diagonal] <= across)
        return Middle{across, across - diagonal, true, true};
    }
    return {};
  }

  std::optional<Middle> advance_backward(const Box& box, bool may_meet) {
    backward_.widen(box, std::numeric_limits<Index>::max());
    for (Index diagonal = backward_.high(); diagonal >= backward_.low(); diagonal -= 2) {
      Index across = std::min(backward_[diagonal - 1], backward_[diagonal + 1] - 1);
      const Index start = across;
      while (across > box.left && across - diagonal > box.top && same(across - 1, across - diagonal - 1))
        --across;
      budget_.spend(static_cast<std::uint64_t>(start - across));
      backward_[diagonal] = across;
      if (may_meet && forward_.covers(diagonal) && across <= forward_[diagonal])
        return Middle{across, across - diagonal, true, true};
    }
    return {};
  }

  /// The end of the way that came furthest, forwards or backwards; its own part is short.
  Middle furthest(const Box& box) {
    Index best_forward = -1;
    Index forward_across = -1;
    for (Index diagonal = forward_.high(); diagonal >= forward_.low(); diagonal -= 2) {
      const Index across = std::min({forward_[diagonal], box.right, box.bottom + diagonal});
      const Index sum = across + across - diagonal;
      if (sum > best_forward) best_forward = sum, forward_across = across;
    }
    Index best_backward = std::numeric_limits<Index>::max();
    Index backward_across = best_backward;
    for (Index diagonal = backward_.high(); diagonal >= backward_.low(); diagonal -= 2) {
      const Index across = std::max({backward_[diagonal], box.left, box.top + diagonal});
      const Index sum = across + across - diagonal;
      if (sum < best_backward) best_backward = sum, backward_across = across;
    }
    if (box.right + box.bottom - best_backward < best_forward - box.left - box.top)
      return {forward_across, best_forward - forward_across, true, false};
    return {backward_across, best_backward - backward_across, false, true};
  }

  const KeptLines& before_;
  const KeptLines& after_;
  std::span<char> before_changed_;
  std::span<char> after_changed_;
  WorkBudget& budget_;
  Front forward_;
  Front backward_;
  Index cost_max_;
};

}  // namespace

void myers_diff(std::span<const LineId> before, std::span<const LineId> after, std::span<char> before_changed,
                std::span<char> after_changed, WorkBudget& budget) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t top = 0;
  while (top < shorter && before[top] == after[top]) ++top;
  std::size_t bottom = 0;
  while (bottom < shorter - top && before[before.size() - bottom - 1] == after[after.size() - bottom - 1])
    ++bottom;
  budget.spend(top + bottom);
  // A line's frequency is that in the whole region, the common ends included.
  const KeptLines kept_before =
      keep_matchable(before, {top, before.size() - top - bottom}, after, before_changed);
  const KeptLines kept_after =
      keep_matchable(after, {top, after.size() - top - bottom}, before, after_changed);
  Myers(kept_before, kept_after, before_changed, after_changed, budget).run();
}

}  // namespace kedge::rollback::merge
