// SPDX-License-Identifier: Apache-2.0
// The listening socket: from `host:port` to a descriptor that is bound, non-blocking and closed on exec.
#pragma once

#include <string>

#include "bot/base/error.h"

namespace kedge::server {

struct Listener {
  int fd = -1;  ///< Owned by whoever holds the value.
  int port = 0;
  std::string host;       ///< The address that is bound, numeric.
  bool loopback = false;  ///< 127.0.0.0/8 or ::1: nobody outside this machine reaches it.
};

/// Binds `127.0.0.1:8080`, `[::1]:8080`, `localhost:0` or `:8080` (every address); port 0 takes a free one.
/// Sets SO_REUSEADDR only, so that two servers never share a port. Errors: invalid (no such address),
/// conflict (the port is taken), denied, unavailable.
Result<Listener> open_listener(const std::string& address);

}  // namespace kedge::server
