// SPDX-License-Identifier: Apache-2.0
// The outside world's time and randomness.
#pragma once

#include <stop_token>
#include <string>

#include "bot/base/time.h"

namespace kedge::ports {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() = 0;
  /// Blocks for `duration`, or until stop is requested; a fake returns at once with its time moved on.
  virtual void sleep_for(Duration duration, std::stop_token stop) = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  /// `count` bytes fit for secrets.
  virtual std::string bytes(std::size_t count) = 0;
};

}  // namespace kedge::ports
