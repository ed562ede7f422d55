// SPDX-License-Identifier: Apache-2.0
// A program of our own that runs beside the demo, its output in a file.
#pragma once

#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::cli {

class ChildProcess {
 public:
  /// Starts `program`, or this same binary, with `arguments`; `environment` (NAME=value) is added to ours,
  /// less our own KEDGE_ settings. stdout and stderr go to `log_file`. Errors: unavailable.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments,
                                    const std::vector<std::string>& environment, const std::string& log_file,
                                    const std::string& program = "/proc/self/exe");
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();  ///< SIGTERM, and waits.

  /// Sends a signal and waits for the end: the exit status, or 128 + the signal that ended it.
  int end(int signal);

  /// The output so far, once it contains `text`. Errors: unavailable (it ended, or `most` passed), with the
  /// last lines.
  Result<std::string> wait_for_output(const std::string& text, Duration most) const;
  [[nodiscard]] int pid() const { return pid_; }

 private:
  ChildProcess(int pid, std::string log_file) : pid_(pid), log_file_(std::move(log_file)) {}
  int pid_ = -1;
  std::string log_file_;
};

}  // namespace kedge::cli
