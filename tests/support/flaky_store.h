// SPDX-License-Identifier: Apache-2.0
// A store in front of the real one, where the process may die before or after a transaction, or the disk be
// busy.
#pragma once

#include <functional>
#include <string_view>

#include "bot/ports/store.h"
#include "tests/support/fake_world.h"

namespace kedge::testing {

enum class Hitch { none, busy, crash_before, crash_after };

class FlakyStore : public ports::Store {
 public:
  explicit FlakyStore(ports::Store& real) : real_(real) {}

  /// Asked at every write.
  std::function<Hitch(std::string_view)> hitch = [](std::string_view) { return Hitch::none; };

  Result<std::vector<ports::Accepted>> accept(std::span<const ports::NewDelivery> batch) override {
    return write("accept", [&] { return real_.accept(batch); });
  }
  Result<std::vector<ports::InboxItem>> claim_inbox(std::size_t limit, TimePoint now,
                                                    Duration lease) override {
    return write("claim_inbox", [&] { return real_.claim_inbox(limit, now, lease); });
  }
  Result<void> retry_inbox(std::int64_t row, TimePoint not_before, std::string_view error) override {
    return write("retry_inbox", [&] { return real_.retry_inbox(row, not_before, error); });
  }
  Result<void> park_inbox(std::int64_t row, std::string_view reason) override {
    return real_.park_inbox(row, reason);
  }
  Result<std::optional<ports::InboxItem>> find_delivery(const DeliveryGuid& guid, bool requeue) override {
    return real_.find_delivery(guid, requeue);
  }
  Result<std::vector<ports::Record>> read(RepositoryId repository, std::int64_t after,
                                          std::size_t limit) override {
    return real_.read(repository, after, limit);
  }
  Result<std::vector<ports::Head>> heads() override { return real_.heads(); }
  Result<std::vector<ports::IncidentRow>> incidents() override { return real_.incidents(); }
  Result<std::int64_t> commit(const ports::Turn& turn) override {
    return write("commit", [&] { return real_.commit(turn); });
  }
  Result<std::vector<ports::OutboxItem>> claim_effects(std::size_t limit, TimePoint now, Duration lease,
                                                       int priority_most) override {
    return write("claim_effects", [&] { return real_.claim_effects(limit, now, lease, priority_most); });
  }
  Result<void> retry_effect(const ports::EffectClaim& claim, TimePoint not_before, bool doubt,
                            std::string_view error) override {
    return write("retry_effect", [&] { return real_.retry_effect(claim, not_before, doubt, error); });
  }
  Result<std::optional<ports::EffectRow>> find_effect(const EffectId& id) override {
    return real_.find_effect(id);
  }
  Result<std::vector<ports::EffectRow>> parked_effects() override { return real_.parked_effects(); }
  Result<void> unpark_effect(const EffectId& id, TimePoint now) override {
    return real_.unpark_effect(id, now);
  }
  Result<std::vector<ports::TimerRow>> due_timers(TimePoint now, std::size_t limit) override {
    return real_.due_timers(now, limit);
  }
  Result<std::optional<TimePoint>> next_due() override { return real_.next_due(); }
  Result<ports::QueueDepth> depth(TimePoint now) override { return real_.depth(now); }
  Result<void> take_over() override { return real_.take_over(); }
  Result<void> forget(TimePoint before) override { return real_.forget(before); }

 private:
  template <typename Act>
  auto write(std::string_view call, Act act) -> decltype(act()) {
    const Hitch kind = hitch(call);
    if (kind == Hitch::busy) return fail(Errc::unavailable, "cannot {}: the disk is busy", call);
    if (kind == Hitch::crash_before) throw Crash{};
    auto result = act();
    if (kind == Hitch::crash_after) throw Crash{};
    return result;
  }

  ports::Store& real_;
};

}  // namespace kedge::testing
