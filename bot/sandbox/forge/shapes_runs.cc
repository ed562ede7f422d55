// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

Json pulls_of(const Forge& forge, const Repository& repository, const std::string& sha) {
  Json result = Json::array();
  for (const auto& [number, issue] : repository.issues) {
    if (!issue.pull || !issue.open || issue.pull->head_sha != sha) continue;
    const Json repo = {{"id", repository.id}, {"url", api_of(forge, repository)}, {"name", repository.name}};
    result.push_back(
        {{"id", issue.id},
         {"number", number},
         {"url", api_of(forge, repository) + "/pulls/" + std::to_string(number)},
         {"head", {{"ref", issue.pull->head_ref}, {"sha", issue.pull->head_sha}, {"repo", repo}}},
         {"base", {{"ref", issue.pull->base_ref}, {"sha", issue.pull->base_sha}, {"repo", repo}}}});
  }
  return result;
}

Json head_commit_json(const Repository& repository, const std::string& sha) {
  const auto commit = repository.git.commit(sha);
  if (!commit) return nullptr;
  return {{"id", commit->sha},
          {"tree_id", commit->tree},
          {"message", commit->message},
          {"timestamp", commit->committer.at},
          {"author", {{"name", commit->author.name}, {"email", commit->author.email}}},
          {"committer", {{"name", commit->committer.name}, {"email", commit->committer.email}}}};
}

}  // namespace

Json workflow_json(const Forge& forge, const Repository& repository, const std::string& path, std::int64_t id,
                   const std::string& name) {
  return {{"id", id},
          {"node_id", node_id("W", id)},
          {"name", name},
          {"path", path},
          {"state", "active"},
          {"created_at", format_utc(repository.created_at)},
          {"updated_at", format_utc(repository.created_at)},
          {"url", api_of(forge, repository) + "/actions/workflows/" + std::to_string(id)},
          {"html_url",
           forge.url() + "/" + repository.full_name() + "/blob/" + repository.default_branch + "/" + path},
          {"badge_url", forge.url() + "/" + repository.full_name() + "/workflows/" + name + "/badge.svg"}};
}

Json run_json(const Forge& forge, const Repository& repository, const WorkflowRun& run) {
  const auto api = api_of(forge, repository) + "/actions/runs/" + std::to_string(run.id);
  const auto commit = repository.git.commit(run.head_sha);
  const auto repo = repository_json(forge, repository);
  return {
      {"id", run.id},
      {"name", run.name},
      {"node_id", node_id("WFR", run.id)},
      {"head_branch", run.head_branch},
      {"head_sha", run.head_sha},
      {"path", run.path},
      {"display_title", commit ? commit->subject() : run.name},
      {"run_number", run.number},
      {"event", run.event},
      {"status", run.status},
      {"conclusion", text_or_null(run.conclusion)},
      {"workflow_id", run.workflow_id},
      {"check_suite_id", run.check_suite},
      {"check_suite_node_id", node_id("CS", run.check_suite)},
      {"url", api},
      {"html_url", forge.url() + "/" + repository.full_name() + "/actions/runs/" + std::to_string(run.id)},
      {"pull_requests", pulls_of(forge, repository, run.head_sha)},
      {"created_at", format_utc(run.created_at)},
      {"updated_at", format_utc(run.updated_at)},
      {"run_started_at", format_utc(run.started_at)},
      {"actor", account_json(forge, run.actor)},
      {"triggering_actor", account_json(forge, run.triggering_actor)},
      {"run_attempt", run.attempt},
      {"referenced_workflows", Json::array()},
      {"jobs_url", api + "/jobs"},
      {"logs_url", api + "/logs"},
      {"check_suite_url", api_of(forge, repository) + "/check-suites/" + std::to_string(run.check_suite)},
      {"artifacts_url", api + "/artifacts"},
      {"cancel_url", api + "/cancel"},
      {"rerun_url", api + "/rerun"},
      {"previous_attempt_url", nullptr},
      {"workflow_url", api_of(forge, repository) + "/actions/workflows/" + std::to_string(run.workflow_id)},
      {"head_commit", head_commit_json(repository, run.head_sha)},
      {"repository", repo},
      {"head_repository", repo}};
}

Json job_json(const Forge& forge, const Repository& repository, const WorkflowRun& run, const Job& job) {
  const auto api = api_of(forge, repository);
  Json steps = Json::array();
  int number = 0;
  for (const auto& step : job.steps) {
    steps.push_back({{"name", step.name},
                     {"status", "completed"},
                     {"conclusion", step.conclusion},
                     {"number", ++number},
                     {"started_at", optional_time(job.started_at)},
                     {"completed_at", optional_time(job.completed_at)}});
  }
  return {{"id", job.id},
          {"node_id", node_id("CR", job.id)},
          {"run_id", run.id},
          {"run_url", api + "/actions/runs/" + std::to_string(run.id)},
          {"run_attempt", job.attempt},
          {"workflow_name", run.name},
          {"head_branch", run.head_branch},
          {"head_sha", run.head_sha},
          {"url", api + "/actions/jobs/" + std::to_string(job.id)},
          {"html_url", forge.url() + "/" + repository.full_name() + "/actions/runs/" +
                           std::to_string(run.id) + "/job/" + std::to_string(job.id)},
          {"check_run_url", api + "/check-runs/" + std::to_string(job.check_run)},
          {"status", job.status},
          {"conclusion", text_or_null(job.conclusion)},
          {"created_at", format_utc(run.created_at)},
          {"started_at", format_utc(job.started_at.value_or(run.created_at))},
          {"completed_at", optional_time(job.completed_at)},
          {"name", job.name},
          {"steps", std::move(steps)},
          {"labels", {"ubuntu-latest"}},
          {"runner_id", 1},
          {"runner_name", "sandbox-1"},
          {"runner_group_id", 1},
          {"runner_group_name", "Default"}};
}

Json suite_json(const Forge& forge, const Repository& repository, const CheckSuite& suite) {
  const auto api = api_of(forge, repository) + "/check-suites/" + std::to_string(suite.id);
  int runs = 0;
  for (const auto& [id, check] : repository.check_runs) runs += check.suite == suite.id ? 1 : 0;
  return {{"id", suite.id},
          {"node_id", node_id("CS", suite.id)},
          {"head_branch", text_or_null(suite.head_branch)},
          {"head_sha", suite.head_sha},
          {"status", suite.status},
          {"conclusion", text_or_null(suite.conclusion)},
          {"url", api},
          {"before", text_or_null(suite.before)},
          {"after", suite.head_sha},
          {"pull_requests", pulls_of(forge, repository, suite.head_sha)},
          {"app", check_app_json(forge, suite.app)},
          {"created_at", format_utc(suite.created_at)},
          {"updated_at", format_utc(suite.updated_at)},
          {"rerequestable", true},
          {"runs_rerequestable", true},
          {"latest_check_runs_count", runs},
          {"check_runs_url", api + "/check-runs"},
          {"head_commit", head_commit_json(repository, suite.head_sha)}};
}

Json check_json(const Forge& forge, const Repository& repository, const CheckRun& check) {
  const auto api = api_of(forge, repository) + "/check-runs/" + std::to_string(check.id);
  const auto suite = repository.suites.find(check.suite);
  const auto page = forge.url() + "/" + repository.full_name() + "/runs/" + std::to_string(check.id);
  Json json = {{"id", check.id},
               {"node_id", node_id("CR", check.id)},
               {"name", check.name},
               {"head_sha", check.head_sha},
               {"external_id", check.external_id},
               {"url", api},
               {"html_url", page},
               {"details_url", check.details_url.empty() ? page : check.details_url},
               {"status", check.status},
               {"conclusion", text_or_null(check.conclusion)},
               {"started_at", optional_time(check.started_at)},
               {"completed_at", optional_time(check.completed_at)},
               {"output",
                {{"title", text_or_null(check.title)},
                 {"summary", text_or_null(check.summary)},
                 {"text", text_or_null(check.text)},
                 {"annotations_count", 0},
                 {"annotations_url", api + "/annotations"}}},
               {"app", check_app_json(forge, check.app)},
               {"pull_requests", pulls_of(forge, repository, check.head_sha)},
               {"check_suite", {{"id", check.suite}}}};
  if (suite != repository.suites.end()) {
    json["check_suite"]["head_branch"] = text_or_null(suite->second.head_branch);
    json["check_suite"]["head_sha"] = suite->second.head_sha;
  }
  return json;
}

Json status_json(const Forge& forge, const Repository& repository, const CommitStatus& status) {
  return {{"id", status.id},
          {"node_id", node_id("SC", status.id)},
          {"url", api_of(forge, repository) + "/statuses/" + status.sha},
          {"avatar_url", forge.url() + "/_sandbox/avatar/0"},
          {"state", status.state},
          {"description", text_or_null(status.description)},
          {"target_url", text_or_null(status.target_url)},
          {"context", status.context},
          {"created_at", format_utc(status.at)},
          {"updated_at", format_utc(status.at)},
          {"creator", account_json(forge, status.creator)}};
}

Json delivery_json(const Delivery& delivery) {
  return {{"id", delivery.id},
          {"guid", delivery.guid},
          {"delivered_at", format_utc(delivery.delivered_at)},
          {"redelivery", delivery.redelivery},
          {"duration", delivery.duration_s},
          {"status", delivery.status},
          {"status_code", delivery.status_code},
          {"event", delivery.event},
          {"action", text_or_null(delivery.action)},
          {"installation_id", delivery.installation == 0 ? Json(nullptr) : Json(delivery.installation)},
          {"repository_id", delivery.repository == 0 ? Json(nullptr) : Json(delivery.repository)},
          {"throttled_at", nullptr}};
}

Json delivery_detail_json(const Forge& forge, const Delivery& delivery) {
  auto json = delivery_json(delivery);
  const auto headers = [](const auto& pairs) {
    Json result = Json::object();
    for (const auto& [name, value] : pairs) result[name] = value;
    return result;
  };
  json["url"] = forge.hook().url;
  json["request"] = {{"headers", headers(delivery.request_headers)},
                     {"payload", Json::parse(delivery.payload, nullptr, false)}};
  json["response"] = {{"headers", headers(delivery.response_headers)},
                      {"payload", text_or_null(delivery.response_body)}};
  return json;
}

}  // namespace kedge::sandbox::forge
