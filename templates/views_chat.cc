// SPDX-License-Identifier: Apache-2.0
// What chat and mail are told: the living message and the numbered updates.
#include <algorithm>

#include "templates/views.h"

namespace kedge::templates {

View chat_view(const Pen& pen, const incident::Incident& incident, const ChatRequest& request) {
  View view = incident_view(pen, incident);
  view.add(next_view(pen, incident)).add(suspects_view(pen, incident)).add(facts_view(pen, incident));
  view.put("number", request.number).flag("resent", request.resent).flag("first", request.number <= 1);
  view.flag("resolved",
            incident.phase == incident::Phase::resolved || incident.phase == incident::Phase::closed);
  view.flag("canceled", incident.phase == incident::Phase::canceled);
  const auto slot = std::ranges::find(incident.slots, request.number, &incident::Slot::number);
  const bool on_its_way =
      slot != incident.slots.end() && !slot->sent_at &&
      std::ranges::none_of(incident.slots, [&](const auto& one) { return one.number > request.number; });
  if (on_its_way && is_open(incident.phase)) {
    // The next one has no date yet: it is due one period after this one.
    const incident::Severity* severity = find_severity(incident.policy, incident.severity);
    const bool again = severity != nullptr && severity->update_every && severity->update_every->count() > 0;
    view.put("next_due", again ? pen.when(pen.site.now + *severity->update_every) : Markup{});
  }
  const bool written = slot != incident.slots.end() && !slot->text.empty();
  view.put("written",
           written ? quote(pen.target, slot->text, std::min<std::size_t>(pen.room.block, 1200)) : Markup{});
  view.put("written_by", written ? pen.person(slot->author) : Markup{});
  // Only the update that follows the gap speaks of it.
  std::int64_t missed = 0;
  for (const incident::Slot& earlier : incident.slots) {
    if (earlier.number == request.number && earlier.state != incident::SlotState::missed) break;
    missed = earlier.state == incident::SlotState::missed ? missed + 1 : 0;
  }
  view.put("missed", missed > 0 ? own(missed) : Markup{});
  std::vector<View> rollbacks;
  if (const incident::Rollback* active = active_rollback(incident)) {
    rollbacks.push_back(rollback_view(pen, incident, *active));
  }
  view.list("active_rollback", std::move(rollbacks));
  view.add(durations_view(pen, incident));
  return view;
}

}  // namespace kedge::templates
