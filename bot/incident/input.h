// SPDX-License-Identifier: Apache-2.0
// What comes in: deliveries translated into the incident's own words, outcomes of effects, and due timers.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bot/incident/effect.h"
#include "bot/incident/model.h"

namespace kedge::incident {

struct WorkflowCompleted {
  RunFact run;
  bool from_fork = false;
};
/// An issue was opened with labels, or got `label`.
struct IssueLabeled {
  std::int64_t issue = 0;
  std::string title;
  std::string url;
  std::vector<std::string> labels;  ///< The new ones.
  std::string actor;
  bool is_pull_request = false;
  bool bears_marker = false;  ///< Its body says that Kedge opened it.
};
struct IssueUnlabeled {
  std::int64_t issue = 0;
  std::string label;
  std::string actor;
};
struct IssueClosedBy {
  std::int64_t issue = 0;
  std::string actor;
};
struct IssueReopenedBy {
  std::int64_t issue = 0;
  std::string actor;
};
struct IssueGone {
  std::int64_t issue = 0;
  std::string how;
};  ///< deleted, transferred
struct CommentPosted {
  std::int64_t issue = 0;
  bool on_pull_request = false;
  std::int64_t comment_id = 0;
  std::string url;
  std::string author;
  std::string body;
  std::string issue_title;
  std::vector<std::string> issue_labels;
};
struct PullRequestChanged {
  std::int64_t number = 0;
  std::string action;
  bool merged = false;
  std::string head_sha;
  std::string head_ref;
  std::string base_ref;
  std::string merge_commit;
  std::string actor;
  std::string url;
  bool from_fork = false;
};
struct ReviewSubmitted {
  std::int64_t pull_request = 0;
  std::string state;
  std::string login;
  std::string commit_sha;
};
struct Pushed {
  std::string branch;
  std::string after;
  bool touches_runbook = false;
  std::string actor;
};
struct RepositoryAdded {};
/// Nothing but what the input's repository says: its default branch, its name.
struct RepositoryChanged {};

enum class TimerKind { confirm_ends, update_due, reopen_window_ends };
struct TimerFired {
  TimerKind kind = TimerKind::update_due;
  IncidentId incident;
  TimePoint due_at{};
};

struct EffectFinished {
  Effect effect;
  Outcome outcome;
};

using InputBody = std::variant<WorkflowCompleted, IssueLabeled, IssueUnlabeled, IssueClosedBy,
                               IssueReopenedBy, IssueGone, CommentPosted, PullRequestChanged, ReviewSubmitted,
                               Pushed, RepositoryAdded, RepositoryChanged, TimerFired, EffectFinished>;

struct Input {
  Repository repository;    ///< As the delivery names it; for timers and outcomes what the state has.
  TimePoint received_at{};  ///< When the delivery was accepted: the incident's `detected_at`.
  InputBody body;
};

}  // namespace kedge::incident
