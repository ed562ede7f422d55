// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace kedge::incident {
namespace {

constexpr std::array<std::pair<Conclusion, std::string_view>, 10> kConclusions{{
    {Conclusion::success, "success"},
    {Conclusion::failure, "failure"},
    {Conclusion::timed_out, "timed_out"},
    {Conclusion::startup_failure, "startup_failure"},
    {Conclusion::cancelled, "cancelled"},
    {Conclusion::skipped, "skipped"},
    {Conclusion::neutral, "neutral"},
    {Conclusion::action_required, "action_required"},
    {Conclusion::stale, "stale"},
    {Conclusion::none, ""},
}};

}  // namespace

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::candidate:
      return "candidate";
    case Phase::investigating:
      return "investigating";
    case Phase::identified:
      return "identified";
    case Phase::mitigating:
      return "mitigating";
    case Phase::monitoring:
      return "monitoring";
    case Phase::resolved:
      return "resolved";
    case Phase::closed:
      return "closed";
    case Phase::canceled:
      return "canceled";
  }
  return "candidate";
}

std::string_view to_string(RollbackState state) {
  switch (state) {
    case RollbackState::proposed:
      return "proposed";
    case RollbackState::prepared:
      return "prepared";
    case RollbackState::verifying:
      return "verifying";
    case RollbackState::awaiting_approval:
      return "awaiting_approval";
    case RollbackState::merging:
      return "merging";
    case RollbackState::deploying:
      return "deploying";
    case RollbackState::monitoring:
      return "monitoring";
    case RollbackState::succeeded:
      return "succeeded";
    case RollbackState::conflicted:
      return "conflicted";
    case RollbackState::forward_fix:
      return "forward_fix";
    case RollbackState::refused:
      return "refused";
    case RollbackState::failed:
      return "failed";
    case RollbackState::superseded:
      return "superseded";
    case RollbackState::aborted:
      return "aborted";
  }
  return "proposed";
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::none:
      return "none";
    case Role::read:
      return "read";
    case Role::triage:
      return "triage";
    case Role::write:
      return "write";
    case Role::maintain:
      return "maintain";
    case Role::admin:
      return "admin";
  }
  return "none";
}

std::string_view to_string(Conclusion conclusion) {
  for (const auto& [value, text] : kConclusions) {
    if (value == conclusion) return text;
  }
  return "";
}

std::optional<Conclusion> conclusion_of(std::string_view text) {
  for (const auto& [value, name] : kConclusions) {
    if (name == text) return value;
  }
  return std::nullopt;
}

bool is_red(Conclusion conclusion) {
  return conclusion == Conclusion::failure || conclusion == Conclusion::timed_out ||
         conclusion == Conclusion::startup_failure;
}

std::string key_of(const PendingCommand& command) {
  if (command.source == "close" || command.source == "reopen")
    return fmt::format("{}:{}", command.source, command.issue);
  if (command.source == "review") {
    return fmt::format("review:{}:{}:{}", command.issue, command.author, command.head_sha);
  }
  return fmt::format("{}#{}", command.comment_id, command.index);
}

Repository merged(Repository known, const Repository& news) {
  if (news.id.value != 0) known.id = news.id;
  if (!news.full_name.empty()) known.full_name = news.full_name;
  if (!news.default_branch.empty()) known.default_branch = news.default_branch;
  if (!news.html_url.empty()) known.html_url = news.html_url;
  if (news.installation_id != 0) known.installation_id = news.installation_id;
  return known;
}

bool is_open(Phase phase) {
  return phase == Phase::investigating || phase == Phase::identified || phase == Phase::mitigating ||
         phase == Phase::monitoring;
}

bool is_candidate(Phase phase) {
  return phase == Phase::candidate;
}

bool is_ended(RollbackState state) {
  switch (state) {
    case RollbackState::succeeded:
    case RollbackState::conflicted:
    case RollbackState::forward_fix:
    case RollbackState::refused:
    case RollbackState::failed:
    case RollbackState::superseded:
    case RollbackState::aborted:
      return true;
    default:
      return false;
  }
}

std::string name_of(const State& state, const Incident& incident) {
  return incident.issue == 0 ? incident.id.value
                             : fmt::format("{}#{}", state.repository.full_name, incident.issue);
}

const Incident* find_by_issue(const State& state, std::int64_t issue) {
  if (issue == 0) return nullptr;
  for (const auto& [id, incident] : state.incidents) {
    if (incident.issue == issue) return &incident;
  }
  return nullptr;
}

PullMatch find_by_pull_request(const State& state, std::int64_t number) {
  PullMatch found;
  if (number == 0) return found;
  for (const auto& [id, incident] : state.incidents) {
    for (const Rollback& rollback : incident.rollbacks) {
      for (const RollbackBranch& branch : rollback.branches) {
        if (branch.pull_request != number) continue;
        const bool better =
            found.rollback == nullptr || is_ended(found.rollback->state) || !is_ended(rollback.state);
        if (better) found = {&incident, &rollback, &branch};
      }
    }
  }
  return found;
}

ConflictMatch find_conflict(const Incident& incident) {
  for (auto one = incident.rollbacks.rbegin(); one != incident.rollbacks.rend(); ++one) {
    const bool given_up = one->state == RollbackState::superseded || one->state == RollbackState::aborted;
    if (one->plan && !given_up && rollback::has_conflict(*one->plan)) return {&*one->plan, &*one};
  }
  const bool proposed = incident.rollbacks.empty() && incident.proposal;
  if (proposed && rollback::has_conflict(*incident.proposal)) return {&*incident.proposal, nullptr};
  return {};
}

const ForwardFix* find_fix(const Incident& incident, std::string_view branch) {
  const auto found = std::ranges::find_if(
      incident.fixes, [&](const ForwardFix& fix) { return fix.branch().branch == branch; });
  return found == incident.fixes.end() ? nullptr : &*found;
}

const ForwardFix* find_standing_fix(const Incident& incident, const rollback::Plan& plan,
                                    std::string_view base) {
  const std::string target = plan.targets.empty() ? "" : plan.targets.front().sha;
  const auto stands = [&](const ForwardFix& fix) {
    const bool same =
        fix.branch().base == base && !fix.plan.targets.empty() && fix.plan.targets.front().sha == target;
    return same && fix.refusal.empty() &&
           (fix.pull_state == PullState::none || fix.pull_state == PullState::open);
  };
  const auto found = std::ranges::find_if(incident.fixes, stands);
  return found == incident.fixes.end() ? nullptr : &*found;
}

std::string name_fix(const Incident& incident, const rollback::Plan& plan, std::string_view base,
                     const std::vector<std::string>& taken) {
  const auto is_free = [&](const std::string& name) {
    const ForwardFix* fix = find_fix(incident, name);
    // What failed was never there, so that it may be tried again under its name.
    const bool retried = fix != nullptr && !fix->refusal.empty() && fix->branch().base == base;
    return std::ranges::find(taken, name) == taken.end() && (fix == nullptr || retried);
  };
  const std::string plain =
      rollback::hotfix_branch_name(incident.id.value, plan.targets.empty() ? "" : plan.targets.front().sha);
  if (is_free(plain)) return plain;
  std::string name = fmt::format("{}-{}", plain, base);
  for (int number = 2; !is_free(name); ++number) name = fmt::format("{}-{}-{}", plain, base, number);
  return name;
}

const Incident* incident_of_pull(const State& state, std::int64_t number) {
  if (number == 0) return nullptr;
  if (const PullMatch match = find_by_pull_request(state, number); match.incident != nullptr)
    return match.incident;
  for (const auto& [id, incident] : state.incidents) {
    const auto fix = std::ranges::find(incident.fixes, number, &ForwardFix::pull_request);
    if (fix != incident.fixes.end()) return &incident;
  }
  return nullptr;
}

std::vector<PullMatch> find_by_head(const State& state, std::string_view head_sha) {
  std::vector<PullMatch> found;
  if (head_sha.empty()) return found;
  for (const auto& [id, incident] : state.incidents) {
    for (const Rollback& rollback : incident.rollbacks) {
      if (is_ended(rollback.state)) continue;
      for (const RollbackBranch& branch : rollback.branches) {
        if (branch.head == head_sha) found.push_back({&incident, &rollback, &branch});
      }
    }
  }
  return found;
}

std::vector<const Incident*> open_incidents(const State& state) {
  std::vector<const Incident*> open;
  for (const auto& [id, incident] : state.incidents) {
    if (is_open(incident.phase)) open.push_back(&incident);
  }
  return open;
}

bool is_issue_coming(const Incident& incident) {
  return incident.issue == 0 && incident.issue_failure.empty();
}

bool is_in_reopen_window(const Incident& incident, TimePoint at) {
  return incident.phase == Phase::resolved && incident.resolved_at &&
         at < *incident.resolved_at + incident.policy.reopen_window;
}

const Incident* find_by_cause(const State& state, std::string_view cause, bool (*wanted)(Phase)) {
  for (const auto& [id, incident] : state.incidents) {
    if (incident.cause == cause && wanted(incident.phase)) return &incident;
  }
  return nullptr;
}

const Rollback* active_rollback(const Incident& incident) {
  const auto found = std::find_if(incident.rollbacks.rbegin(), incident.rollbacks.rend(),
                                  [](const Rollback& rollback) { return !is_ended(rollback.state); });
  return found == incident.rollbacks.rend() ? nullptr : &*found;
}

const Severity* find_severity(const Policy& policy, std::string_view name) {
  const auto found = std::ranges::find(policy.severities, name, &Severity::name);
  return found == policy.severities.end() ? nullptr : &*found;
}

}  // namespace kedge::incident
