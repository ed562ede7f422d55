// SPDX-License-Identifier: Apache-2.0
#include "bot/server/monotonic.h"

#include <ctime>

namespace kedge::server {

Monotonic system_monotonic() {
  return [] {
    timespec at{};
    ::clock_gettime(CLOCK_MONOTONIC, &at);
    return std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec};
  };
}

}  // namespace kedge::server
