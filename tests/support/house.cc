// SPDX-License-Identifier: Apache-2.0
#include "tests/support/house.h"

#include <fmt/format.h>

#include <stdexcept>

#include "bot/adapters/store/store.h"
#include "tests/support/story.h"

namespace kedge::testing {

namespace in = incident;

engine::PolicyReading policy_of(const std::string& text) {
  engine::PolicyReading reading{.policy = sample_policy()};
  if (text == "prepare") {
    reading.policy.mode = in::Mode::prepare;
  } else if (text == "observe") {
    reading.policy.mode = in::Mode::observe;
  } else if (text == "rerun") {
    reading.policy.workflow_triggers.front().confirm = in::Confirm::rerun;
  } else if (text == "twice") {
    reading.policy.workflow_triggers.front().confirm = in::Confirm::twice;
  } else if (text == "two channels") {
    reading.policy.channels.push_back({.name = "team", .kind = in::ChannelKind::discord});
  } else if (text == "pager") {
    reading.policy.channels = {{.name = "pager", .kind = in::ChannelKind::pagerduty}};
    reading.policy.workflow_triggers.front().severity = "P1";
  } else if (!text.empty()) {
    reading.problems = {"line 1: " + text};
  }
  return reading;
}

House::House(std::string database) : database_(std::move(database)) {
  start();
}

House::~House() = default;

void House::start() {
  if (!real_) {
    auto opened = store::open_store(database_);
    if (!opened) throw std::runtime_error(opened.error().message);
    real_ = std::move(*opened);
  }
  auto hitch = flaky_ ? flaky_->hitch : nullptr;
  flaky_ = std::make_unique<FlakyStore>(*real_);
  if (hitch) flaky_->hitch = hitch;
  turns_ = std::make_unique<engine::Turns>(*flaky_, clock, policy_of, "https://github.test", true);
  turns_->set_self_login(FakeWorld::kBot);
  performer_ = std::make_unique<engine::Performer>(
      engine::World{.conversations = world, .changes = world, .git = world, .chat = world}, policy_of,
      [](const ports::Repository&) -> Result<engine::Identity> {
        return engine::Identity{.name = FakeWorld::kBot, .email = "3+kedge[bot]@users.noreply.github.test"};
      },
      "https://github.test");
  engine_ = std::make_unique<engine::Engine>(*flaky_, clock, log, *turns_, *performer_, limits);
  if (const auto released = real_->take_over(); !released) throw std::runtime_error(released.error().message);
}

void House::restart() {
  engine_.reset();
  turns_.reset();
  if (database_ != "sqlite::memory:") {
    auto hitch = flaky_->hitch;
    flaky_->hitch = nullptr;
    real_.reset();
    flaky_->hitch = hitch;
  }
  start();
  log.note("-- restart");
}

bool House::deliver(const std::vector<Parcel>& parcels) {
  std::vector<ports::NewDelivery> batch;
  for (const Parcel& parcel : parcels) {
    batch.push_back({.guid = DeliveryGuid(parcel.guid),
                     .event = parcel.event,
                     .body = parcel.body,
                     .received_at = clock.now()});
  }
  return batch.empty() || flaky_->accept(batch).has_value();
}

void House::deliver_all() {
  const std::vector<Parcel> parcels = std::exchange(world.outgoing, {});
  if (!deliver(parcels)) throw std::runtime_error("the store takes nothing");
  told.insert(told.end(), parcels.begin(), parcels.end());
}

bool House::settle() {
  constexpr int kStepsMax = 5000;
  for (int step = 0; step < kStepsMax; ++step) {
    deliver_all();
    const bool took = engine_->take_deliveries() == engine::Step::worked;
    const bool fired = engine_->fire_timers() == engine::Step::worked;
    const bool performed = engine_->perform_effect() == engine::Step::worked;
    if (!took && !fired && !performed && world.outgoing.empty()) return true;
  }
  return false;
}

bool House::pass(Duration duration) {
  const TimePoint end = clock.now() + duration;
  while (settle()) {
    const auto next = real_->next_due();
    if (!next || !*next || **next >= end) {
      clock.move(end - clock.now());
      return settle();
    }
    // A due moment that has passed and did not move anything would hold the clock.
    clock.move(std::max(**next - clock.now(), Duration{1}));
  }
  return false;
}

in::State House::state() {
  const auto state = turns_->state(RepositoryId(7));
  if (!state) throw std::runtime_error(state.error().message);
  return **state;
}

ports::QueueDepth House::depth() {
  const auto depth = real_->depth(clock.now());
  if (!depth) throw std::runtime_error(depth.error().message);
  return *depth;
}

}  // namespace kedge::testing
