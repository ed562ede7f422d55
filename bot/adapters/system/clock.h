// SPDX-License-Identifier: Apache-2.0
// The machine's clock. Deadlines are kept by the store's clock; this one paces loops and stamps what this
// process sees itself.
#pragma once

#include "bot/ports/clock.h"

namespace kedge::adapters::system {

class SystemClock : public ports::Clock {
 public:
  TimePoint now() override;
  /// Not moved by changes of the wall clock. Returns at once for a duration of zero or less.
  void sleep_for(Duration duration, std::stop_token stop) override;
};

}  // namespace kedge::adapters::system
