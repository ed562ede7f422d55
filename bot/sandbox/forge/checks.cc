// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

constexpr std::size_t kOutputMax = 65'535;
constexpr std::array<std::string_view, 3> kStatuses{"queued", "in_progress", "completed"};
constexpr std::array<std::string_view, 7> kConclusions{"action_required", "cancelled", "failure",  "neutral",
                                                       "success",         "skipped",   "timed_out"};

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& allowed, const std::string& value) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

Answer<void> check_actions(const std::string& text) {
  const auto actions = Json::parse(text, nullptr, false);
  if (!actions.is_array() || actions.size() > 3) return invalid("CheckRun", "actions", "invalid");
  for (const auto& action : actions) {
    if (!action.is_object()) return invalid("CheckRun", "actions", "invalid");
    for (const auto& [key, limit] :
         {std::pair{"label", 20U}, std::pair{"description", 40U}, std::pair{"identifier", 20U}}) {
      const auto value = action.value(key, "");
      if (value.empty() || value.size() > limit) return invalid("CheckRun", "actions", "invalid");
    }
  }
  return {};
}

}  // namespace

CheckSuite& Forge::suite_for(Repository& repository, const std::string& sha, const std::string& app) {
  for (auto& [id, suite] : repository.suites) {
    if (suite.head_sha == sha && suite.app == app) return suite;
  }
  CheckSuite suite{.id = next_id(), .head_branch = {}, .head_sha = sha, .before = {}, .app = app};
  for (const auto& [ref, at] : repository.refs) {
    if (at == sha && ref.starts_with("refs/heads/")) suite.head_branch = ref.substr(11);
  }
  suite.created_at = suite.updated_at = now();
  const auto id = suite.id;
  return repository.suites[id] = std::move(suite);
}

Answer<void> Forge::apply_check(CheckRun& check, const CheckChange& change) {
  if (change.status && !one_of(kStatuses, *change.status)) return invalid("CheckRun", "status", "invalid");
  if (change.conclusion && !one_of(kConclusions, *change.conclusion)) {
    return invalid("CheckRun", "conclusion", "invalid");
  }
  if (change.status == "completed" && !change.conclusion && check.conclusion.empty()) {
    return invalid("CheckRun", "conclusion", "missing_field");
  }
  if (change.title.has_value() != change.summary.has_value()) {
    return invalid("CheckRun", change.title ? "summary" : "title", "missing_field");
  }
  for (const auto* text : {&change.summary, &change.text}) {
    if (*text && (*text)->size() > kOutputMax) return invalid("CheckRun", "output", "too_large");
  }
  if (change.actions) {
    if (auto checked = check_actions(*change.actions); !checked) return checked;
    check.actions = *change.actions;
  }
  const auto take = [](std::string& into, const std::optional<std::string>& from) {
    if (from) into = *from;
  };
  take(check.name, change.name);
  take(check.status, change.status);
  take(check.external_id, change.external_id);
  take(check.details_url, change.details_url);
  take(check.title, change.title);
  take(check.summary, change.summary);
  take(check.text, change.text);
  if (change.started_at) check.started_at = parse_utc(*change.started_at);
  if (change.conclusion) {  // A conclusion completes the run, as on GitHub.
    check.conclusion = *change.conclusion;
    check.status = "completed";
  }
  if (check.status == "completed") {
    check.completed_at = change.completed_at ? parse_utc(*change.completed_at) : now();
  } else {
    check.conclusion.clear();
    check.completed_at.reset();
  }
  return {};
}

Answer<CheckRun*> Forge::create_check(Repository& repository, const CheckChange& change, const Identity&) {
  if (change.name.value_or("").empty()) return invalid("CheckRun", "name", "missing_field");
  const auto sha = change.head_sha.value_or("");
  if (sha.empty()) return invalid("CheckRun", "head_sha", "missing_field");
  if (!repository.git.commit(sha)) return refuse(422, "No commit found for SHA: " + sha);
  CheckRun check{.id = 0, .suite = 0, .name = *change.name, .head_sha = sha};
  check.app = app_.slug;
  check.started_at = now();
  if (auto applied = apply_check(check, change); !applied) {
    return tl::unexpected<Refusal>(std::move(applied).error());
  }
  check.id = next_id();
  check.suite = suite_for(repository, sha, app_.slug).id;
  const auto id = check.id;
  auto& stored = repository.check_runs[id] = std::move(check);
  emit(&repository, "check_run", "created", {{"check_run", check_json(*this, repository, stored)}},
       bot_login());
  if (stored.status == "completed") {
    emit(&repository, "check_run", "completed", {{"check_run", check_json(*this, repository, stored)}},
         bot_login());
  }
  return &stored;
}

Answer<void> Forge::change_check(Repository& repository, CheckRun& check, const CheckChange& change,
                                 const Identity&) {
  const auto before = check.status;
  auto changed = check;
  if (auto applied = apply_check(changed, change); !applied) return applied;
  check = std::move(changed);
  if (check.status == "completed" && before != "completed") {
    emit(&repository, "check_run", "completed", {{"check_run", check_json(*this, repository, check)}},
         bot_login());
  }
  return {};
}

Answer<CommitStatus> Forge::create_status(Repository& repository, const std::string& sha,
                                          const CommitStatus& wanted, const Identity& who) {
  static constexpr std::array<std::string_view, 4> kStates{"error", "failure", "pending", "success"};
  if (!one_of(kStates, wanted.state)) return invalid("Status", "state", "invalid");
  if (wanted.description.size() > 140) {
    return invalid("Status", "description", "custom", "description is too long (maximum is 140 characters)");
  }
  if (!repository.git.commit(sha)) return refuse(422, "No commit found for SHA: " + sha);
  auto status = wanted;
  status.id = next_id();
  status.sha = sha;
  status.creator = who.login;
  status.at = now();
  if (status.context.empty()) status.context = "default";
  repository.statuses.push_back(status);
  Json branches = Json::array();
  for (const auto& [ref, at] : repository.refs) {
    if (at == sha && ref.starts_with("refs/heads/")) branches.push_back({{"name", ref.substr(11)}});
  }
  auto payload = status_json(*this, repository, status);
  payload["sha"] = sha;
  payload["name"] = repository.full_name();
  payload["branches"] = std::move(branches);
  payload["commit"] = commit_json(*this, repository, *repository.git.commit(sha));
  emit(&repository, "status", "", std::move(payload), who.login);
  return status;
}

}  // namespace kedge::sandbox::forge
