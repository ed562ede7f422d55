// SPDX-License-Identifier: Apache-2.0
// The living section of the incident's issue.
#include "templates/views.h"

namespace kedge::templates {
namespace {

/// What was to be done, at the beginning of a line.
std::string deed(std::string_view kind) {
  std::string words(incident::deed_of(kind));
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

void put_parked(View& view, const Pen& pen, const incident::Incident& incident) {
  Rows parked{pen.room.rows};
  for (auto it = incident.parked.rbegin(); it != incident.parked.rend(); ++it) {
    parked.add([&] {
      return View{}
          .put("parked_what", pen.text(deed(it->kind)))
          .put("parked_reason", pen.stopped(it->reason))
          .put("parked_retry", pen.code("kedge queue retry " + it->effect_id));
    });
  }
  parked.put_into(view, "parked");
}

}  // namespace

View state_view(const Pen& pen, const incident::Incident& incident) {
  View view = incident_view(pen, incident);
  view.add(suspects_view(pen, incident)).add(checklist_view(pen, incident)).add(next_view(pen, incident));
  // On an issue that Kedge opened the checklist stands outside the section, where ticks survive.
  view.flag("list_checks", incident.issue_adopted && !incident.policy.recovery_checklist.empty());
  View plan;
  plan.flag("has_plan", false);
  if (incident.proposal)
    plan = plan_view(pen, *incident.proposal)
               .add(scope_view(pen, *incident.proposal))
               .add(conflict_view(pen, &incident, *incident.proposal));
  view.add(plan).list("proposal", incident.proposal ? std::vector<View>{plan} : std::vector<View>{});

  put_parked(view, pen, incident);
  Rows rollbacks{pen.room.rollbacks};
  for (auto it = incident.rollbacks.rbegin(); it != incident.rollbacks.rend(); ++it) {
    rollbacks.add([&] { return rollback_view(pen, incident, *it); });
  }
  rollbacks.put_into(view, "rollbacks");
  view.add(fixes_view(pen, incident));

  const std::size_t all = incident.timeline.size();
  const std::size_t shown = std::min(all, pen.room.timeline);
  std::vector<View> lines;
  for (std::size_t i = all - shown; i < all; ++i) {
    const incident::TimelineEntry& entry = incident.timeline[i];
    lines.push_back(View{}.put("at", pen.when(entry.at)).put("line", pen.sentence(entry.text)));
  }
  view.list("timeline", std::move(lines)).flag("has_timeline", all > 0);
  view.put("earlier", all > shown ? own(static_cast<std::int64_t>(all - shown)) : Markup{});

  const bool asks = !incident.rollbacks.empty() &&
                    incident.rollbacks.back().state == incident::RollbackState::awaiting_approval;
  view.flag("may_fix", incident::find_conflict(incident).plan != nullptr && incident.fixes.empty());
  view.flag("may_approve", asks).flag("may_rollback", active_rollback(incident) == nullptr);
  return view;
}

}  // namespace kedge::templates
