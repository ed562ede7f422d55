// SPDX-License-Identifier: Apache-2.0
// Time that never goes back, for deadlines and latencies; the moment a delivery came in is ports::Clock's.
#pragma once

#include <chrono>
#include <functional>

namespace kedge::server {

/// Time since a fixed moment. Called from several threads.
using Monotonic = std::function<std::chrono::nanoseconds()>;

/// The system's CLOCK_MONOTONIC.
Monotonic system_monotonic();

}  // namespace kedge::server
