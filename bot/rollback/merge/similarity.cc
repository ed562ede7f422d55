// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/similarity.h"

#include <algorithm>
#include <bit>

#include "bot/rollback/merge/content_merge.h"

namespace kedge::rollback::merge {
namespace {

constexpr std::uint64_t kChunkBytesMax = 64;
// Git's numbers: where two chunks share a hash it takes them for one, which lifts a score now and then.
constexpr int kTurn = 7;
constexpr std::uint32_t kLowFactor = 97;
constexpr std::uint32_t kHashes = 107927;

/// A chunk's bytes, taken in one by one.
class ChunkHash {
 public:
  void take(char c) {
    // Added to the upper half; what runs over is lost.
    state_ = std::rotl(state_, kTurn) + (std::uint64_t{static_cast<unsigned char>(c)} << 32U);
    ++bytes_;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint32_t value() const {
    return (static_cast<std::uint32_t>(state_ >> 32U) + static_cast<std::uint32_t>(state_) * kLowFactor) %
           kHashes;
  }

 private:
  std::uint64_t state_ = 0;
  std::uint64_t bytes_ = 0;
};

bool is_text(std::string_view file) {
  return file.substr(0, kBinaryProbeBytes).find('\0') == std::string_view::npos;
}

}  // namespace

Chunks chunks_of(std::string_view file) {
  Chunks chunks{.weights = {}, .file_bytes = file.size()};
  const bool text = is_text(file);
  ChunkHash chunk;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const char c = file[i];
    if (text && c == '\r' && i + 1 < file.size() && file[i + 1] == '\n') continue;
    chunk.take(c);
    if (chunk.bytes() < kChunkBytesMax && c != '\n') continue;
    chunks.weights.emplace_back(chunk.value(), chunk.bytes());
    chunk = {};
  }
  std::ranges::sort(chunks.weights);
  std::size_t kept = 0;
  for (const auto& [hash, weight] : chunks.weights) {
    if (kept > 0 && chunks.weights[kept - 1].first == hash) {
      chunks.weights[kept - 1].second += weight;
    } else {
      chunks.weights[kept++] = {hash, weight};
    }
  }
  chunks.weights.resize(kept);
  return chunks;
}

std::uint64_t score_of(const Chunks& a, const Chunks& b) {
  std::uint64_t common = 0;
  auto left = a.weights.begin();
  auto right = b.weights.begin();
  while (left != a.weights.end() && right != b.weights.end()) {
    if (left->first < right->first) {
      ++left;
    } else if (right->first < left->first) {
      ++right;
    } else {
      common += std::min(left->second, right->second);
      ++left;
      ++right;
    }
  }
  const std::uint64_t larger = std::max(a.file_bytes, b.file_bytes);
  return larger == 0 ? 0 : common * kSameScore / larger;
}

bool sizes_exclude(std::uint64_t a, std::uint64_t b, std::uint64_t score) {
  const std::uint64_t larger = std::max(a, b);
  return larger * (kSameScore - score) < (larger - std::min(a, b)) * kSameScore;
}

}  // namespace kedge::rollback::merge
