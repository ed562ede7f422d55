// SPDX-License-Identifier: Apache-2.0
// Chance that can be repeated: the same seed gives the same throws on every machine and library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bot/base/time.h"

namespace kedge::testing {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    // SplitMix64.
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// 0 … limit-1; limit at least 1.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
  /// True in `percent` of 100 throws.
  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }
  Duration upto(Duration most) {
    return Duration{static_cast<std::int64_t>(below(static_cast<std::size_t>(most.count()) + 1))};
  }
  template <typename T>
  const T& of(const std::vector<T>& many) {
    return many[below(many.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace kedge::testing
