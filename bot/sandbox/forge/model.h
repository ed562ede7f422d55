// SPDX-License-Identifier: Apache-2.0
// What the forge knows, in GitHub's own words: people, repositories, conversations, runs and checks. Plain
// data; branches and commits are not here, git has them. Times are the forge's clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/time.h"
#include "bot/sandbox/forge/git.h"

namespace kedge::sandbox::forge {

struct Account {
  std::int64_t id = 0;
  std::string login;
  std::string type = "User";  ///< User, Bot, Organization
  std::string name;
  std::string email;
};

struct Label {
  std::int64_t id = 0;
  std::string name, color = "ededed", description;
};

struct Reaction {
  std::int64_t id = 0;
  std::string user, content;
  TimePoint at{};
};

struct Comment {
  std::int64_t id = 0;
  std::int64_t issue = 0;
  std::string body, author;
  bool via_app = false;
  TimePoint created_at{}, updated_at{};
  std::vector<Reaction> reactions;
};

struct Review {
  std::int64_t id = 0;
  std::string author, state, body, commit_id;  ///< state: APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED
  TimePoint submitted_at{};
};

struct PullPart {
  std::string base_ref, base_sha, head_ref, head_sha;
  bool draft = false;
  std::optional<TimePoint> merged_at;
  std::string merged_by, merge_commit_sha;
  std::vector<Review> reviews;
  std::set<std::string> requested_reviewers;
};

struct Issue {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::string title, body, author;
  bool open = true;
  std::string state_reason;
  std::vector<std::string> labels;  ///< Names, as written by the repository.
  std::vector<std::string> assignees;
  bool locked = false;
  std::string lock_reason;
  bool via_app = false;
  TimePoint created_at{}, updated_at{};
  std::optional<TimePoint> closed_at;
  std::string closed_by;
  std::vector<std::int64_t> comments;
  std::vector<Reaction> reactions;
  std::optional<PullPart> pull;
};

struct Step {
  std::string name, conclusion;
};

struct Job {
  std::int64_t id = 0;
  std::string name, status = "queued", conclusion, log;
  int attempt = 1;
  std::vector<Step> steps;
  std::int64_t check_run = 0;
  std::optional<TimePoint> started_at, completed_at;
};

struct WorkflowRun {
  std::int64_t id = 0;
  std::int64_t workflow_id = 0;
  std::int64_t check_suite = 0;
  std::string name, path, event, head_branch, head_sha, status = "queued", conclusion, actor;
  std::string triggering_actor;
  int number = 0;
  int attempt = 1;
  TimePoint created_at{}, started_at{}, updated_at{};
  std::vector<Job> jobs;  ///< Of all attempts.
};

struct CheckSuite {
  std::int64_t id = 0;
  std::string head_branch, head_sha, before, app, status = "queued", conclusion;
  TimePoint created_at{}, updated_at{};
};

struct CheckRun {
  std::int64_t id = 0;
  std::int64_t suite = 0;
  std::string name, head_sha, status = "queued", conclusion, external_id, details_url, app;
  std::string title, summary, text;
  std::string actions = "[]";  ///< JSON, as it came.
  std::optional<TimePoint> started_at, completed_at;
};

struct CommitStatus {
  std::int64_t id = 0;
  std::string sha, state, context, description, target_url, creator;
  TimePoint at{};
};

/// What a branch asks for before it takes a change.
struct Protection {
  bool no_direct_push = true;
  int approvals = 0;
  std::vector<std::string> required_checks;
};

struct Repository {
  std::int64_t id = 0;
  std::string owner, name, description;
  bool is_private = false;
  bool has_issues = true;
  std::string default_branch = "main";
  TimePoint created_at{}, updated_at{}, pushed_at{};
  Git git;
  std::map<std::string, std::string> refs;  ///< As last told to the world; git may be one push ahead.
  std::map<std::string, std::string> collaborators;  ///< login → admin maintain write triage read
  std::map<std::string, Protection> protection;
  std::set<std::string> signed_commits;  ///< Made through the API by an App, and so signed by the forge.
  std::vector<Label> labels;
  std::map<std::int64_t, Issue> issues;  ///< Pull requests too, by number.
  std::map<std::int64_t, Comment> comments;
  std::map<std::int64_t, WorkflowRun> runs;
  std::map<std::int64_t, CheckSuite> suites;
  std::map<std::int64_t, CheckRun> check_runs;
  std::vector<CommitStatus> statuses;
  std::map<std::string, std::int64_t> workflows;  ///< path → id
  std::map<std::string, int> run_numbers;         ///< path → last number
  std::int64_t next_number = 1;
  std::string full_name() const { return owner + "/" + name; }
};

using Permissions = std::map<std::string, std::string>;  ///< issues → write

struct Installation {
  std::int64_t id = 0;
  std::string account;
  bool suspended = false;
  Permissions permissions;
  TimePoint created_at{};
};

struct App {
  std::int64_t id = 0;
  std::string slug = "kedge-sandbox", name = "Kedge sandbox", client_id, owner;
  std::string public_key_pem;
  Permissions permissions;
  std::set<std::string> events;
};

/// Who is behind a request.
struct Identity {
  enum class Kind { nobody, person, app, installation, admin };
  Kind kind = Kind::nobody;
  std::string login;  ///< The person's, or `<slug>[bot]`.
  std::int64_t installation = 0;
  Permissions permissions;          ///< Of an installation token.
  std::set<std::int64_t> narrowed;  ///< Repository ids; empty: all of the installation.
  std::string token_key;            ///< For the rate limit's count.
  bool is_app() const { return kind == Kind::installation; }
};

struct Token {
  Identity identity;
  std::optional<TimePoint> expires_at;
};

/// What one token has used of its hour.
struct RateWindow {
  std::int64_t reset_s = 0;
  int used = 0;
};

struct Hook {
  std::int64_t id = 0;
  std::string url, secret;
  bool deliver = true;     ///< Off: attempts are recorded as failed without being made.
  bool duplicate = false;  ///< Every delivery is sent twice.
  int hold_back = 0;       ///< Collect that many, then send them newest first.
};

struct Delivery {
  std::int64_t id = 0;
  std::string guid, event, action, payload;
  std::int64_t installation = 0, repository = 0;
  bool redelivery = false;
  bool attempted = false;  ///< False while it waits to be sent.
  TimePoint delivered_at{};
  double duration_s = 0;
  std::string status;
  int status_code = 0;
  std::vector<std::pair<std::string, std::string>> request_headers, response_headers;
  std::string response_body;
};

}  // namespace kedge::sandbox::forge
