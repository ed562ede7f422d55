// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_store.h"

#include <algorithm>

namespace kedge::testing {
namespace {

tl::unexpected<Error> not_here() {
  return fail(Errc::unavailable, "cannot use the store: this fake takes deliveries in and nothing else");
}

}  // namespace

void FakeStore::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void FakeStore::release() {
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
  }
  changed_.notify_all();
}

void FakeStore::fail_with(std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

void FakeStore::poison(std::string guid) {
  const std::lock_guard lock(mutex_);
  poisoned_.push_back(std::move(guid));
}

void FakeStore::park(const std::string& guid) {
  const std::lock_guard lock(mutex_);
  rows_.at(guid).parked = true;
}

std::size_t FakeStore::size() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

bool FakeStore::has(const std::string& guid) const {
  return find(guid).has_value();
}

std::optional<ports::NewDelivery> FakeStore::find(const std::string& guid) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(guid);
  if (found == rows_.end()) return std::nullopt;
  return found->second.delivery;
}

std::vector<std::size_t> FakeStore::batches() const {
  const std::lock_guard lock(mutex_);
  return batches_;
}

void FakeStore::wait_until_accepting() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return accepting_; });
}

Result<std::vector<ports::Accepted>> FakeStore::accept(std::span<const ports::NewDelivery> batch) {
  std::unique_lock lock(mutex_);
  batches_.push_back(batch.size());
  accepting_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !held_; });
  accepting_ = false;
  if (failure_) return pass(*failure_);
  for (const auto& delivery : batch)
    if (std::find(poisoned_.begin(), poisoned_.end(), delivery.guid.value) != poisoned_.end())
      return fail(Errc::invalid, "cannot store delivery {}: poisoned", delivery.guid.value);
  std::vector<ports::Accepted> answers;
  for (const auto& delivery : batch) {
    const auto [row, fresh] = rows_.try_emplace(delivery.guid.value, Row{.delivery = delivery});
    answers.push_back(fresh                ? ports::Accepted::stored
                      : row->second.parked ? ports::Accepted::requeued
                                           : ports::Accepted::duplicate);
    row->second.parked = false;
  }
  return answers;
}

Result<ports::QueueDepth> FakeStore::depth(TimePoint) {
  const std::lock_guard lock(mutex_);
  if (failure_) return pass(*failure_);
  ports::QueueDepth depth;
  for (const auto& [guid, row] : rows_) ++(row.parked ? depth.inbox_parked : depth.inbox_queued);
  return depth;
}

Result<std::vector<ports::InboxItem>> FakeStore::claim_inbox(std::size_t, TimePoint, Duration) {
  return not_here();
}
Result<void> FakeStore::retry_inbox(std::int64_t, TimePoint, std::string_view) {
  return not_here();
}
Result<void> FakeStore::park_inbox(std::int64_t, std::string_view) {
  return not_here();
}
Result<std::optional<ports::InboxItem>> FakeStore::find_delivery(const DeliveryGuid&, bool) {
  return not_here();
}
Result<std::vector<ports::Record>> FakeStore::read(RepositoryId, std::int64_t, std::size_t) {
  return not_here();
}
Result<std::vector<ports::Head>> FakeStore::heads() {
  return not_here();
}
Result<std::vector<ports::IncidentRow>> FakeStore::incidents() {
  return not_here();
}
Result<std::int64_t> FakeStore::commit(const ports::Turn&) {
  return not_here();
}
Result<std::vector<ports::OutboxItem>> FakeStore::claim_effects(std::size_t, TimePoint, Duration, int) {
  return not_here();
}
Result<void> FakeStore::retry_effect(const ports::EffectClaim&, TimePoint, bool, std::string_view) {
  return not_here();
}
Result<std::optional<ports::EffectRow>> FakeStore::find_effect(const EffectId&) {
  return not_here();
}
Result<std::vector<ports::EffectRow>> FakeStore::parked_effects() {
  return not_here();
}
Result<void> FakeStore::unpark_effect(const EffectId&, TimePoint) {
  return not_here();
}
Result<std::vector<ports::TimerRow>> FakeStore::due_timers(TimePoint, std::size_t) {
  return not_here();
}
Result<std::optional<TimePoint>> FakeStore::next_due() {
  return not_here();
}
Result<void> FakeStore::take_over() {
  return not_here();
}
Result<void> FakeStore::forget(TimePoint) {
  return not_here();
}

}  // namespace kedge::testing
