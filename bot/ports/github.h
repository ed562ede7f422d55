// SPDX-License-Identifier: Apache-2.0
// GitHub in parts: conversations (issues, comments, people), changes (code, runs, pull requests, checks),
// commits that GitHub makes, deliveries. Every write looks before it writes and is safe to repeat: the marker
// says which piece is ours, `marker` being the effect id, carried at the end of the text as `<!--
// kedge:<kind> id=<effect id> -->`. A marker counts only on an object whose author is this bot, found by
// listing, never by search. Bodies arrive without the marker; the adapter adds it. Errors of all methods:
// denied (names the missing permission), not_found, rate_limited (retry_after set), unavailable, invalid;
// others are said at the method. All block up to the request time-out. Source: GitHub REST, API version
// 2022-11-28.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/incident/model.h"

namespace kedge::ports {

using incident::Repository;

struct IssueRef {
  std::int64_t number = 0;
  std::string url;
};

struct NewIssue {
  std::string title;  ///< Cut to 256 characters, newlines replaced.
  std::string body;   ///< At most 65,536 characters; the adapter refuses more as invalid.
  std::vector<std::string> labels;
  std::string kind;  ///< For the marker: `incident`
  std::string marker;
};

struct File {
  std::string text;
  std::string commit_sha;  ///< Head of the default branch when it was read.
};

/// Conversations.
class Conversations {
 public:
  virtual ~Conversations() = default;
  /// The bot's login, `<slug>[bot]`, or the user of a plain token.
  virtual Result<std::string> self_login() = 0;
  /// Opens an issue, or returns the one (open or closed) that carries the marker. Labels are made where
  /// missing. Errors: also `invalid` with "issues are disabled" for 410.
  virtual Result<IssueRef> open_issue(const Repository& repository, const NewIssue& issue) = 0;
  /// Replaces what stands between `<!-- kedge:state:begin -->` and `<!-- kedge:state:end -->` in the issue's
  /// body, or puts the section at the end where there is none; the rest of the body is people's. Writes
  /// nothing if it is equal.
  virtual Result<void> write_state(const Repository& repository, std::int64_t issue,
                                   const std::string& section) = 0;
  virtual Result<void> label_issue(const Repository& repository, std::int64_t issue,
                                   const std::vector<std::string>& labels) = 0;
  virtual Result<void> set_issue_open(const Repository& repository, std::int64_t issue, bool open,
                                      const std::string& state_reason) = 0;
  /// Writes a comment on an issue or pull request, or finds its own earlier one with this marker.
  virtual Result<void> comment(const Repository& repository, std::int64_t issue, const std::string& body,
                               const std::string& kind, const std::string& marker) = 0;
  /// `eyes`, `rocket`, `confused`; idempotent on GitHub's side.
  virtual Result<void> react(const Repository& repository, std::int64_t comment_id,
                             const std::string& content) = 0;
  /// Role from `role_name`, a custom role as its base `permission`; none for strangers.
  virtual Result<incident::Role> permission(const Repository& repository, const std::string& login) = 0;
};

struct NewPullRequest {
  std::string base;
  std::string head;      ///< A branch of the same repository.
  std::string head_sha;  ///< What was pushed there.
  std::string title;
  std::string body;
  std::vector<std::string> labels;
  bool draft = false;
  std::string kind;
  std::string marker;
};

struct PullRequestRef {
  std::int64_t number = 0;
  std::string url;
  std::string head_sha;
  bool merged = false;
  bool closed = false;  ///< Without a merge.
  std::string merge_commit;
};

struct SuspectReport {
  std::vector<incident::Suspect> suspects;  ///< Newest first in history; the core orders them.
  std::vector<incident::FailedJob> failed_jobs;
  std::optional<incident::RunFact> last_green;
  std::string note;  ///< Why it is short: no green run known, more than 250 commits …
};

struct Check {
  std::string name;
  std::string head_sha;
  std::string status;
  std::string conclusion;
  std::string title;
  std::string summary;
  std::string external_id;  ///< How our own run on that head is found again.
};

/// Code, runs, pull requests and checks.
class Changes {
 public:
  virtual ~Changes() = default;
  /// A file of the default branch, which is asked for where the repository does not name it; nothing where it
  /// does not exist.
  virtual Result<std::optional<File>> read_file(const Repository& repository, const std::string& path) = 0;
  /// What came between the last green run of this workflow on this branch and the red one, newest first, each
  /// with its pull request, and the jobs that failed. `last_green_sha` may be empty: then it is looked up.
  virtual Result<SuspectReport> find_suspects(const Repository& repository, const incident::RunFact& run,
                                              const std::string& last_green_sha) = 0;
  /// Reruns what failed in this attempt (0: in whichever is the newest); does nothing where a newer attempt
  /// exists or the run is under way. Errors: also `conflict` where the run cannot be rerun.
  virtual Result<void> rerun_failed_jobs(const Repository& repository, std::int64_t run_id, int attempt) = 0;
  /// Opens a pull request, or returns the one with the same head branch and base that is open or merged at
  /// this head SHA, or that carries this marker, whatever became of it. Errors: also conflict (the branch has
  /// another head), invalid ("No commits between …").
  virtual Result<PullRequestRef> open_pull_request(const Repository& repository,
                                                   const NewPullRequest& request) = 0;
  /// Creates or updates the check run of this name, head and external id; a commit status with a plain token.
  virtual Result<void> report_check(const Repository& repository, const Check& check) = 0;
};

struct NewCommit {
  std::string message;
  std::string tree;  ///< Objects that GitHub has.
  std::string parent;
};

struct MadeCommit {
  std::string sha;
  bool verified = false;  ///< GitHub signed it.
};

/// Commits that GitHub makes, and so signs where an App asks for them.
class Commits {
 public:
  virtual ~Commits() = default;
  /// Makes the commit object; a second call makes another one, since GitHub chooses its dates.
  virtual Result<MadeCommit> make_commit(const Repository& repository, const NewCommit& commit) = 0;
  /// Errors: also conflict (there is one of that name).
  virtual Result<void> create_branch(const Repository& repository, const std::string& branch,
                                     const std::string& sha) = 0;
  /// `refs/…`; one that is gone already is fine.
  virtual Result<void> remove_ref(const Repository& repository, const std::string& ref) = 0;
  /// False where a push that changes files below `.github/workflows` is known to be refused.
  virtual Result<bool> may_change_workflows(const Repository& repository) = 0;
};

struct Redelivered {
  int asked = 0;         ///< GUIDs.
  bool cut_off = false;  ///< There were more deliveries than were looked through: older ones were not seen.
};

/// The App's webhook deliveries that GitHub could not hand over.
class Deliveries {
 public:
  virtual ~Deliveries() = default;
  /// Asks GitHub to send again what no attempt of the last `window` delivered, oldest first: at once after
  /// the first attempt since `began`, when this server did, then at doubling waits. Errors: also denied with
  /// a plain token, which has no deliveries.
  virtual Result<Redelivered> redeliver_failed(Duration window, TimePoint now, TimePoint began) = 0;
};

}  // namespace kedge::ports
