// SPDX-License-Identifier: Apache-2.0
#include "bot/server/views.h"

#include <algorithm>

namespace kedge::server {

Freeze wanted_freeze(const std::vector<incident::State>& states) {
  Freeze freeze;
  for (const auto& state : states) {
    for (const incident::Incident* open : incident::open_incidents(state)) {
      const auto* severity = incident::find_severity(open->policy, open->severity);
      if (severity == nullptr || !severity->freeze || open->drill) continue;
      freeze.holds.push_back({.repository = state.repository.id,
                              .repository_name = state.repository.full_name,
                              .incident = open->id,
                              .severity = open->severity,
                              .branches = open->policy.protected_branches,
                              .since = open->declared_at.value_or(open->detected_at)});
    }
  }
  if (!freeze.holds.empty()) {
    freeze.state = "not_enforced";
    freeze.note = "The runbook asks for a freeze; this version does not enforce it.";
  }
  return freeze;
}

std::vector<Listed> list_incidents(const std::vector<incident::State>& states) {
  std::vector<Listed> listed;
  for (const auto& state : states)
    for (const auto& [id, incident] : state.incidents)
      if (incident.declared_at) listed.push_back({.state = &state, .incident = &incident});
  std::stable_sort(listed.begin(), listed.end(), [](const Listed& a, const Listed& b) {
    return *a.incident->declared_at > *b.incident->declared_at;
  });
  return listed;
}

std::vector<JournalLine> recent_journal(const std::vector<incident::State>& states, std::size_t limit) {
  std::vector<JournalLine> lines;
  for (const Listed& of : list_incidents(states))
    for (const auto& entry : of.incident->timeline) lines.push_back({.of = of, .entry = &entry});
  // Of equal moments the later entry is the newer one.
  std::reverse(lines.begin(), lines.end());
  std::stable_sort(lines.begin(), lines.end(),
                   [](const JournalLine& a, const JournalLine& b) { return a.entry->at > b.entry->at; });
  if (lines.size() > limit) lines.resize(limit);
  return lines;
}

}  // namespace kedge::server
