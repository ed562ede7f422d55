// SPDX-License-Identifier: Apache-2.0
// The forge's CI. One declared rule: a tracked text file under `src/` that holds the word BUG makes the job
// `test` (else the first job) fail; the word FLAKY makes it fail on the first attempt only. Workflows are
// the files under `.github/workflows/` of the commit itself.
#include <fmt/format.h>

#include <algorithm>

#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/forge/workflow_file.h"

namespace kedge::sandbox::forge {
namespace {

constexpr const char* kCiApp = "github-actions";

Json run_event(const Forge& forge, const Repository& repository, const WorkflowRun& run) {
  return {{"workflow_run", run_json(forge, repository, run)},
          {"workflow", workflow_json(forge, repository, run.path, run.workflow_id, run.name)}};
}

std::string last_attempt_conclusion(const WorkflowRun& run) {
  for (const auto& job : run.jobs) {
    if (job.attempt == run.attempt && job.conclusion != "success") return "failure";
  }
  return "success";
}

std::vector<std::string> workflow_paths(const Repository& repository, const std::string& sha) {
  std::vector<std::string> paths;
  for (const auto& entry : repository.git.tree(sha, ".github/workflows", false)) {
    if (entry.path.ends_with(".yml") || entry.path.ends_with(".yaml")) paths.push_back(entry.path);
  }
  return paths;
}

}  // namespace

void Forge::start_runs(Repository& repository, const std::string& event, const std::string& branch,
                       const std::string& sha, const std::string& before, const std::string& actor) {
  for (const auto& path : workflow_paths(repository, sha)) {
    const auto file = parse_workflow(repository.git.file(sha, path).value_or(""));
    if (!file.listens(event, branch)) continue;
    auto& workflow_id = repository.workflows[path];
    if (workflow_id == 0) workflow_id = next_id();
    CheckSuite suite{
        .id = next_id(), .head_branch = branch, .head_sha = sha, .before = before, .app = kCiApp};
    suite.created_at = suite.updated_at = now();
    repository.suites[suite.id] = suite;
    WorkflowRun run{.id = next_id(), .workflow_id = workflow_id, .check_suite = suite.id};
    run.name = file.name.empty() ? path : file.name;
    run.path = path;
    run.event = event;
    run.head_branch = branch;
    run.head_sha = sha;
    run.actor = run.triggering_actor = actor;
    run.number = ++repository.run_numbers[path];
    run.created_at = run.started_at = run.updated_at = now();
    for (const auto& name : file.jobs.empty() ? std::vector<std::string>{"test"} : file.jobs) {
      run.jobs.push_back({.id = next_id(), .name = name});
    }
    const auto id = run.id;
    auto& stored = repository.runs[id] = std::move(run);
    begin_jobs(repository, stored);
  }
}

void Forge::begin_jobs(Repository& repository, WorkflowRun& run) {
  emit(&repository, "workflow_run", "requested", run_event(*this, repository, run), run.triggering_actor);
  for (auto& job : run.jobs) {
    if (job.attempt != run.attempt || job.status == "completed") continue;
    CheckRun check{.id = next_id(), .suite = run.check_suite, .name = job.name, .head_sha = run.head_sha};
    check.app = kCiApp;
    check.details_url = fmt::format("{}/{}/actions/runs/{}", url(), repository.full_name(), run.id);
    check.started_at = now();
    job.check_run = check.id;
    repository.check_runs[check.id] = check;
    emit(&repository, "check_run", "created", {{"check_run", check_json(*this, repository, check)}},
         run.triggering_actor);
  }
  ci_queue_.push_back({.repository = repository.id, .run = run.id, .attempt = run.attempt});
  changed_.notify_all();
}

void Forge::finish_run(const CiTicket& ticket) {
  auto* found = repository(ticket.repository);
  if (found == nullptr || !found->runs.contains(ticket.run)) return;
  auto& run = found->runs.at(ticket.run);
  if (run.attempt != ticket.attempt || run.status == "completed") return;
  run.status = "in_progress";
  run.updated_at = now();
  emit(found, "workflow_run", "in_progress", run_event(*this, *found, run), run.triggering_actor);
  for (auto& job : run.jobs) {
    if (job.attempt == run.attempt && job.status != "completed") finish_job(*found, run, job);
  }
  run.status = "completed";
  run.conclusion = last_attempt_conclusion(run);
  run.updated_at = now();
  finish_suite(*found, run.check_suite, run.triggering_actor);
  emit(found, "workflow_run", "completed", run_event(*this, *found, run), run.triggering_actor);
}

void Forge::finish_job(Repository& repository, WorkflowRun& run, Job& job) {
  const bool has_test =
      std::any_of(run.jobs.begin(), run.jobs.end(), [](const auto& j) { return j.name == "test"; });
  const bool judged = has_test ? job.name == "test" : job.name == run.jobs.front().name;
  auto bad = judged ? repository.git.grep(run.head_sha, "BUG", "src") : std::vector<std::string>{};
  if (judged && run.attempt == 1) {
    for (auto& path : repository.git.grep(run.head_sha, "FLAKY", "src")) bad.push_back(std::move(path));
  }
  job.conclusion = bad.empty() ? "success" : "failure";
  job.status = "completed";
  job.started_at = job.completed_at = now();
  job.steps = {{"Set up job", "success"},
               {"Check out", "success"},
               {"Run " + job.name, job.conclusion},
               {"Complete job", "success"}};
  job.log = fmt::format("Run {} on {}\n", job.name, run.head_sha);
  for (const auto& path : bad) job.log += "FAIL " + path + "\n";
  job.log += bad.empty() ? "ok\n" : "##[error]Process completed with exit code 1.\n";
  const auto at = repository.check_runs.find(job.check_run);
  if (at == repository.check_runs.end()) return;
  auto& check = at->second;
  check.status = "completed";
  check.conclusion = job.conclusion;
  check.completed_at = now();
  check.title = bad.empty() ? "Passed" : fmt::format("{} failed", bad.front());
  check.summary = job.log;
  emit(&repository, "check_run", "completed", {{"check_run", check_json(*this, repository, check)}},
       run.triggering_actor);
}

void Forge::finish_suite(Repository& repository, std::int64_t id, const std::string& actor) {
  auto& suite = repository.suites.at(id);
  suite.status = "completed";
  suite.conclusion = "success";
  std::map<std::string, std::string> latest;
  for (const auto& [check_id, check] : repository.check_runs) {
    if (check.suite == id) latest[check.name] = check.conclusion;
  }
  for (const auto& [name, conclusion] : latest) {
    if (conclusion != "success") suite.conclusion = conclusion;
  }
  suite.updated_at = now();
  emit(&repository, "check_suite", "completed", {{"check_suite", suite_json(*this, repository, suite)}},
       actor);
}

Answer<void> Forge::rerun(Repository& repository, WorkflowRun& run, bool failed_only,
                          const std::string& actor) {
  if (run.status != "completed") return refuse(403, "This workflow is already running");
  std::vector<Job> next;
  for (const auto& job : run.jobs) {
    if (job.attempt != run.attempt) continue;
    Job again{.id = next_id(), .name = job.name};
    again.attempt = run.attempt + 1;
    if (failed_only && job.conclusion == "success") {
      again = job;
      again.id = next_id();
      again.attempt = run.attempt + 1;
    }
    next.push_back(std::move(again));
  }
  ++run.attempt;
  run.status = "queued";
  run.conclusion.clear();
  run.triggering_actor = actor;
  run.started_at = run.updated_at = now();
  run.jobs.insert(run.jobs.end(), next.begin(), next.end());
  auto& suite = repository.suites.at(run.check_suite);
  suite.status = "queued";
  suite.conclusion.clear();
  begin_jobs(repository, run);
  return {};
}

Answer<void> Forge::cancel_run(Repository& repository, WorkflowRun& run, const std::string& actor) {
  if (run.status == "completed") return refuse(409, "Cannot cancel a workflow run that is completed.");
  for (auto& job : run.jobs) {
    if (job.status == "completed") continue;
    job.status = "completed";
    job.conclusion = "cancelled";
    job.completed_at = now();
    if (const auto at = repository.check_runs.find(job.check_run); at != repository.check_runs.end()) {
      at->second.status = "completed";
      at->second.conclusion = "cancelled";
    }
  }
  run.status = "completed";
  run.conclusion = "cancelled";
  run.updated_at = now();
  finish_suite(repository, run.check_suite, actor);
  emit(&repository, "workflow_run", "completed", run_event(*this, repository, run), actor);
  return {};
}

}  // namespace kedge::sandbox::forge
