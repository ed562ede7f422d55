// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace kedge::adapters::system {

TimePoint SystemClock::now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

void SystemClock::sleep_for(Duration duration, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  // In pieces: the longest Duration does not fit the clock's nanoseconds.
  constexpr Duration kPiece = std::chrono::hours{24};
  while (duration > Duration::zero() && !stop.stop_requested()) {
    const Duration piece = std::min(duration, kPiece);
    changed.wait_for(lock, stop, piece, [] { return false; });
    duration -= piece;
  }
}

}  // namespace kedge::adapters::system
