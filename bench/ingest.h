// SPDX-License-Identifier: Apache-2.0
// The parts of the ingest benchmark: servers that run in child processes, and one load generator for all of
// them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace kedge::bench {

inline constexpr const char* kSecret = "bench secret";

/// A server in its own process, so that its memory can be told from the others'. Ends with the value.
class Child {
 public:
  enum class Kind {
    door,           ///< Kedge's public door: epoll front, group commit.
    httplib_each,   ///< cpp-httplib, 64 threads, each delivery its own commit.
    httplib_group,  ///< cpp-httplib, 64 threads that wait for a shared group commit.
  };
  /// `sync`: how long a sync takes; negative: a real fdatasync.
  Child(Kind kind, const std::string& directory, std::chrono::microseconds sync);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] int port() const { return port_; }
  /// A `VmRSS:` or `VmHWM:` line of the process's status, in MiB.
  [[nodiscard]] double memory(const char* line) const;
  [[nodiscard]] double cpu_seconds() const;

 private:
  pid_t pid_ = -1;
  int port_ = 0;
  int stop_ = -1;  ///< Closing it ends the child.
};

struct Load {
  int port = 0;
  std::size_t connections = 64;
  std::size_t silent = 0;           ///< Further connections that are opened first and send nothing.
  std::size_t deliveries = 20'000;  ///< In all; each connection sends its next one when it has its answer.
  std::size_t body_bytes = 13'000;
  std::chrono::seconds time_max{10};
  std::string run;  ///< Part of every delivery's id.
};
struct Outcome {
  std::size_t accepted = 0;
  std::size_t refused = 0;     ///< Other answers than 202.
  std::size_t unanswered = 0;  ///< Connections that never had an answer.
  double seconds = 0;
  std::vector<double> latencies_ms;  ///< Sorted.
};
/// Closed loop over loopback, from one thread, bounded in number and time.
Outcome run_load(const Load& load);

}  // namespace kedge::bench
