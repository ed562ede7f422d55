// SPDX-License-Identifier: Apache-2.0
// The case file itself: what it is, since when, who, and what is known.
#include <fmt/format.h>

#include <algorithm>

#include "templates/views.h"

namespace kedge::templates {
namespace {

using incident::Incident;
using incident::Phase;

/// One sign for people who only glance.
std::string_view symbol(Phase phase) {
  switch (phase) {
    case Phase::candidate:
    case Phase::canceled:
      return "⚪";
    case Phase::investigating:
    case Phase::identified:
      return "🔴";
    case Phase::mitigating:
    case Phase::monitoring:
      return "🟡";
    case Phase::resolved:
    case Phase::closed:
      return "🟢";
  }
  return "⚪";
}

std::optional<TimePoint> entered(const Incident& incident) {
  switch (incident.phase) {
    case Phase::candidate:
      return incident.detected_at;
    case Phase::investigating:
      return incident.declared_at;
    case Phase::identified:
      return incident.identified_at;
    case Phase::mitigating:
      return incident.mitigating_at;
    case Phase::monitoring:
      return incident.monitoring_at;
    case Phase::resolved:
      return incident.resolved_at;
    case Phase::closed:
      return incident.closed_at;
    case Phase::canceled:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view product(incident::ChannelKind kind) {
  switch (kind) {
    case incident::ChannelKind::slack:
      return "Slack";
    case incident::ChannelKind::discord:
      return "Discord";
    case incident::ChannelKind::mail:
      return "mail";
    case incident::ChannelKind::pagerduty:
      return "PagerDuty";
  }
  return "";
}

void put_people(View& view, const Pen& pen, const Incident& incident) {
  const auto commander = incident.roles.find("commander");
  view.put("commander", commander == incident.roles.end() ? Markup{} : pen.person(commander->second));
  std::vector<Markup> roles;
  for (const auto& [role, login] : incident.roles) {
    if (role == "commander" || roles.size() >= pen.room.people) continue;
    roles.push_back({pen.text(role).text + ": " + pen.person(login).text});
  }
  view.put("roles", joined(roles, ", "));
  view.put("commander_mention",
           commander == incident.roles.end() ? Markup{} : pen.mention(commander->second));
  std::vector<Markup> people;
  for (const std::string& login : incident.acknowledged_by) {
    if (people.size() < pen.room.people) people.push_back(pen.person(login));
  }
  if (incident.acknowledged_by.size() > people.size()) {
    people.push_back(own(fmt::format("{} more", incident.acknowledged_by.size() - people.size())));
  }
  view.put("acknowledged", listed(people));
  const bool acted = std::ranges::any_of(
      incident.rollbacks, [](const incident::Rollback& one) { return !one.requested_by.empty(); });
  view.flag("unanswered", is_open(incident.phase) && people.empty() && incident.roles.empty() && !acted);
}

void put_channels(View& view, const Pen& pen, const Incident& incident) {
  Rows off{pen.room.rows};
  for (const auto& entry : incident.channels) {
    const std::string& name = entry.first;
    const incident::ChannelReceipt& receipt = entry.second;
    if (receipt.failure.empty()) continue;
    const auto channel = std::ranges::find(incident.policy.channels, name, &incident::Channel::name);
    const bool known = channel != incident.policy.channels.end();
    off.add([&] {
      return View{}
          .put("channel", pen.code(name))
          .put("product", own(known ? product(channel->kind) : ""))
          .put("channel_reason", pen.stopped(receipt.failure));
    });
  }
  off.put_into(view, "channels_off");
}

void put_clock(View& view, const Pen& pen, const Incident& incident) {
  const bool open = is_open(incident.phase);
  const incident::Severity* severity = find_severity(incident.policy, incident.severity);
  const bool answers = severity != nullptr && severity->respond_within.has_value();
  view.put("detected", pen.when(incident.detected_at));
  view.put("declared", incident.declared_at ? pen.when(*incident.declared_at) : Markup{});
  view.put("declared_by", pen.person(incident.declared_by));
  view.put("respond_by", answers ? pen.when(incident.detected_at + *severity->respond_within) : Markup{});
  view.flag("best_effort", severity != nullptr && !severity->respond_within);
  view.flag("freeze_by_hand", open && severity != nullptr && severity->freeze);
  view.put("frozen_branches", names(pen, incident.policy.protected_branches, pen.room.branches));
  view.put("next_due", open && incident.next_update_due ? pen.when(*incident.next_update_due) : Markup{});
  int number = 0;
  for (const incident::Slot& slot : incident.slots) number = std::max(number, slot.number);
  const bool due = !incident.slots.empty() && incident.slots.back().state == incident::SlotState::due;
  view.put("next_number", number == 0 ? 1 : number + (due ? 0 : 1));
}

}  // namespace

View site_view(const Pen& pen) {
  const bool ticks = pen.target != Target::plain;
  const std::string_view bold = pen.target == Target::plain ? "" : pen.target == Target::slack ? "*" : "**";
  View view;
  view.put("tick", own(ticks ? "`" : "")).put("b", own(bold));
  view.flag("on_github", pen.target == Target::markdown);
  view.put("repository", pen.text(pen.state.repository.full_name));
  view.put("now", pen.when(pen.site.now));
  return view;
}

View incident_view(const Pen& pen, const Incident& incident) {
  View view = site_view(pen);
  view.put("severity", pen.text(incident.severity)).put("title", pen.text(incident.title));
  view.put("id", pen.code(incident.id.value)).put("issue", pen.issue(incident));
  view.flag("has_issue", incident.issue != 0).put("issue_failure", pen.stopped(incident.issue_failure));
  view.flag("drill", incident.drill).flag("open", is_open(incident.phase));
  view.put("symbol", own(symbol(incident.phase))).put("phase", own(to_string(incident.phase)));
  const std::optional<TimePoint> since = entered(incident);
  view.put("phase_since", since ? pen.when(*since) : Markup{});
  const auto earlier = pen.state.incidents.find(incident.linked_to.value);
  const bool known = earlier != pen.state.incidents.end();
  view.put("linked_to", known ? pen.issue(earlier->second) : pen.code(incident.linked_to.value));
  view.put("resolution", pen.stopped(incident.resolution)).put("ended_by", pen.person(incident.ended_by));
  view.put("recovered_run", incident.recovered ? pen.run(*incident.recovered) : Markup{});
  view.put("recovered_branch", incident.recovered ? pen.code(incident.recovered->branch) : Markup{});
  view.put("recovered_commit", incident.recovered ? pen.commit(incident.recovered->head_sha) : Markup{});
  put_people(view, pen, incident);
  put_clock(view, pen, incident);
  put_channels(view, pen, incident);
  return view;
}

View facts_view(const Pen& pen, const Incident& incident) {
  View view;
  view.flag("has_run", !incident.signals.empty());
  if (incident.signals.empty()) return view;
  const incident::RunFact& run = incident.signals.front();
  view.put("workflow", pen.text(run.workflow)).put("workflow_path", pen.code(run.path));
  view.put("run", pen.run(run)).put("branch", pen.code(run.branch)).put("commit", pen.commit(run.head_sha));
  view.put("commit_subject", pen.text(run.commit_subject)).put("commit_author", pen.text(run.commit_author));
  view.put("conclusion", pen.text(to_string(run.conclusion))).put("event", pen.text(run.event));
  view.put("actor", pen.text(run.actor));
  view.put("started", run.started_at ? pen.when(*run.started_at) : Markup{});
  return view;
}

View durations_view(const Pen& pen, const Incident& incident) {
  struct Moment {
    std::string_view name;
    std::optional<TimePoint> at;
  };
  const bool rolled = !incident.rollbacks.empty();
  const Moment moments[] = {
      {"Declared", incident.declared_at},
      {"Suspect named", incident.identified_at},
      {"Rollback asked for", rolled ? std::optional{incident.rollbacks.front().decided_at} : std::nullopt},
      {"Merged", rolled ? incident.monitoring_at : std::nullopt},
      {"Resolved", incident.resolved_at},
  };
  View view;
  Rows rows{pen.room.rows};
  for (const Moment& moment : moments) {
    if (!moment.at) continue;
    rows.add([&] {
      return View{}
          .put("moment", own(moment.name))
          .put("at", pen.when(*moment.at))
          .put("after", own(format_duration(*moment.at - incident.detected_at)));
    });
  }
  rows.put_into(view, "moments");
  const TimePoint end = incident.resolved_at.value_or(pen.site.now);
  view.put("lasted", own(format_duration(end - incident.detected_at)));
  return view;
}

View checklist_view(const Pen& pen, const Incident& incident) {
  View view;
  Rows items{pen.room.checklist};
  for (const std::string& item : incident.policy.recovery_checklist) {
    items.add([&] { return View{}.put("check", pen.sentence(item)); });
  }
  items.put_into(view, "checklist");
  return view;
}

}  // namespace kedge::templates
