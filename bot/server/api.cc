// SPDX-License-Identifier: Apache-2.0
#include "bot/server/api.h"

#include <nlohmann/json.hpp>

namespace kedge::server {
namespace {

using Json = nlohmann::ordered_json;

std::string print(const Json& json) {
  // Strangers' text may hold bytes that are no UTF-8: replaced, never an exception.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json time(TimePoint at) {
  return format_utc(at);
}
Json time(const std::optional<TimePoint>& at) {
  return at ? Json(format_utc(*at)) : Json(nullptr);
}
Json number_or_null(std::int64_t number) {
  return number == 0 ? Json(nullptr) : Json(number);
}
Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json summary(const Listed& listed) {
  const auto& incident = *listed.incident;
  return {{"id", incident.id.value},
          {"repository", listed.state->repository.full_name},
          {"number", number_or_null(incident.issue)},
          {"severity", incident.severity},
          {"state", to_string(incident.phase)},
          {"title", incident.title},
          {"declared_at", time(incident.declared_at)},
          {"drill", incident.drill},
          {"url", text_or_null(incident.issue_url)}};
}

std::string_view to_text(incident::PullState state) {
  switch (state) {
    case incident::PullState::none:
      return "none";
    case incident::PullState::open:
      return "open";
    case incident::PullState::merged:
      return "merged";
    case incident::PullState::closed:
      return "closed";
  }
  return "none";
}

std::string_view to_text(incident::SlotState state) {
  switch (state) {
    case incident::SlotState::due:
      return "due";
    case incident::SlotState::sent:
      return "sent";
    case incident::SlotState::late:
      return "late";
    case incident::SlotState::missed:
      return "missed";
  }
  return "due";
}

Json rollback_json(const incident::Rollback& rollback) {
  Json branches = Json::array();
  for (const auto& branch : rollback.branches) {
    Json approvals = Json::array();
    for (const auto& approval : branch.approvals)
      approvals.push_back({{"login", approval.login}, {"at", time(approval.at)}, {"how", approval.how}});
    branches.push_back({{"base", branch.plan.base},
                        {"branch", branch.plan.branch},
                        {"commit", branch.pushed_commit ? Json(*branch.pushed_commit) : Json(nullptr)},
                        {"pull_request", number_or_null(branch.pull_request)},
                        {"pull_request_url", text_or_null(branch.pull_request_url)},
                        {"pull_request_state", to_text(branch.pull_state)},
                        {"merge_commit", text_or_null(branch.merge_commit)},
                        {"approvals", std::move(approvals)}});
  }
  return {{"id", rollback.id},
          {"state", to_string(rollback.state)},
          {"target", rollback.target_text},
          {"reason", rollback.reason},
          {"requested_by", text_or_null(rollback.requested_by)},
          {"decided_at", time(rollback.decided_at)},
          {"ended_at", time(rollback.ended_at)},
          {"refusal", text_or_null(rollback.refusal)},
          {"branches", std::move(branches)}};
}

Json updates_json(const incident::Incident& incident) {
  Json updates = Json::array();
  for (const auto& slot : incident.slots)
    updates.push_back({{"number", slot.number},
                       {"due_at", time(slot.due_at)},
                       {"state", to_text(slot.state)},
                       {"sent_at", time(slot.sent_at)},
                       {"author", text_or_null(slot.author)}});
  return updates;
}

Json suspects_json(const incident::Incident& incident) {
  Json suspects = Json::array();
  for (const auto& suspect : incident.suspects)
    suspects.push_back({{"sha", suspect.sha},
                        {"subject", suspect.subject},
                        {"author", suspect.author},
                        {"pull_request", number_or_null(suspect.pull_request)},
                        {"reason", suspect.reason}});
  return suspects;
}

}  // namespace

std::string incidents_json(const std::vector<Listed>& listed) {
  Json out = Json::array();
  for (const Listed& one : listed) out.push_back(summary(one));
  return print(out);
}

std::string incident_json(const Listed& listed) {
  const auto& incident = *listed.incident;
  Json out = summary(listed);
  out["cause"] = incident.cause;
  out["detected_at"] = time(incident.detected_at);
  out["identified_at"] = time(incident.identified_at);
  out["mitigating_at"] = time(incident.mitigating_at);
  out["monitoring_at"] = time(incident.monitoring_at);
  out["resolved_at"] = time(incident.resolved_at);
  out["closed_at"] = time(incident.closed_at);
  out["declared_by"] = text_or_null(incident.declared_by);
  out["issue_failure"] = text_or_null(incident.issue_failure);
  out["roles"] = incident.roles;
  out["acknowledged_by"] = incident.acknowledged_by;
  out["signals"] = incident.signal_count;
  out["suspects"] = suspects_json(incident);
  Json rollbacks = Json::array();
  for (const auto& rollback : incident.rollbacks) rollbacks.push_back(rollback_json(rollback));
  out["rollbacks"] = std::move(rollbacks);
  out["next_update_due"] = time(incident.next_update_due);
  out["updates"] = updates_json(incident);
  Json channels = Json::array();
  for (const auto& [name, receipt] : incident.channels)
    channels.push_back(
        {{"name", name}, {"last_update", receipt.last_update}, {"failure", text_or_null(receipt.failure)}});
  out["channels"] = std::move(channels);
  Json timeline = Json::array();
  for (const auto& entry : incident.timeline)
    timeline.push_back({{"at", time(entry.at)}, {"text", entry.text}});
  out["timeline"] = std::move(timeline);
  out["resolution"] = text_or_null(incident.resolution);
  out["ended_by"] = text_or_null(incident.ended_by);
  out["linked_to"] = text_or_null(incident.linked_to.value);
  return print(out);
}

std::string queue_json(const ports::QueueDepth& depth, const std::vector<ports::EffectRow>& parked) {
  Json pending = Json::object();
  for (std::size_t priority = 0; priority < std::size(depth.outbox_pending); ++priority)
    pending["P" + std::to_string(priority)] = depth.outbox_pending[priority];
  Json effects = Json::array();
  for (const auto& row : parked)
    effects.push_back({{"id", row.item.id.value},
                       {"kind", row.item.kind},
                       {"incident", text_or_null(row.item.incident)},
                       {"priority", "P" + std::to_string(row.item.priority)},
                       {"attempts", row.item.attempts},
                       {"reason", row.last_error}});
  return print(Json{
      {"inbox", {{"queued", depth.inbox_queued}, {"held", depth.inbox_held}, {"parked", depth.inbox_parked}}},
      {"outbox",
       {{"pending", std::move(pending)},
        {"in_flight", depth.outbox_in_flight},
        {"parked", depth.outbox_parked}}},
      {"oldest_pending", time(depth.oldest_pending)},
      {"parked_effects", std::move(effects)}});
}

std::string freeze_json(const Freeze& freeze) {
  Json holds = Json::array();
  for (const auto& hold : freeze.holds)
    holds.push_back({{"repository", hold.repository_name},
                     {"incident", hold.incident.value},
                     {"severity", hold.severity},
                     {"branches", hold.branches},
                     {"since", time(hold.since)}});
  const bool active = freeze.state == "active" || freeze.state == "degraded" || freeze.state == "thawing";
  return print(Json{{"state", freeze.state},
                    {"active", active},
                    {"holds", std::move(holds)},
                    {"note", text_or_null(freeze.note)}});
}

}  // namespace kedge::server
