// SPDX-License-Identifier: Apache-2.0
// How much two files have in common, by the measure that git finds renames with: the bytes in the chunks that
// both have, of the bytes of the larger file. A chunk is a line, cut after 64 bytes. Chunks are told apart by
// a small hash; it is git's own, because which of them collide decides some renames. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace kedge::rollback::merge {

/// Scores are parts of so many.
inline constexpr std::uint64_t kSameScore = 60'000;
inline constexpr std::uint64_t kRenameScore = 30'000;    ///< 50 %
inline constexpr std::uint64_t kSameNameScore = 45'000;  ///< 75 %: for a guess by name.

/// A file's chunks as hash and bytes, sorted by hash, each hash once.
struct Chunks {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> weights;
  std::uint64_t file_bytes = 0;
};

/// In a text, CR before LF does not count. The rest after the last LF counts only in full chunks of 64 bytes:
/// git before 2.44 looked no further.
Chunks chunks_of(std::string_view file);

std::uint64_t score_of(const Chunks& a, const Chunks& b);
/// True if sizes so far apart exclude the score, whatever the contents.
bool sizes_exclude(std::uint64_t a, std::uint64_t b, std::uint64_t score);

}  // namespace kedge::rollback::merge
