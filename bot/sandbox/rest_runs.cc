// SPDX-License-Identifier: Apache-2.0
// Actions runs and jobs, check runs and suites, commit statuses.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kReadActions{.permissions = "actions=read"};
constexpr Needs kWriteActions{.permissions = "actions=write", .role = "write"};
constexpr Needs kChecksRead{.permissions = "checks=read"};
constexpr Needs kChecksWrite{.permissions = "checks=write"};
constexpr Needs kStatusRead{.permissions = "statuses=read"};
constexpr Needs kStatusWrite{.permissions = "statuses=write", .role = "write"};

forge::WorkflowRun* find_run(Call& call) {
  const auto found = call.repository->runs.find(call.number(0));
  return found == call.repository->runs.end() ? nullptr : &found->second;
}

bool wanted(const Call& call, const forge::WorkflowRun& run) {
  const auto& request = call.request;
  const auto is = [&](const char* key, const std::string& value) {
    const auto asked = request.parameter(key);
    return asked.empty() || asked == value;
  };
  const auto status = request.parameter("status");
  if (!status.empty() && status != run.status && status != run.conclusion) return false;
  const auto created = request.parameter("created");
  if (created.starts_with(">=") && format_utc(run.created_at) < created.substr(2)) return false;
  return is("branch", run.head_branch) && is("event", run.event) && is("head_sha", run.head_sha) &&
         is("actor", run.actor);
}

Response runs_answer(Call& call, const std::function<bool(const forge::WorkflowRun&)>& also) {
  std::vector<Json> items;
  for (auto it = call.repository->runs.rbegin(); it != call.repository->runs.rend(); ++it) {
    if (wanted(call, it->second) && also(it->second)) {
      items.push_back(run_json(call.forge, *call.repository, it->second));
    }
  }
  return page(call, "workflow_runs", std::move(items));
}

Response list_runs(Call& call) {
  return runs_answer(call, [](const auto&) { return true; });
}

Response list_workflow_runs(Call& call) {
  const auto& asked = call.parameter(0);
  return runs_answer(call, [&](const forge::WorkflowRun& run) {
    return std::to_string(run.workflow_id) == asked || run.path == ".github/workflows/" + asked;
  });
}

Response list_workflows(Call& call) {
  std::vector<Json> items;
  for (const auto& [path, id] : call.repository->workflows) {
    std::string name = path;
    for (const auto& [run_id, run] : call.repository->runs) name = run.path == path ? run.name : name;
    items.push_back(workflow_json(call.forge, *call.repository, path, id, name));
  }
  return page(call, "workflows", std::move(items));
}

Response get_run(Call& call) {
  const auto* run = find_run(call);
  return run == nullptr ? error(404, "Not Found") : json(200, run_json(call.forge, *call.repository, *run));
}

Response jobs_answer(Call& call, const forge::WorkflowRun& run, int attempt) {
  std::vector<Json> items;
  for (const auto& job : run.jobs) {
    if (attempt == 0 || job.attempt == attempt)
      items.push_back(job_json(call.forge, *call.repository, run, job));
  }
  return page(call, "jobs", std::move(items));
}

Response list_jobs(Call& call) {
  const auto* run = find_run(call);
  if (run == nullptr) return error(404, "Not Found");
  return jobs_answer(call, *run, call.request.parameter("filter", "latest") == "all" ? 0 : run->attempt);
}

Response list_attempt_jobs(Call& call) {
  const auto* run = find_run(call);
  const auto attempt = call.number(1);
  if (run == nullptr || attempt < 1 || attempt > run->attempt) return error(404, "Not Found");
  return jobs_answer(call, *run, static_cast<int>(attempt));
}

std::pair<const forge::WorkflowRun*, const forge::Job*> find_job(Call& call) {
  for (const auto& [id, run] : call.repository->runs) {
    for (const auto& job : run.jobs) {
      if (job.id == call.number(0)) return {&run, &job};
    }
  }
  return {nullptr, nullptr};
}

Response get_job(Call& call) {
  const auto [run, job] = find_job(call);
  return job == nullptr ? error(404, "Not Found")
                        : json(200, job_json(call.forge, *call.repository, *run, *job));
}

Response job_logs(Call& call) {
  const auto [run, job] = find_job(call);
  if (job == nullptr) return error(404, "Not Found");
  Response response{.status = 302, .headers = {}, .body = {}, .content_type = {}};
  response.headers.emplace_back("Location", call.forge.url() + "/_sandbox/logs/" +
                                                call.repository->full_name() + "/" + std::to_string(job->id));
  return response;
}

Response rerun_answer(Call& call, bool failed_only) {
  auto* run = find_run(call);
  if (run == nullptr) return error(404, "Not Found");
  if (failed_only && run->conclusion == "success") return error(403, "This workflow run cannot be retried");
  const auto done = call.forge.rerun(*call.repository, *run, failed_only, call.who.login);
  return done ? json(201, Json::object()) : error(done.error());
}

Response rerun_failed(Call& call) {
  return rerun_answer(call, true);
}
Response rerun_all(Call& call) {
  return rerun_answer(call, false);
}

Response cancel(Call& call) {
  auto* run = find_run(call);
  if (run == nullptr) return error(404, "Not Found");
  const auto done = call.forge.cancel_run(*call.repository, *run, call.who.login);
  return done ? json(202, Json::object()) : error(done.error());
}

forge::CheckChange check_change(const Call& call) {
  forge::CheckChange change{.name = call.optional_text("name"),
                            .head_sha = call.optional_text("head_sha"),
                            .status = call.optional_text("status"),
                            .conclusion = call.optional_text("conclusion"),
                            .external_id = call.optional_text("external_id"),
                            .details_url = call.optional_text("details_url")};
  change.started_at = call.optional_text("started_at");
  change.completed_at = call.optional_text("completed_at");
  if (call.body.contains("output")) {
    const auto& output = call.body.at("output");
    const auto take = [&](const char* key) -> std::optional<std::string> {
      if (!output.contains(key)) return std::nullopt;
      return output.at(key).get<std::string>();
    };
    change.title = take("title");
    change.summary = take("summary");
    change.text = take("text");
  }
  if (call.body.contains("actions")) change.actions = call.body.at("actions").dump();
  return change;
}

/// Check runs are an App's to write: a person's token may read them only.
Response only_apps() {
  return error(403, "You must authenticate via a GitHub App.");
}

Response create_check(Call& call) {
  if (!call.who.is_app()) return only_apps();
  const auto made = call.forge.create_check(*call.repository, check_change(call), call.who);
  return made ? json(201, check_json(call.forge, *call.repository, **made)) : error(made.error());
}

Response change_check(Call& call) {
  if (!call.who.is_app()) return only_apps();
  const auto found = call.repository->check_runs.find(call.number(0));
  if (found == call.repository->check_runs.end()) return error(404, "Not Found");
  if (found->second.app != call.forge.app().slug)
    return error(403, "Invalid app_id " + std::to_string(call.forge.app().id) +
                          " - check run can only be modified by the GitHub App that created it.");
  const auto done = call.forge.change_check(*call.repository, found->second, check_change(call), call.who);
  return done ? json(200, check_json(call.forge, *call.repository, found->second)) : error(done.error());
}

Response get_check(Call& call) {
  const auto found = call.repository->check_runs.find(call.number(0));
  if (found == call.repository->check_runs.end()) return error(404, "Not Found");
  return json(200, check_json(call.forge, *call.repository, found->second));
}

Response list_checks(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0));
  if (!sha) return error(422, "No commit found for SHA: " + call.parameter(0));
  const auto name = call.request.parameter("check_name");
  const auto app = call.request.parameter("app_id");
  const auto status = call.request.parameter("status");
  const bool latest = call.request.parameter("filter", "latest") == "latest";
  std::map<std::pair<std::int64_t, std::string>, const forge::CheckRun*> newest;
  std::vector<const forge::CheckRun*> all;
  for (const auto& [id, check] : call.repository->check_runs) {
    if (check.head_sha != *sha || (!name.empty() && check.name != name)) continue;
    const auto app_id = check_app_json(call.forge, check.app).at("id").get<std::int64_t>();
    if ((!app.empty() && app != std::to_string(app_id)) || (!status.empty() && status != check.status))
      continue;
    all.push_back(&check);
    newest[{check.suite, check.name}] = &check;
  }
  if (latest) {
    std::erase_if(all, [&](const auto* check) { return newest.at({check->suite, check->name}) != check; });
  }
  std::vector<Json> items;
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    items.push_back(check_json(call.forge, *call.repository, **it));
  return page(call, "check_runs", std::move(items));
}

Response list_suites(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0));
  if (!sha) return error(422, "No commit found for SHA: " + call.parameter(0));
  std::vector<Json> items;
  for (const auto& [id, suite] : call.repository->suites) {
    if (suite.head_sha != *sha) continue;
    auto body = suite_json(call.forge, *call.repository, suite);
    body["repository"] = repository_json(call.forge, *call.repository);
    items.push_back(std::move(body));
  }
  return page(call, "check_suites", std::move(items));
}

Response create_status(Call& call) {
  const auto made = call.forge.create_status(*call.repository, call.parameter(0),
                                             {.id = 0,
                                              .sha = {},
                                              .state = call.text("state"),
                                              .context = call.text("context"),
                                              .description = call.text("description"),
                                              .target_url = call.text("target_url")},
                                             call.who);
  return made ? json(201, status_json(call.forge, *call.repository, *made)) : error(made.error());
}

Response list_statuses(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0)).value_or(call.parameter(0));
  std::vector<Json> items;
  for (auto it = call.repository->statuses.rbegin(); it != call.repository->statuses.rend(); ++it) {
    if (it->sha == sha) items.push_back(status_json(call.forge, *call.repository, *it));
  }
  return page(call, std::move(items));
}

Response combined_status(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0));
  if (!sha) return error(404, "Not Found");
  std::map<std::string, const forge::CommitStatus*> newest;
  for (const auto& status : call.repository->statuses) {
    if (status.sha == *sha) newest[to_lower(status.context)] = &status;
  }
  std::string state = newest.empty() ? "pending" : "success";
  Json statuses = Json::array();
  for (const auto& [context, status] : newest) {
    statuses.push_back(status_json(call.forge, *call.repository, *status));
    if (status->state == "pending" && state == "success") state = "pending";
    if (status->state == "error" || status->state == "failure") state = "failure";
  }
  const auto api = call.forge.api_url() + "/repos/" + call.repository->full_name();
  return json(200, {{"state", state},
                    {"statuses", statuses},
                    {"sha", *sha},
                    {"total_count", newest.size()},
                    {"repository", repository_json(call.forge, *call.repository)},
                    {"commit_url", api + "/commits/" + *sha},
                    {"url", api + "/commits/" + *sha + "/status"}});
}

}  // namespace

const std::vector<Route>& run_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/repos/{owner}/{repo}/actions/runs", kReadActions, list_runs},
      {"GET", "/repos/{owner}/{repo}/actions/runs/{id}", kReadActions, get_run},
      {"GET", "/repos/{owner}/{repo}/actions/runs/{id}/jobs", kReadActions, list_jobs},
      {"GET", "/repos/{owner}/{repo}/actions/runs/{id}/attempts/{attempt}/jobs", kReadActions,
       list_attempt_jobs},
      {"POST", "/repos/{owner}/{repo}/actions/runs/{id}/rerun-failed-jobs", kWriteActions, rerun_failed},
      {"POST", "/repos/{owner}/{repo}/actions/runs/{id}/rerun", kWriteActions, rerun_all},
      {"POST", "/repos/{owner}/{repo}/actions/runs/{id}/cancel", kWriteActions, cancel},
      {"GET", "/repos/{owner}/{repo}/actions/jobs/{id}", kReadActions, get_job},
      {"GET", "/repos/{owner}/{repo}/actions/jobs/{id}/logs", kReadActions, job_logs},
      {"GET", "/repos/{owner}/{repo}/actions/workflows", kReadActions, list_workflows},
      {"GET", "/repos/{owner}/{repo}/actions/workflows/{id}/runs", kReadActions, list_workflow_runs},
      {"POST", "/repos/{owner}/{repo}/check-runs", kChecksWrite, create_check},
      {"PATCH", "/repos/{owner}/{repo}/check-runs/{id}", kChecksWrite, change_check},
      {"GET", "/repos/{owner}/{repo}/check-runs/{id}", kChecksRead, get_check},
      {"GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", kChecksRead, list_checks},
      {"GET", "/repos/{owner}/{repo}/commits/{ref}/check-suites", kChecksRead, list_suites},
      {"POST", "/repos/{owner}/{repo}/statuses/{sha}", kStatusWrite, create_status},
      {"GET", "/repos/{owner}/{repo}/commits/{ref}/statuses", kStatusRead, list_statuses},
      {"GET", "/repos/{owner}/{repo}/commits/{ref}/status", kStatusRead, combined_status},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
