// SPDX-License-Identifier: Apache-2.0
// The state that evolve() folds from a repository's events: its incidents with their rollbacks, updates and
// people, and the facts about the repository that decisions need. Plain data; every view is made from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/id.h"
#include "bot/base/time.h"
#include "bot/incident/policy.h"
#include "bot/rollback/plan.h"

namespace kedge::incident {

enum class Phase {
  candidate,      ///< Red, and being confirmed; nobody is told yet.
  investigating,  ///< Declared.
  identified,     ///< A suspect is named.
  mitigating,     ///< A rollback or fix is under way.
  monitoring,     ///< Harm has stopped, proof is being gathered.
  resolved,
  closed,
  canceled,
};

enum class RollbackState {
  proposed,           ///< Asked for; the plan is being made.
  prepared,           ///< Branches are pushed.
  verifying,          ///< Pull requests are open, CI runs on their heads.
  awaiting_approval,  ///< Green; people are asked.
  merging,            ///< Approved; people, auto-merge or Kedge merge.
  deploying,
  monitoring,  ///< Merged; the trigger's workflow has to go green on the result.
  succeeded,
  conflicted,
  forward_fix,
  refused,
  failed,
  superseded,
  aborted,
};

enum class Role { none, read, triage, write, maintain, admin };
enum class Conclusion {
  success,
  failure,
  timed_out,
  startup_failure,
  cancelled,
  skipped,
  neutral,
  action_required,
  stale,
  none
};

std::string_view to_string(Phase phase);
std::string_view to_string(RollbackState state);
std::string_view to_string(Role role);
std::string_view to_string(Conclusion conclusion);
std::optional<Conclusion> conclusion_of(std::string_view text);
/// failure, timed_out and startup_failure; cancelled and the rest say nothing about the code.
bool is_red(Conclusion conclusion);
/// Declared and not yet resolved, closed or canceled.
bool is_open(Phase phase);
bool is_candidate(Phase phase);

/// GitHub as the core knows it: all that effects need to address a repository.
struct Repository {
  RepositoryId id;
  std::string full_name;       ///< `acme/api`, as last seen; never a key.
  std::string default_branch;  ///< Empty: not known yet.
  std::string html_url;
  std::int64_t installation_id = 0;  ///< 0 with a plain token.
  bool operator==(const Repository&) const = default;
};
/// What is known after `news`: payloads often leave fields out, and an empty one takes no knowledge away.
Repository merged(Repository known, const Repository& news);

/// One completed run of a workflow on a watched branch.
struct RunFact {
  std::string workflow;  ///< Its name.
  std::string path;      ///< `.github/workflows/ci.yml`, without `@ref`.
  std::string branch;
  std::string head_sha;
  std::int64_t run_id = 0;
  int run_number = 0;
  int attempt = 1;
  Conclusion conclusion = Conclusion::none;
  std::string event;  ///< `push`, `schedule` …
  std::string url;
  std::optional<TimePoint> started_at;
  std::string commit_subject;
  std::string commit_author;
  std::string actor;
  bool operator==(const RunFact&) const = default;
};

struct FailedJob {
  std::string name;
  std::string step;  ///< The first failing step; may be empty.
  std::string url;
  bool operator==(const FailedJob&) const = default;
};

/// A commit in doubt, with why.
struct Suspect {
  std::string sha;
  std::string subject;
  std::string author;             ///< Login where GitHub knows one, else the name.
  std::int64_t pull_request = 0;  ///< 0: none known.
  std::string pull_request_url;
  std::string reason;  ///< One sentence.
  std::optional<TimePoint> committed_at;
  bool operator==(const Suspect&) const = default;
};

struct Approval {
  std::string login;
  std::string head_sha;
  std::string plan_id;
  TimePoint at{};
  std::string how;  ///< `/approve` or `review`.
  bool operator==(const Approval&) const = default;
};

enum class PullState { none, open, merged, closed };

/// One base of a rollback.
struct RollbackBranch {
  rollback::BranchPlan plan;
  std::optional<std::string> pushed_commit;
  std::string head;          ///< Of the branch now: the pushed commit, until a person pushes on top of it.
  std::string head_by;       ///< Who moved the head away from the pushed commit; empty: nobody.
  std::string safety_ref;    ///< Empty until written.
  std::string safety_where;  ///< `pushed` or why it is kept in the mirror only.
  std::string push_refusal;  ///< GitHub's words, where the push was refused.
  std::string
      outdated;  ///< Why the pushed revert is not what a plan on the base's tip would give; empty: it is.
  std::int64_t pull_request = 0;
  std::string pull_request_url;
  PullState pull_state = PullState::none;
  std::string merge_commit;
  std::string merged_by;
  std::optional<TimePoint> merged_at;
  std::map<std::string, RunFact> runs;  ///< Workflow path → newest completed run on the head.
  bool merge_result_green = false;
  bool approval_requested = false;
  std::vector<Approval> approvals;
  bool operator==(const RollbackBranch&) const = default;
};

struct Rollback {
  std::string id;  ///< `r1`, `r2` … within the incident.
  RollbackState state = RollbackState::proposed;
  std::string target_text;  ///< As typed.
  std::string reason;
  std::string requested_by;
  std::int64_t comment_id = 0;     ///< The command's comment; 0 where Kedge prepares by itself.
  std::int64_t comment_issue = 0;  ///< Where it was typed.
  TimePoint decided_at{};          ///< Author and committer date of the commits.
  std::optional<rollback::Plan> plan;
  std::vector<RollbackBranch> branches;  ///< The clean ones.
  std::string refusal;                   ///< For refused, failed and conflicted: why.
  std::optional<TimePoint> ended_at;
  bool operator==(const Rollback&) const = default;
};

/// A branch on which people finish what does not revert by itself.
struct ForwardFix {
  rollback::Plan plan;   ///< Of one branch, in conflict, whose `branch` is the fix's own.
  std::string rollback;  ///< Whose conflict it is; empty: the proposal's.
  std::string requested_by;
  std::string reason;
  std::int64_t comment_id = 0;
  std::int64_t comment_issue = 0;
  TimePoint decided_at{};                    ///< Author and committer date of its first commit.
  std::optional<std::string> pushed_commit;  ///< Holds the conflict, markers in the files.
  std::int64_t pull_request = 0;             ///< A draft, until people make it ready.
  std::string pull_request_url;
  PullState pull_state = PullState::none;
  std::string refusal;  ///< Why there is none.
  [[nodiscard]] const rollback::BranchPlan& branch() const { return plan.branches.front(); }
  bool operator==(const ForwardFix&) const = default;
};

struct ChannelReceipt {
  std::string living_message;     ///< The product's id of the living message; empty: none yet.
  std::string last_message;       ///< Of the newest update (mail: its Message-ID).
  int last_update = 0;            ///< Highest `Update N` this channel accepted.
  std::string failure;            ///< Why the last update could not be posted there; empty: it works.
  bool failure_reported = false;  ///< Of this outage.
  bool operator==(const ChannelReceipt&) const = default;
};

enum class SlotState { due, sent, late, missed };

struct Slot {
  int number = 0;
  TimePoint due_at{};
  SlotState state = SlotState::due;
  std::optional<TimePoint> sent_at;
  std::string text;  ///< What a person wrote with `/update`; empty: Kedge's own words.
  std::string author;
  bool operator==(const Slot&) const = default;
};

struct TimelineEntry {
  TimePoint at{};
  std::string text;  ///< Plain text, not escaped; may hold what strangers wrote.
  bool operator==(const TimelineEntry&) const = default;
};

/// What Kedge gave up, with nobody else to tell of it: people may have it run again.
struct ParkedEffect {
  std::string effect_id;
  std::string kind;
  std::string reason;
  bool operator==(const ParkedEffect&) const = default;
};

struct Incident {
  IncidentId id;
  Phase phase = Phase::candidate;
  std::string cause;  ///< `workflow:<branch>:<path>` or `issue:<number>`.
  std::string severity;
  std::string title;  ///< Without the severity: `CI is red on main: CI`.
  bool drill = false;
  Policy policy;  ///< As it was at declaration.
  TimePoint detected_at{};
  std::optional<TimePoint> declared_at, identified_at, mitigating_at, monitoring_at, resolved_at, closed_at;
  std::string declared_by;  ///< A login, or empty for Kedge.

  std::int64_t issue = 0;  ///< 0 until it exists.
  std::string issue_url;
  bool issue_adopted = false;
  std::string issue_failure;  ///< Why there is no issue.

  std::vector<RunFact> signals;  ///< The red runs, oldest first, at most kSignalsMax; one per run id.
  int signal_count = 0;          ///< All of them.
  std::optional<RunFact> last_green;
  std::optional<RunFact> recovered;  ///< The same workflow green again on that branch.
  std::vector<FailedJob> failed_jobs;
  std::vector<Suspect> suspects;           ///< Most likely first.
  std::string suspects_note;               ///< Why the list is short or empty.
  std::optional<rollback::Plan> proposal;  ///< The plan for the first suspect.
  std::string proposal_note;               ///< Why there is none.

  std::map<std::string, std::string> roles;  ///< `commander` → login.
  std::vector<std::string> acknowledged_by;
  std::vector<Rollback> rollbacks;
  std::vector<ForwardFix> fixes;
  std::vector<Slot> slots;
  std::optional<TimePoint> next_update_due;
  std::map<std::string, ChannelReceipt> channels;
  std::vector<ParkedEffect> parked;  ///< Oldest first, at most kParkedMax.
  std::vector<TimelineEntry> timeline;
  std::string resolution;  ///< The reason given with /resolve or /cancel.
  std::string ended_by;
  IncidentId linked_to;  ///< The earlier incident that this one follows; empty: none.
  bool label_removal_noted = false;
  bool operator==(const Incident&) const = default;
};

/// A command that waits for its author's permission to be read.
struct PendingCommand {
  /// Or `close`: the issue closed by hand; `reopen`: reopened after its window; `review`: an approving
  /// review.
  std::string source = "comment";
  std::string head_sha;  ///< Of the review.
  std::int64_t comment_id = 0;
  int index = 0;  ///< Which command of the comment.
  std::string line;
  std::string author;
  std::int64_t issue = 0;
  bool on_pull_request = false;
  std::string issue_title;
  std::vector<std::string> issue_labels;
  TimePoint at{};
  bool operator==(const PendingCommand&) const = default;
};

/// `<comment id>#<index>`, `close:<issue>`, `reopen:<issue>` or `review:<pull request>:<login>:<head sha>`.
std::string key_of(const PendingCommand& command);

/// A label that may open an incident, while its author's permission is read.
struct PendingSignal {
  std::int64_t issue = 0;
  std::string label;
  std::string actor;
  std::string title;
  std::string url;
  TimePoint detected_at{};
  bool operator==(const PendingSignal&) const = default;
};

struct State {
  Repository repository;
  std::int64_t seq = 0;  ///< Of the last event folded in.
  TimePoint last_at{};
  std::map<std::string, Incident> incidents;       ///< By incident id.
  std::map<std::string, PendingCommand> commands;  ///< By key_of.
  std::map<std::string, RunFact> newest_runs;      ///< By `<branch>:<path>`: highest run number seen.
  std::map<std::string, RunFact> newest_green;     ///< By `<branch>:<path>`.
  std::map<std::pair<std::int64_t, std::string>, PendingSignal> pending_signals;  ///< By issue and actor.
  std::set<std::int64_t> seen_comments;

  std::optional<std::string> runbook_text;  ///< The last valid `.github/kedge.yml`; none: the default preset.
  std::string runbook_commit;
  bool runbook_known = false;                 ///< It was looked for at least once.
  std::vector<std::string> runbook_problems;  ///< Of the newest text, where it is not the one in force.
  std::vector<TimePoint> prepared_at;         ///< Rollbacks that Kedge prepared on its own, for limits.
  bool operator==(const State&) const = default;
};

inline constexpr std::size_t kSignalsMax = 20;
inline constexpr std::size_t kTimelineMax = 500;
inline constexpr std::size_t kParkedMax = 20;

/// `acme/api#42`, or the id where there is no issue.
std::string name_of(const State& state, const Incident& incident);
const Incident* find_by_issue(const State& state, std::int64_t issue);
/// The incident that a rollback pull request belongs to, with the branch of the rollback.
struct PullMatch {
  const Incident* incident = nullptr;
  const Rollback* rollback = nullptr;
  const RollbackBranch* branch = nullptr;
};
/// Of several rollbacks that shared a pull request, the one that is not ended, else the newest.
PullMatch find_by_pull_request(const State& state, std::int64_t number);
/// What a forward fix begins with: the newest rollback that conflicts and was not given up for another one,
/// else what Kedge proposed.
struct ConflictMatch {
  const rollback::Plan* plan = nullptr;  ///< Null: nothing conflicts.
  const Rollback* rollback = nullptr;    ///< Null: the plan is the proposal.
};
ConflictMatch find_conflict(const Incident& incident);
/// A forward fix by its branch's name; null: none.
const ForwardFix* find_fix(const Incident& incident, std::string_view branch);
/// The one that people work on, or are about to, for this target on this base; null: none.
const ForwardFix* find_standing_fix(const Incident& incident, const rollback::Plan& plan,
                                    std::string_view base);
/// The branch of a new fix: `hotfix/<incident id>-<sha12>`, with the base and a number behind it where that
/// name is another fix's already, or stands in `taken`.
std::string name_fix(const Incident& incident, const rollback::Plan& plan, std::string_view base,
                     const std::vector<std::string>& taken = {});
/// The incident that a pull request belongs to, be it a rollback's or a forward fix's; null: none.
const Incident* incident_of_pull(const State& state, std::int64_t number);
/// The branches of rollbacks under way that have this head: several where bases had equal tips.
std::vector<PullMatch> find_by_head(const State& state, std::string_view head_sha);
std::vector<const Incident*> open_incidents(const State& state);
/// Its issue is being opened: neither there nor known to be impossible.
bool is_issue_coming(const Incident& incident);
/// Resolved so short a time before `at` that it may be taken up again.
bool is_in_reopen_window(const Incident& incident, TimePoint at);
const Incident* find_by_cause(const State& state, std::string_view cause, bool (*wanted)(Phase));
/// The rollback that is not ended, newest first; null: none.
const Rollback* active_rollback(const Incident& incident);
bool is_ended(RollbackState state);

}  // namespace kedge::incident
