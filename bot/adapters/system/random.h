// SPDX-License-Identifier: Apache-2.0
// The operating system's randomness, fit for secrets.
#pragma once

#include "bot/ports/clock.h"

namespace kedge::adapters::system {

class OsRandom : public ports::Random {
 public:
  /// Blocks only until the kernel's generator is seeded, early at boot. Source: getrandom(2).
  std::string bytes(std::size_t count) override;
};

}  // namespace kedge::adapters::system
