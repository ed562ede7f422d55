// SPDX-License-Identifier: Apache-2.0
// What is wanted from the outside world. An effect is stored with the events that justify it, performed by
// engine/dispatch until it succeeds or is parked, and its outcome returns as an input. Effects say which
// facts to show, never how: text is rendered from the state when the effect is performed, so it is never
// older than that.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "bot/incident/model.h"

namespace kedge::incident {

/// Which comment to write; templates/ has one text for each.
enum class Topic {
  command_refused,    ///< `text`: why, and who may or what to type instead.
  command_failed,     ///< `text`: what went wrong.
  help,               ///< The table of commands.
  status,             ///< State, people, clock.
  plan,               ///< `plan` as a table, with what to paste.
  rollback_result,    ///< Branches and pull requests of `rollback`.
  rollback_conflict,  ///< Conflict report of `rollback` (or of `plan`).
  forward_fix,   ///< What became of the fixes that one command asked for: those of `base`, their branches.
  verification,  ///< CI of the rollback heads and the request for approval, on the pull request of `base`.
  approved,      ///< On the pull request of `base`: who approved, what happens next.
  merged,        ///< On the issue: what was merged, what is awaited.
  recovered,     ///< On the issue: green again, how to resolve.
  resolved,      ///< On the issue: the end, with durations.
  reopened,      ///< `text`: why.
  followed,      ///< On the issue of an ended incident, of the one that follows it: where it goes on.
  canceled,
  channel_failed,  ///< `channel`, `text`.
  note,            ///< `text` as it is: short facts said once.
};

// -- reading the world: the outcome carries facts --
struct LoadRunbook {
  std::string reason;
};
struct ReadPermission {
  std::string login;
  std::string about;
};  ///< `about`: key of the pending command, or kSignal and the number of the labelled issue.
inline constexpr std::string_view kSignal = "signal:";
struct FindSuspects {
  RunFact run;
  std::string last_green_sha;
};
struct PlanRollback {
  std::vector<std::string> targets;
  std::vector<std::string> paths;
  std::vector<std::string> branches;
  std::string purpose;   ///< `propose` (shown on the issue), `rollback` (of `rollback`), `command` (`/plan`),
                         ///< `recheck` (of `rollback`, whose base moved)
  std::string rollback;  ///< Its id, for purposes `rollback` and `recheck`.
  std::string command;   ///< Key of the pending command, for purpose `command`.
  std::string to;        ///< Instead of targets: the good version to restore.
  int mainline = 0;      ///< The parent that merges go back to; 0: the first.
};

// -- changing the world --
struct RerunFailedJobs {
  std::int64_t run_id = 0;
  int attempt = 0;  ///< The one that was red: a newer one is this effect's own work. 0: not known.
};
struct OpenIssue {};
struct WriteState {
  int update_number = 0;
};  ///< Rewrites the state section of the issue; 0: no update.
struct LabelIssue {
  std::int64_t issue = 0;
  std::vector<std::string> labels;
};
struct SetIssueOpen {
  std::int64_t issue = 0;
  bool open = false;
  std::string state_reason;
};
struct React {
  std::int64_t comment_id = 0;
  std::string content;
};  ///< eyes, rocket, confused
struct PostComment {
  std::int64_t issue = 0;
  Topic topic = Topic::note;
  std::string rollback;
  std::string base;
  std::string channel;
  std::string text;
  std::optional<rollback::Plan> plan;
};
struct PublishBranch {
  std::string rollback;
  std::string base;
};
struct OpenPullRequest {
  std::string rollback;
  std::string base;
};
/// A forward fix, by the name of its branch: the branch with the conflict, and its draft.
struct PushForwardFix {
  std::string branch;
};
struct OpenForwardFix {
  std::string branch;
};
/// `kedge/rollback` on a head; a commit status where there is no App.
struct ReportCheck {
  std::string name;
  std::string head_sha;
  std::string status;      ///< in_progress, completed
  std::string conclusion;  ///< success, failure, neutral; empty while in progress
  std::string title;
  std::string summary;
};
/// `Update <number>` to one channel; the first one is the living message itself.
struct PostUpdate {
  std::string channel;
  int number = 0;
};
struct EditLiving {
  std::string channel;
};

using EffectBody =
    std::variant<LoadRunbook, ReadPermission, FindSuspects, PlanRollback, RerunFailedJobs, OpenIssue,
                 WriteState, LabelIssue, SetIssueOpen, React, PostComment, PublishBranch, OpenPullRequest,
                 PushForwardFix, OpenForwardFix, ReportCheck, PostUpdate, EditLiving>;

/// P0 is performed first. A lower number never waits behind a higher one that has not started.
enum class Priority { p0_freeze = 0, p1_rollback = 1, p2_first_word = 2, p3_update = 3, p4_cosmetic = 4 };

struct Effect {
  EffectId id;          ///< Set when the turn is committed: `<repository id>/<seq>/<index>`.
  IncidentId incident;  ///< Empty for facts of the repository.
  Priority priority = Priority::p3_update;
  /// Effects of one lane are performed one at a time, in order of their ids: `chat:ops`, `issue:k…`, `git`.
  std::string lane;
  /// A new effect with the same key replaces an older one that has not started, and takes its moment where
  /// that is sooner; empty: never.
  std::string coalesce;
  Duration wait{};  ///< From the turn on; nothing behind it in its lane begins before.
  EffectBody body;
};

// -- what came of it --
struct Done {};
struct RunbookRead {
  bool present = false;
  std::string text;
  std::string commit_sha;
  std::vector<std::string> problems;
  std::vector<std::string> remarks;  ///< For the log: what is valid and not acted on.
};
struct PermissionRead {
  Role role = Role::none;
};
struct SuspectsFound {
  std::vector<Suspect> suspects;
  std::vector<FailedJob> failed_jobs;
  std::string note;
  std::optional<RunFact> last_green;
};
struct PlanMade {
  rollback::Plan plan;
};
struct IssueOpened {
  std::int64_t number = 0;
  std::string url;
};
struct BranchPublished {
  std::string branch;
  std::string commit;
  std::string safety_ref;
  std::string safety_where;
};
struct PullOpened {
  std::int64_t number = 0;
  std::string url;
  std::string head_sha;  ///< Now; empty: the one asked for.
  bool merged = false;
  bool closed = false;  ///< Without a merge.
  std::string merge_commit;
};
struct ChatDelivered {
  std::string message;
  bool resent = false;
};
/// It will not be tried again. `code` and `message` as in Error; `outcome_unknown`: the last attempt may have
/// worked.
struct Failed {
  std::string code;
  std::string message;
  bool outcome_unknown = false;
  std::vector<std::string> candidates;
};

using Outcome = std::variant<Done, RunbookRead, PermissionRead, SuspectsFound, PlanMade, IssueOpened,
                             BranchPublished, PullOpened, ChatDelivered, Failed>;

std::string_view kind_of(const EffectBody& effect);  ///< `open_issue`
/// A living text is rewritten this long after its first change that is not in it yet: what changes in between
/// goes along.
inline constexpr Duration kRewriteWait = std::chrono::seconds{5};

/// True for effects that change GitHub or chat: mode `observe` queues none of them.
bool writes(const EffectBody& effect);
/// True for reads that nobody will ask for again: they are tried until GitHub answers. The runbook, and the
/// permission of who did something by hand; who typed a command is told that it failed, and types it again.
bool is_patient(const EffectBody& effect);
/// `opening the issue`: what is left to people, in their words; other kinds as they are.
std::string_view deed_of(std::string_view kind);
/// Whose failure nothing else follows from: no refusal, no other plan, no channel that is named as failing.
bool is_left_to_people(std::string_view kind);

}  // namespace kedge::incident
