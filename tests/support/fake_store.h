// SPDX-License-Identifier: Apache-2.0
// A store in memory for the public door's tests: it takes deliveries in and tells how deep the queue is. Its
// state can be read afterwards, its commits can be held up or made to fail. Everything else answers
// unavailable.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "bot/ports/store.h"

namespace kedge::testing {

class FakeStore : public ports::Store {
 public:
  // -- what a test turns --
  void hold();     ///< The next accept() waits …
  void release();  ///< … until here.
  void fail_with(std::optional<Error> error);
  /// This GUID is one the store can never take: a batch with it fails as invalid.
  void poison(std::string guid);
  void park(const std::string& guid);  ///< As if its processing had failed for good.

  // -- what a test reads --
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool has(const std::string& guid) const;
  [[nodiscard]] std::optional<ports::NewDelivery> find(const std::string& guid) const;
  [[nodiscard]] std::vector<std::size_t> batches() const;
  void wait_until_accepting();  ///< Until an accept() is held.

  Result<std::vector<ports::Accepted>> accept(std::span<const ports::NewDelivery> batch) override;
  Result<ports::QueueDepth> depth(TimePoint now) override;

  Result<std::vector<ports::InboxItem>> claim_inbox(std::size_t, TimePoint, Duration) override;
  Result<void> retry_inbox(std::int64_t, TimePoint, std::string_view) override;
  Result<void> park_inbox(std::int64_t, std::string_view) override;
  Result<std::optional<ports::InboxItem>> find_delivery(const DeliveryGuid&, bool) override;
  Result<std::vector<ports::Record>> read(RepositoryId, std::int64_t, std::size_t) override;
  Result<std::vector<ports::Head>> heads() override;
  Result<std::vector<ports::IncidentRow>> incidents() override;
  Result<std::int64_t> commit(const ports::Turn&) override;
  Result<std::vector<ports::OutboxItem>> claim_effects(std::size_t, TimePoint, Duration, int) override;
  Result<void> retry_effect(const ports::EffectClaim&, TimePoint, bool, std::string_view) override;
  Result<std::optional<ports::EffectRow>> find_effect(const EffectId&) override;
  Result<std::vector<ports::EffectRow>> parked_effects() override;
  Result<void> unpark_effect(const EffectId&, TimePoint) override;
  Result<std::vector<ports::TimerRow>> due_timers(TimePoint, std::size_t) override;
  Result<std::optional<TimePoint>> next_due() override;
  Result<void> take_over() override;
  Result<void> forget(TimePoint) override;

 private:
  struct Row {
    ports::NewDelivery delivery;
    bool parked = false;
  };
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Row> rows_;
  std::vector<std::size_t> batches_;
  std::vector<std::string> poisoned_;
  std::optional<Error> failure_;
  bool held_ = false;
  bool accepting_ = false;
};

}  // namespace kedge::testing
