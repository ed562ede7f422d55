// SPDX-License-Identifier: Apache-2.0
// The HTTP server: takes requests, lets faults strike, hands each to the face it belongs to (REST, git, chat,
// control, pages) and keeps the journal. Bound to loopback unless told otherwise.
#pragma once

#include <memory>

#include "bot/base/error.h"
#include "bot/sandbox/parts.h"

namespace kedge::sandbox {

class Front {
 public:
  explicit Front(Parts& parts);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;
  /// Binds; port 0 takes a free one. Returns the bound port. Errors: unavailable (address in use).
  Result<int> bind(const std::string& host, int port);
  void start();
  void stop();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace kedge::sandbox
