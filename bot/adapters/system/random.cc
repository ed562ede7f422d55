// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/random.h"

#include <sys/random.h>

#include <cerrno>

#include "bot/base/assert.h"

namespace kedge::adapters::system {

std::string OsRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = getrandom(out.data() + filled, count - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    KEDGE_ASSERT(got > 0, "getrandom fails only for a bad address or without the system call");
    filled += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace kedge::adapters::system
