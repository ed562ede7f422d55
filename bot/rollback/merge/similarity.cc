// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/similarity.h"

#include <algorithm>

#include "bot/rollback/merge/content_merge.h"

namespace kedge::rollback::merge {
namespace {

constexpr std::uint64_t kChunkBytesMax = 64;
constexpr std::uint64_t kFnvStart = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvFactor = 0x100000001b3ULL;

bool is_text(std::string_view file) {
  return file.substr(0, kBinaryProbeBytes).find('\0') == std::string_view::npos;
}

}  // namespace

Chunks chunks_of(std::string_view file) {
  Chunks chunks{.weights = {}, .file_bytes = file.size()};
  const bool text = is_text(file);
  std::uint64_t hash = kFnvStart;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const char c = file[i];
    if (text && c == '\r' && i + 1 < file.size() && file[i + 1] == '\n') continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * kFnvFactor;
    ++bytes;
    if (bytes < kChunkBytesMax && c != '\n') continue;
    chunks.weights.emplace_back(hash, bytes);
    hash = kFnvStart;
    bytes = 0;
  }
  std::ranges::sort(chunks.weights);
  std::size_t kept = 0;
  for (const auto& [chunk, weight] : chunks.weights) {
    if (kept > 0 && chunks.weights[kept - 1].first == chunk) {
      chunks.weights[kept - 1].second += weight;
    } else {
      chunks.weights[kept++] = {chunk, weight};
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
