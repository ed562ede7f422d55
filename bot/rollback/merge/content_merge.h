// SPDX-License-Identifier: Apache-2.0
// The three-way merge of one file's text, byte for byte what git's merge writes, markers included: for a
// revert `base` is the file in the commit to undo, `ours` the one at the tip, `theirs` the one before the
// commit. Pure. Whatever the bytes, cost and memory are bounded by the named limits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bot/rollback/merge/lines.h"

namespace kedge::rollback::merge {

/// A NUL in so many first bytes of any side makes the file binary, as for git.
inline constexpr std::size_t kBinaryProbeBytes = 8000;
/// A longer side, or one of more lines, is treated like a binary one: a conflict, never a guess.
inline constexpr std::size_t kMergedFileBytesMax = std::size_t{32} << 20U;
inline constexpr std::size_t kMergedFileLinesMax = 1'000'000;
/// Steps of each comparison of two sides: about half a second. See MergedContent::is_coarse.
inline constexpr std::uint64_t kCompareStepsMax = 150'000'000;

/// What the attribute `merge` asks for.
enum class ContentDriver {
  text,       ///< Unspecified, set, `text`, or any name git does not know.
  binary,     ///< `-merge` and `binary`: two changes are a conflict, our bytes stay.
  union_both  ///< `union`: of lines in conflict both sides, ours first; never a conflict.
};

/// One conflict. Base is the whole run of base lines at odds, also where it was parted into several conflicts
/// by lines that both sides have.
struct Hunk {
  LineRange base;
  LineRange ours;
  LineRange theirs;
  bool operator==(const Hunk&) const = default;
};

/// What stands after the markers; nothing (no blank either) where empty.
struct ContentLabels {
  std::string ours;
  std::string theirs;
  std::size_t marker_bytes = 7;  ///< One more where the result may be merged again.
};

struct MergedContent {
  std::string text;  ///< Where conflicts are left, with git's markers of seven characters; if binary, ours.
  std::vector<Hunk> conflicts;  ///< In the order of the lines.
  bool is_binary = false;       ///< A conflict of bytes: `conflicts` is empty then.
  /// Steps ran out: the text is right, but there may be conflicts, or larger ones, that git does not see.
  bool is_coarse = false;
  [[nodiscard]] bool is_clean() const { return conflicts.empty() && !is_binary; }
};

/// Total: any bytes are merged. For three different files, or two and no base (then empty): a side that did
/// not change is the caller's to see, by its id.
MergedContent merge_content(std::string_view base, std::string_view ours, std::string_view theirs,
                            ContentDriver driver, const ContentLabels& labels);

}  // namespace kedge::rollback::merge
