// SPDX-License-Identifier: Apache-2.0
#include "bot/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace kedge {

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "kedge: bug: %s:%d: expected %s: %s\n", file, line, condition, why);
  std::abort();
}

}  // namespace kedge
