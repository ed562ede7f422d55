// SPDX-License-Identifier: Apache-2.0
// What GitHub said, typed. Nearly every field is optional in practice: GitHub's own examples break its own
// schemas, so parsing is lenient, and only what a decision cannot do without makes a payload `Ignored`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/base/time.h"

namespace kedge::webhooks {

struct Account {
  std::string login;
  std::int64_t id = 0;
  std::string type;
};  ///< type: User, Bot, Organization

struct Repository {
  std::int64_t id = 0;
  std::string full_name;
  std::string default_branch;
  std::string html_url;
  bool is_private = false;
};

/// What every payload may have.
struct Common {
  std::string action;
  std::optional<Repository> repository;
  std::optional<Account> sender;
  std::int64_t installation_id = 0;  ///< 0: none
};

struct Ping {
  std::string zen;
  std::int64_t hook_id = 0;
};
struct WorkflowRun {
  std::int64_t id = 0;
  std::string name;
  std::string path;
  std::string event;
  std::string head_branch;
  std::string head_sha;
  std::string status;
  std::string conclusion;
  int run_number = 0;
  int run_attempt = 1;
  std::string html_url;
  std::optional<TimePoint> created_at, run_started_at, updated_at;
  std::string actor;
  std::string commit_message;
  std::string commit_author;
  std::int64_t head_repository_id = 0;
  std::string workflow_name;
  std::vector<std::int64_t> pull_requests;
};
struct CheckSuite {
  std::int64_t id = 0;
  std::string head_branch, head_sha, status, conclusion, app_slug;
  std::vector<std::int64_t> pull_requests;
};
struct CheckRun {
  std::int64_t id = 0;
  std::string name, head_sha, status, conclusion, external_id, html_url, app_slug, requested_action;
  std::int64_t check_suite_id = 0;
  std::string head_branch;
};
struct Status {
  std::string sha, state, context, description, target_url;
  std::vector<std::string> branches;
};
struct Issue {
  std::int64_t number = 0;
  std::string title, body, state, html_url;
  std::vector<std::string> labels;
  Account user;
  bool is_pull_request = false;
  std::optional<TimePoint> created_at;
};
struct Issues {
  Issue issue;
  std::string label;
};  ///< label: of labeled and unlabeled
struct IssueComment {
  Issue issue;
  std::int64_t id = 0;
  std::string body, html_url;
  std::optional<Account> user;
  std::optional<TimePoint> created_at;
  std::int64_t via_app_id = 0;
};
struct PullRequest {
  std::int64_t number = 0;
  std::string title, state, html_url;
  bool merged = false, draft = false;
  std::string merged_by, merge_commit_sha, base_ref, base_sha, head_ref, head_sha;
  std::int64_t head_repository_id = 0;
  Account user;
  std::vector<std::string> labels;
};
struct PullRequestReview {
  PullRequest pull_request;
  std::int64_t id = 0;
  std::string state, login, commit_id, body;
};
struct Push {
  std::string ref, before, after;
  bool created = false, deleted = false, forced = false;
  std::vector<std::string> paths;
  bool paths_complete = false;  ///< added, modified and removed of all listed commits
  std::string pusher;
};
struct Installation {
  std::int64_t id = 0;
  std::string account;
  std::vector<Repository> repositories;
};
struct InstallationRepositories {
  std::int64_t id = 0;
  std::vector<Repository> added, removed;
};
/// Says nothing but `Common`: the action, and the repository as it is now.
struct RepositoryEvent {};
struct MergeGroup {
  std::string head_sha, head_ref, base_sha, base_ref;
  std::string reason;
};
struct DeploymentProtectionRule {
  std::string environment, callback_url, sha, ref;
  std::int64_t deployment_id = 0;
};
/// Stored and done, with why nothing follows from it.
struct Ignored {
  std::string reason;
};

using Body = std::variant<Ping, WorkflowRun, CheckSuite, CheckRun, Status, Issues, IssueComment, PullRequest,
                          PullRequestReview, Push, Installation, InstallationRepositories, RepositoryEvent,
                          MergeGroup, DeploymentProtectionRule, Ignored>;

struct Event {
  std::string name;  ///< `X-GitHub-Event`
  Common common;
  Body body;
};

/// Never fails: what cannot be used is Ignored with a reason that names the missing path. Total over hostile
/// JSON (depth is limited); large integers, wrong types and invalid UTF-8 do no harm.
Event parse(std::string_view event_name, std::string_view json);

}  // namespace kedge::webhooks
