// SPDX-License-Identifier: Apache-2.0
// SIGTERM and SIGINT become a stop token and a readable descriptor; SIGPIPE is ignored, so that a broken
// connection is an error of its write and not our end. Handlers are installed rather than signals blocked:
// the kernel drops unhandled signals to PID 1, and a blocked mask would be inherited by the programs we
// start.
#pragma once

#include <stop_token>
#include <thread>

namespace kedge::adapters::system {

/// At most one at a time. Takes the signals over while it lives, and puts the earlier handlers back.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Stop is requested soon after the first SIGTERM or SIGINT. A second SIGINT ends the process at once.
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }
  /// Readable from the first signal on; do not read from it.
  [[nodiscard]] int fd() const { return fired_; }
  /// Which signal came first, or 0.
  [[nodiscard]] int received() const;

 private:
  void watch(const std::stop_token& quit);

  int fired_ = -1;
  int quit_ = -1;
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace kedge::adapters::system
