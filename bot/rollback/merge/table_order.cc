// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/table_order.h"

#include <cstdint>

namespace kedge::rollback::merge {
namespace {

constexpr std::uint32_t kFnvStart32 = 0x811c9dc5U;
constexpr std::uint32_t kFnvFactor32 = 0x01000193U;
constexpr std::size_t kFirstBuckets = 64;
constexpr std::size_t kGrowth = 4;

std::uint32_t fnv1(const std::string& name) {
  std::uint32_t hash = kFnvStart32;
  for (const char c : name) hash = (hash * kFnvFactor32) ^ static_cast<unsigned char>(c);
  return hash;
}

/// Each bucket lists the newest last.
using Buckets = std::vector<std::vector<std::size_t>>;

std::vector<std::size_t> listed(const Buckets& buckets) {
  std::vector<std::size_t> order;
  for (const auto& bucket : buckets) order.insert(order.end(), bucket.rbegin(), bucket.rend());
  return order;
}

}  // namespace

std::vector<std::size_t> table_order(const std::vector<std::string>& names) {
  std::vector<std::uint32_t> hashes;
  Buckets buckets(kFirstBuckets);
  const auto put = [&](std::size_t number) { buckets[hashes[number] % buckets.size()].push_back(number); };
  for (std::size_t i = 0; i < names.size(); ++i) {
    hashes.push_back(fnv1(names[i]));
    put(i);
    if (i + 1 <= buckets.size() * 4 / 5) continue;
    const std::vector<std::size_t> moved = listed(buckets);
    buckets.assign(buckets.size() * kGrowth, {});
    for (const std::size_t number : moved) put(number);
  }
  return listed(buckets);
}

}  // namespace kedge::rollback::merge
