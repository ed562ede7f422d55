// SPDX-License-Identifier: Apache-2.0
// The group commit: one thread takes all deliveries that wait, stores them in one transaction, and answers
// them after it. No answer leaves before its delivery is durable; a failed commit answers 503, so that the
// sender keeps the delivery and can send it again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "bot/ports/log.h"
#include "bot/ports/store.h"
#include "bot/server/front.h"
#include "bot/server/metrics.h"
#include "bot/server/monotonic.h"

namespace kedge::server {

struct Waiting {
  Ticket ticket = 0;
  ports::NewDelivery delivery;
  std::chrono::nanoseconds read_at{};  ///< When the request was whole.
};

class Ingest {
 public:
  struct Calls {
    std::function<void(std::vector<Answer>)> answer;
    std::function<void()>
        on_accepted;  ///< After each commit that stored or requeued something; may be empty.
  };
  Ingest(ports::Store& store, ports::Log& log, Metrics& metrics, Monotonic monotonic, std::size_t waiting_max,
         Calls calls);
  ~Ingest();
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  /// False where too many wait already; nothing is taken then.
  [[nodiscard]] bool offer(Waiting& waiting);
  /// True while deliveries would be answered 503: too many wait, or the last commit failed.
  [[nodiscard]] bool refuses() const;
  /// Commits and answers what waits, then joins. Safe to repeat.
  void stop();

 private:
  void work();
  void gather(std::unique_lock<std::mutex>& lock);
  void store_batch(std::vector<Waiting>& batch);
  Result<std::vector<ports::Accepted>> accept(const std::vector<ports::NewDelivery>& deliveries);
  void note(const Result<std::vector<ports::Accepted>>& outcome);

  ports::Store& store_;
  ports::Log& log_;
  Metrics& metrics_;
  const Monotonic monotonic_;
  const std::size_t waiting_max_;
  const Calls calls_;

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Waiting> waiting_;
  std::size_t wanted_ = 0;  ///< So many waiting end a gathering.
  bool stopped_ = false;
  // Of the writer's thread alone.
  std::size_t last_batch_ = 0;
  std::size_t batch_before_ = 0;
  std::chrono::nanoseconds commit_time_{};  ///< A running mean.
  std::atomic<bool> failing_{false};
  std::thread thread_;
};

/// What a sender is told while its delivery cannot be stored.
Response unavailable_response();

}  // namespace kedge::server
