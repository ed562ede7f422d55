// SPDX-License-Identifier: Apache-2.0
// GitHub's limits per identity: what an answer says about them, until when to keep quiet, and the pace of
// writes that create content. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "bot/adapters/http/client.h"
#include "bot/ports/clock.h"

namespace kedge::adapters::github {

class Limits {
 public:
  Limits(ports::Clock& clock, Duration pace, std::stop_token stop)
      : clock_(clock), pace_(pace), stop_(std::move(stop)) {}

  /// How long this identity still has to wait; nothing where it may ask.
  std::optional<Duration> blocked(const std::string& who);
  /// For a 403 or 429 that is a limit: how long to wait. `retry-after`, else until `x-ratelimit-reset` where
  /// nothing remains, else a minute that doubles each time. Nothing where the answer is no limit.
  std::optional<Duration> over(const std::string& who, const http::Response& response,
                               const std::string& message);
  /// An answer without a limit: the next unexplained limit starts with a minute again.
  void passed(const std::string& who);

  /// One writer of content at a time for each identity, a pace apart: held while the write is made.
  class Turn {
   public:
    Turn(ports::Clock& clock, std::shared_ptr<void> slot, TimePoint* last, std::unique_lock<std::mutex> lock)
        : clock_(clock), slot_(std::move(slot)), last_(last), lock_(std::move(lock)) {}
    Turn(Turn&&) = default;
    ~Turn() {
      if (lock_.owns_lock()) *last_ = clock_.now();
    }

   private:
    ports::Clock& clock_;
    std::shared_ptr<void> slot_;  ///< Outlives the lock.
    TimePoint* last_;
    std::unique_lock<std::mutex> lock_;
  };
  /// Waits for it. Errors: unavailable where stop was requested meanwhile.
  Result<std::optional<Turn>> write_turn(const std::string& who);

 private:
  struct Quiet {
    TimePoint until{};
    int in_a_row = 0;  ///< Limits without a stated end.
  };
  struct Slot {
    std::mutex mutex;
    TimePoint last{};
  };
  ports::Clock& clock_;
  Duration pace_;
  std::stop_token stop_;
  std::mutex mutex_;
  std::map<std::string, Quiet> quiet_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;
};

}  // namespace kedge::adapters::github
