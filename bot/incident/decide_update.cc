// SPDX-License-Identifier: Apache-2.0
// Keeping people told on a clock: slots, their numbers, and what channels make of them.
#include <algorithm>

#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// An update that falls due is sent then, and takes a moment: only what takes longer is late.
constexpr Duration kOnItsWay = std::chrono::minutes{1};

int next_number(const Incident& incident) {
  int highest = 0;
  for (const Slot& slot : incident.slots) highest = std::max(highest, slot.number);
  return highest + 1;
}

const Slot* slot_of(const Incident& incident, int number) {
  const auto found = std::ranges::find(incident.slots, number, &Slot::number);
  return found == incident.slots.end() ? nullptr : &*found;
}

const Channel* channel_of(const Incident& incident, const std::string& name) {
  const auto found = std::ranges::find(incident.policy.channels, name, &Channel::name);
  return found == incident.policy.channels.end() ? nullptr : &*found;
}

/// Whether the incident may be told there: a drill only where the runbook says so.
bool is_meant(const Incident& incident, const Channel& channel) {
  const std::vector<std::string>& drills = incident.policy.drill_channels;
  return !incident.drill || std::ranges::find(drills, channel.name) != drills.end();
}

bool is_working(const Incident& incident, const Channel& channel) {
  const auto receipt = incident.channels.find(channel.name);
  return is_meant(incident, channel) &&
         (receipt == incident.channels.end() || receipt->second.failure.empty());
}

bool any_works(const Incident& incident) {
  return std::ranges::any_of(incident.policy.channels,
                             [&](const Channel& one) { return is_working(incident, one); });
}

/// An issue that could not be opened is tried again as often as people are told.
void retry_issue(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  if (incident.issue != 0 || !is_open(incident.phase)) return;
  for (const ParkedEffect& parked : incident.parked) {
    if (parked.kind == kind_of(OpenIssue{})) draft.retry(EffectId(parked.effect_id));
  }
}

/// Sends one numbered update everywhere, also where the last one failed: that is how a channel comes back.
/// Where no channel is known to work, the issue carries it.
void send(Draft& draft, const IncidentId& id, int number) {
  const Incident& incident = draft.incident(id);
  const Slot* slot = slot_of(incident, number);
  for (const Channel& channel : incident.policy.channels) {
    if (!is_meant(incident, channel)) continue;
    // An update that could not be sent yet gives way to the newer one; a person's words never do, nor does
    // the first one, which is the living message.
    const bool first_is_on_its_way = number > 1 && !incident.channels.contains(channel.name);
    const bool stays = first_is_on_its_way || (slot != nullptr && !slot->text.empty());
    draft.want(id, number == 1 ? Priority::p2_first_word : Priority::p3_update, "chat:" + channel.name,
               PostUpdate{.channel = channel.name, .number = number},
               stays ? "" : fmt::format("update:{}:{}", id.value, channel.name));
  }
  retry_issue(draft, id);
  if (!any_works(incident) && incident.issue != 0) {
    draft.want(id, Priority::p3_update, state_lane(id), WriteState{.update_number = number});
  }
}

void schedule_next(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  if (!is_open(incident.phase)) return;
  const Severity* severity = find_severity(incident.policy, incident.severity);
  if (severity == nullptr || !severity->update_every || severity->update_every->count() <= 0) return;
  const TimePoint due = draft.now() + *severity->update_every;
  draft.record(UpdateScheduled{.incident = id, .number = next_number(incident), .due_at = due});
  draft.set_timer(TimerKind::update_due, id, due);
}

/// Nothing could carry the update: the same number is due once more, so the clock never stops.
void try_slot_again(Draft& draft, const IncidentId& id, int number) {
  const Incident& incident = draft.incident(id);
  const Severity* severity = find_severity(incident.policy, incident.severity);
  const Slot* slot = slot_of(incident, number);
  const bool newest = number + 1 == next_number(incident);
  const bool waits = slot != nullptr && number > 1 && slot->due_at > draft.now();
  if (slot == nullptr || slot->sent_at || waits || !newest || !is_open(incident.phase) ||
      severity == nullptr || !severity->update_every || severity->update_every->count() <= 0) {
    return;
  }
  const TimePoint due = draft.now() + *severity->update_every;
  draft.record(UpdateScheduled{.incident = id, .number = number, .due_at = due});
  draft.set_timer(TimerKind::update_due, id, due);
}

/// The slot is the incident's: the first place that accepts the update has sent it.
void accept_slot(Draft& draft, const IncidentId& id, int number, const std::string& where) {
  const Slot* slot = slot_of(draft.incident(id), number);
  if (slot == nullptr || slot->sent_at) return;
  const SlotState state = draft.now() <= slot->due_at + kOnItsWay ? SlotState::sent : SlotState::late;
  const bool newest = number + 1 == next_number(draft.incident(id));
  draft.record(UpdateSent{.incident = id, .number = number, .channel = where, .state = state});
  if (newest) schedule_next(draft, id);
  draft.touch(id);
}

void on_channel_failed(Draft& draft, const IncidentId& id, const std::string& channel, const Failed& failed,
                       int number) {
  // The living message may be gone or too old to edit. Whether the channel works, the next update will show.
  if (number == 0) return;
  const auto known = draft.incident(id).channels.find(channel);
  const ChannelReceipt before = known == draft.incident(id).channels.end() ? ChannelReceipt{} : known->second;
  if (!failed.outcome_unknown && before.failure != failed.message) {
    draft.record(ChannelFailed{.incident = id, .channel = channel, .reason = failed.message});
    if (!before.failure_reported) {
      draft.comment(id, Priority::p3_update,
                    PostComment{.issue = draft.incident(id).issue,
                                .topic = Topic::channel_failed,
                                .channel = channel,
                                .text = failed.message});
    }
  }
  draft.touch(id);
  const Incident& incident = draft.incident(id);
  const Slot* slot = slot_of(incident, number);
  if (slot == nullptr || slot->sent_at || (any_works(incident) && !failed.outcome_unknown)) return;
  if (failed.outcome_unknown) {
    // It may have been read; its number is spent, and the clock goes on.
    accept_slot(draft, id, number, channel + ", unconfirmed");
  } else if (incident.issue != 0) {
    draft.want(id, Priority::p3_update, state_lane(id), WriteState{.update_number = number});
  } else if (!incident.issue_failure.empty()) {
    keep_clock(draft, id);
  }
}

}  // namespace

void keep_clock(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  if (incident.issue == 0 && !any_works(incident)) try_slot_again(draft, id, next_number(incident) - 1);
}

void carry_on_issue(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  const Slot* slot = slot_of(incident, next_number(incident) - 1);
  if (any_works(incident) || slot == nullptr || slot->sent_at) return;
  draft.want(id, Priority::p3_update, state_lane(id), WriteState{.update_number = slot->number});
}

void start_updates(Draft& draft, const IncidentId& id) {
  const Incident& incident = draft.incident(id);
  const Severity* severity = find_severity(incident.policy, incident.severity);
  const Duration first =
      severity != nullptr && severity->first_update ? *severity->first_update : Duration{0};
  const TimePoint due = first.count() > 0 ? incident.detected_at + first : draft.now();
  draft.record(UpdateScheduled{.incident = id, .number = 1, .due_at = due});
  send(draft, id, 1);
}

void post_update_now(Draft& draft, const IncidentId& id, const std::string& text, const std::string& by) {
  const Incident& incident = draft.incident(id);
  // A slot that waits for its time is used; one that is on its way is not.
  int number = next_number(incident);
  const Slot* newest = slot_of(incident, number - 1);
  const bool waiting =
      newest != nullptr && !newest->sent_at && newest->number > 1 && newest->due_at > draft.now();
  if (waiting) --number;
  draft.clear_timer(TimerKind::update_due, id);
  draft.record(UpdateScheduled{.incident = id, .number = number, .due_at = draft.now()});
  if (!text.empty()) draft.record(UpdateWritten{.incident = id, .number = number, .text = text, .by = by});
  send(draft, id, number);
  draft.touch(id);
}

void on_update_due(Draft& draft, const IncidentId& id, TimePoint due_at) {
  const Incident& incident = draft.incident(id);
  const Severity* severity = find_severity(incident.policy, incident.severity);
  if (!is_open(incident.phase) || severity == nullptr || !severity->update_every ||
      severity->update_every->count() <= 0) {
    return;
  }
  const int number = next_number(incident) - 1;
  const Slot* slot = slot_of(incident, number);
  if (slot == nullptr || slot->sent_at || slot->due_at != due_at) return;
  UpdatesMissed missed{.incident = id};
  TimePoint newest_due = due_at;
  // After an outage one update catches up; the moments in between are recorded as missed.
  while (newest_due + *severity->update_every <= draft.now()) {
    missed.due_at.push_back(newest_due);
    newest_due += *severity->update_every;
  }
  if (!missed.due_at.empty()) {
    draft.record(missed);
    draft.record(UpdateScheduled{.incident = id, .number = number, .due_at = newest_due});
  }
  send(draft, id, number);
  keep_clock(draft, id);
}

void on_chat(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const IncidentId id = effect.incident;
  if (!draft.state().incidents.contains(id.value)) return;
  const auto* update = std::get_if<PostUpdate>(&effect.body);
  const std::string channel = update != nullptr ? update->channel : std::get<EditLiving>(effect.body).channel;
  if (channel_of(draft.incident(id), channel) == nullptr) return;
  const int number = update == nullptr ? 0 : update->number;
  if (const Failed* failed = failure_of(outcome)) {
    on_channel_failed(draft, id, channel, *failed, number);
    return;
  }
  const auto* delivered = std::get_if<ChatDelivered>(&outcome);
  if (delivered == nullptr || update == nullptr) return;
  const auto receipt = draft.incident(id).channels.find(channel);
  const bool known = receipt != draft.incident(id).channels.end();
  const bool first = !known || receipt->second.living_message.empty();
  const bool came_back = known && !receipt->second.failure.empty();
  draft.record(ChannelDelivered{.incident = id,
                                .channel = channel,
                                .number = number,
                                .living_message = first ? delivered->message : "",
                                .message = delivered->message,
                                .resent = delivered->resent});
  accept_slot(draft, id, number, channel);
  if (came_back) draft.touch(id);
}

void on_state_written(Draft& draft, const Effect& effect, const Outcome& outcome) {
  const auto& written = std::get<WriteState>(effect.body);
  if (written.update_number == 0 || !draft.state().incidents.contains(effect.incident.value)) return;
  if (failure_of(outcome) != nullptr) {
    try_slot_again(draft, effect.incident, written.update_number);
    return;
  }
  accept_slot(draft, effect.incident, written.update_number, "issue");
}

}  // namespace kedge::incident
