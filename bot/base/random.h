// SPDX-License-Identifier: Apache-2.0
// A small generator whose numbers are the same on every platform; the standard distributions are not.
#pragma once

#include <cstdint>

namespace kedge {

/// SplitMix64 (Steele, Lea, Flood 2014). Not for secrets: those come from ports/random.h.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// A number in [0, bound); bound must be above 0. The bias below 2^-32 does not matter here.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// True in `percent` of a hundred calls.
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace kedge
