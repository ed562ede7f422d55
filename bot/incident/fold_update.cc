// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/incident/fold.h"

namespace kedge::incident {
namespace {

Slot* slot_in(Incident& incident, int number) {
  const auto found = std::ranges::find(incident.slots, number, &Slot::number);
  return found == incident.slots.end() ? nullptr : &*found;
}

}  // namespace

void fold(State& state, TimePoint, const UpdateScheduled& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr) return;
  if (Slot* slot = slot_in(*incident, event.number)) {
    slot->due_at = event.due_at;
  } else {
    incident->slots.push_back({.number = event.number, .due_at = event.due_at});
  }
  if (is_open(incident->phase)) incident->next_update_due = event.due_at;
}

void fold(State& state, TimePoint, const UpdateWritten& event) {
  Incident* incident = incident_in(state, event.incident);
  Slot* slot = incident == nullptr ? nullptr : slot_in(*incident, event.number);
  if (slot == nullptr) return;
  slot->text = event.text;
  slot->author = event.by;
}

void fold(State& state, TimePoint at, const UpdateSent& event) {
  Incident* incident = incident_in(state, event.incident);
  Slot* slot = incident == nullptr ? nullptr : slot_in(*incident, event.number);
  if (slot == nullptr) return;
  slot->state = event.state;
  slot->sent_at = at;
  // Until the next one is scheduled, which some severities do not do.
  const auto is_newer = [&](const Slot& one) { return one.number > event.number; };
  if (std::ranges::none_of(incident->slots, is_newer)) incident->next_update_due.reset();
  const std::string_view late = event.state == SlotState::late ? ", late" : "";
  note(*incident, at,
       event.channel == "issue" ? fmt::format("Update {} is on the issue{}", event.number, late)
                                : fmt::format("Update {} sent to {}{}", event.number, event.channel, late));
}

void fold(State& state, TimePoint at, const UpdatesMissed& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr) return;
  for (const TimePoint due : event.due_at)
    incident->slots.push_back({.due_at = due, .state = SlotState::missed});
  note(*incident, at,
       fmt::format("Missed {} update{} in an outage", event.due_at.size(),
                   event.due_at.size() == 1 ? "" : "s"));
}

void fold(State& state, TimePoint, const ChannelDelivered& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr) return;
  ChannelReceipt& receipt = incident->channels[event.channel];
  if (!event.living_message.empty()) receipt.living_message = event.living_message;
  if (!event.message.empty()) receipt.last_message = event.message;
  receipt.last_update = std::max(receipt.last_update, event.number);
  receipt.failure.clear();
  receipt.failure_reported = false;
}

void fold(State& state, TimePoint at, const ChannelFailed& event) {
  Incident* incident = incident_in(state, event.incident);
  if (incident == nullptr) return;
  ChannelReceipt& receipt = incident->channels[event.channel];
  receipt.failure = event.reason;
  receipt.failure_reported = true;
  note(*incident, at, fmt::format("Channel {} does not work: {}", event.channel, event.reason));
}

}  // namespace kedge::incident
