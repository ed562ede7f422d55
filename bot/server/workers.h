// SPDX-License-Identifier: Apache-2.0
// A few threads behind a bounded queue, for what must not hold the loop up: pages, and checking big bodies.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kedge::server {

class Workers {
 public:
  Workers(std::size_t threads, std::size_t waiting_max);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False where too much waits already; the job is not taken then.
  [[nodiscard]] bool offer(std::function<void()> job);
  /// Ends the jobs that run, drops those that wait, joins. Safe to repeat.
  void stop();

 private:
  void work();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> waiting_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kedge::server
