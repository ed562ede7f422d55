// SPDX-License-Identifier: Apache-2.0
// Files as sequences of lines, and lines as numbers that are equal where the lines are: what the diff and the
// merge compare. A line ends with LF and keeps it, so the last line of a file may differ from the same text
// with a line end. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kedge::rollback::merge {

struct LineRange {
  std::size_t first = 0;  ///< 0-based.
  std::size_t count = 0;
  [[nodiscard]] std::size_t end() const { return first + count; }
  bool operator==(const LineRange&) const = default;
};

using Lines = std::vector<std::string_view>;  ///< Views into the file; together they are all of it.

Lines split_keeping_ends(std::string_view text);

using LineId = std::uint32_t;
using LineIds = std::vector<LineId>;

struct NumberedFiles {
  std::vector<LineIds> files;
  std::size_t distinct = 0;  ///< Ids are below this.
};

/// Numbers the lines of several files together. Takes n log n comparisons whatever the lines are, so that no
/// file can be made that is slow to number. Assumes: below 2^32 lines.
NumberedFiles number_lines(const std::vector<const Lines*>& files);

/// What a diff may still cost. One step is about one look at one line; a diff that runs out of steps stays
/// right but becomes coarse.
class WorkBudget {
 public:
  explicit WorkBudget(std::uint64_t steps) : left_(steps) {}
  /// False, from then on, once the steps are used up.
  bool spend(std::uint64_t steps) {
    if (steps > left_) is_spent_ = true;
    left_ = is_spent_ ? 0 : left_ - steps;
    return !is_spent_;
  }
  [[nodiscard]] bool is_spent() const { return is_spent_; }

 private:
  std::uint64_t left_;
  bool is_spent_ = false;
};

}  // namespace kedge::rollback::merge
