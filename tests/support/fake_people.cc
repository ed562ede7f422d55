// SPDX-License-Identifier: Apache-2.0
// What people and CI do to the fake world, and the payloads that GitHub sends about it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/fake_world.h"

namespace kedge::testing {

using Json = nlohmann::json;

namespace {

Json account(const std::string& login) {
  return {{"login", login}, {"id", 1}, {"type", login.ends_with("[bot]") ? "Bot" : "User"}};
}

/// What every payload has.
Json base_of(const std::string& action, const std::string& login) {
  Json json = {{"repository",
                {{"id", 7},
                 {"full_name", "acme/api"},
                 {"default_branch", "main"},
                 {"html_url", "https://github.test/acme/api"},
                 {"private", false}}},
               {"sender", account(login)},
               {"installation", {{"id", 3}}}};
  if (!action.empty()) json["action"] = action;
  return json;
}

}  // namespace

void FakeWorld::tell(const std::string& event, const std::string& body) {
  outgoing.push_back({.guid = fmt::format("guid-{}", next_id_++), .event = event, .body = body});
}

std::string FakeWorld::issue_payload(const std::string& action, std::int64_t number, const std::string& login,
                                     const std::string& label) const {
  const FakeIssue& issue = issues.at(number);
  Json json = base_of(action, login);
  Json labels = Json::array();
  for (const std::string& one : issue.labels) labels.push_back({{"name", one}});
  json["issue"] = {{"number", number},
                   {"title", issue.title},
                   {"body", nullptr},
                   {"state", issue.open ? "open" : "closed"},
                   {"labels", labels},
                   {"html_url", fmt::format("https://github.test/acme/api/issues/{}", number)},
                   {"user", account(issue.author)}};
  if (!label.empty()) json["label"] = {{"name", label}};
  return json.dump();
}

std::string FakeWorld::comment_payload(const FakeComment& comment) const {
  Json json = base_of("created", comment.author);
  Json issue = {{"number", comment.issue}, {"title", "A pull request"}, {"labels", Json::array()}};
  if (const auto found = issues.find(comment.issue); found != issues.end()) {
    issue["title"] = found->second.title;
    for (const std::string& one : found->second.labels) issue["labels"].push_back({{"name", one}});
  } else {
    issue["pull_request"] = {{"url", "https://github.test/acme/api/pull"}};
  }
  json["issue"] = issue;
  json["comment"] = {
      {"id", comment.id},
      {"body", comment.body},
      {"user", account(comment.author)},
      {"html_url", fmt::format("https://github.test/acme/api/issues/{}#c{}", comment.issue, comment.id)}};
  return json.dump();
}

std::string FakeWorld::pull_payload(const std::string& action, const FakePull& pull,
                                    const std::string& login) const {
  Json json = base_of(action, login);
  json["number"] = pull.number;
  json["pull_request"] = {
      {"number", pull.number},
      {"title", "Roll back"},
      {"state", pull.open ? "open" : "closed"},
      {"merged", pull.merged},
      {"merged_by", pull.merged ? account(login) : Json()},
      {"merge_commit_sha", pull.merged ? Json(branches.at(pull.base).back().sha) : Json()},
      {"base", {{"ref", pull.base}, {"sha", branches.at(pull.base).back().sha}}},
      {"head", {{"ref", pull.head}, {"sha", pull.head_sha}, {"repo", {{"id", 7}}}}},
      {"user", account(kBot)},
      {"labels", Json::array()}};
  return json.dump();
}

std::string FakeWorld::run_payload(const FakeRun& run, const std::string& conclusion) const {
  Json json = base_of("completed", "bob");
  json["workflow"] = {{"name", "CI"}, {"path", ".github/workflows/ci.yml"}};
  json["workflow_run"] = {{"id", run.id},
                          {"name", "CI"},
                          {"path", ".github/workflows/ci.yml"},
                          {"event", run.event},
                          {"head_branch", run.branch},
                          {"head_sha", run.sha},
                          {"status", "completed"},
                          {"conclusion", conclusion},
                          {"run_number", run.id},
                          {"run_attempt", run.attempt},
                          {"html_url", fmt::format("https://github.test/acme/api/actions/runs/{}", run.id)},
                          {"run_started_at", format_utc(run.started_at)},
                          {"actor", account("bob")},
                          {"head_repository", {{"id", 7}}},
                          {"head_commit", {{"message", "Change"}, {"author", {{"name", "Bob"}}}}}};
  return json.dump();
}

bool FakeWorld::is_red(const std::string& base) const {
  const std::vector<FakeCommit>& commits = branches.at(base);
  return std::ranges::any_of(commits, [&](const FakeCommit& one) {
    return one.bad && std::ranges::find(commits, one.sha, &FakeCommit::reverts) == commits.end();
  });
}

void FakeWorld::begin_run(const std::string& branch, const std::string& sha, const std::string& event,
                          bool red) {
  const std::int64_t id = next_id_++;
  const FakeRun run{
      .branch = branch, .sha = sha, .id = id, .event = event, .started_at = clock_.now(), .red = red};
  past_runs_[id] = run;
  runs.push_back(run);
}

std::string FakeWorld::push(const std::vector<std::string>& bases, bool bad, bool runbook_changed) {
  const std::string sha = sha_of(fmt::format("commit {}", next_commit_));
  const FakeCommit commit{.sha = sha, .subject = fmt::format("Change {}", next_commit_++), .bad = bad};
  for (const std::string& base : bases) {
    Json json = base_of("", "bob");
    json["ref"] = "refs/heads/" + base;
    json["before"] = branches[base].back().sha;
    json["after"] = sha;
    const std::string path = runbook_changed ? ".github/kedge.yml" : "src/limits.cc";
    json["commits"] = {
        {{"id", sha}, {"added", Json::array()}, {"modified", {path}}, {"removed", Json::array()}}};
    json["pusher"] = {{"name", "bob"}};
    branches[base].push_back(commit);
    tell("push", json.dump());
    begin_run(base, sha, "push", is_red(base));
  }
  return sha;
}

void FakeWorld::end_run(const FakeRun& run, const std::string& conclusion) {
  tell("workflow_run", run_payload(run, conclusion));
}

std::int64_t FakeWorld::open_issue_by(const std::string& login, const std::string& title,
                                      const std::string& label) {
  const std::int64_t number = next_number_++;
  issues[number] = {.number = number,
                    .title = title,
                    .state_section = {},
                    .labels = {label},
                    .author = login,
                    .marker = {}};
  tell("issues", issue_payload("opened", number, login, ""));
  tell("issues", issue_payload("labeled", number, login, label));
  return number;
}

std::int64_t FakeWorld::say(const std::string& login, std::int64_t issue, const std::string& body) {
  comments.push_back({.id = next_id_++, .issue = issue, .author = login, .body = body, .marker = {}});
  tell("issue_comment", comment_payload(comments.back()));
  return comments.back().id;
}

void FakeWorld::set_open_by(const std::string& login, std::int64_t issue, bool open) {
  issues.at(issue).open = open;
  tell("issues", issue_payload(open ? "reopened" : "closed", issue, login, ""));
}

void FakeWorld::delete_issue(const std::string& login, std::int64_t issue) {
  issues.at(issue).deleted = true;
  tell("issues", issue_payload("deleted", issue, login, ""));
}

void FakeWorld::unlabel(const std::string& login, std::int64_t issue, const std::string& label) {
  std::erase(issues.at(issue).labels, label);
  tell("issues", issue_payload("unlabeled", issue, login, label));
}

void FakeWorld::merge(const std::string& login, std::int64_t number) {
  FakePull& pull = pulls.at(number);
  if (!pull.open) return;
  pull.open = false;
  pull.merged = true;
  branches[pull.base].push_back({.sha = sha_of(fmt::format("merge {}", number)),
                                 .subject = "Revert",
                                 .reverts = heads.at(pull.head).target});
  pull.merge_commit = branches[pull.base].back().sha;
  tell("pull_request", pull_payload("closed", pull, login));
  begin_run(pull.base, branches[pull.base].back().sha, "push", is_red(pull.base));
}

void FakeWorld::close_pull(const std::string& login, std::int64_t number) {
  FakePull& pull = pulls.at(number);
  if (!pull.open) return;
  pull.open = false;
  tell("pull_request", pull_payload("closed", pull, login));
}

void FakeWorld::push_to_head(const std::string& login, std::int64_t number) {
  FakePull& pull = pulls.at(number);
  if (!pull.open) return;
  pull.head_sha = sha_of(fmt::format("head {}", next_id_++));
  heads.at(pull.head).sha = pull.head_sha;
  heads.at(pull.head).foreign = true;
  tell("pull_request", pull_payload("synchronize", pull, login));
  begin_run(pull.head, pull.head_sha, "pull_request", false);
}

void FakeWorld::review(const std::string& login, std::int64_t number) {
  const FakePull& pull = pulls.at(number);
  Json json = Json::parse(pull_payload("submitted", pull, login));
  json["review"] = {
      {"id", next_id_++}, {"state", "approved"}, {"user", account(login)}, {"commit_id", pull.head_sha}};
  tell("pull_request_review", json.dump());
}

void FakeWorld::rename_default_branch(const std::string& branch) {
  Json json = base_of("edited", "alice");
  json["repository"]["default_branch"] = branch;
  tell("repository", json.dump());
}

void FakeWorld::install(const std::string& action) {
  Json json = base_of(action, "alice");
  json.erase("repository");
  json["installation"]["account"] = account("acme");
  if (action == "created") json["repositories"] = {{{"id", 7}, {"full_name", "acme/api"}}};
  tell("installation", json.dump());
}

}  // namespace kedge::testing
