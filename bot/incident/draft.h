// SPDX-License-Identifier: Apache-2.0
// A decision in the making. Each recorded event is folded into a working copy at once, so what is decided
// next sees its consequences; `Decision` is what remains. Used by the decide_*.cc files only.
#pragma once

#include <string>

#include "bot/incident/command.h"
#include "bot/incident/decide.h"
#include "bot/incident/fold.h"

namespace kedge::incident {

class Draft {
 public:
  Draft(const State& state, const Input& input, const Context& context);

  const State& state() const { return state_; }
  const Context& context() const { return context_; }
  const Input& input() const { return input_; }
  TimePoint now() const { return now_; }
  /// The incident as it is now; asserts that it exists.
  const Incident& incident(const IncidentId& id) const;

  void record(EventBody event);
  /// Queues an effect. Mode `observe` queues none that writes.
  void want(const IncidentId& incident, Priority priority, std::string lane, EffectBody body,
            std::string coalesce = {}, Duration wait = {});
  /// Runs a parked effect again under its old id, so that it finds what it may have done before.
  void retry(const EffectId& parked) { decision_.retries.push_back(parked); }
  void set_timer(TimerKind kind, const IncidentId& incident, TimePoint due_at);
  void clear_timer(TimerKind kind, const IncidentId& incident);

  /// The screen changed: state section and living messages are written again, with what else changes in the
  /// next moments.
  void touch(const IncidentId& incident) { touched_.try_emplace(incident, kRewriteWait); }
  /// The same at once: people wait for this.
  void show(const IncidentId& incident) { touched_[incident] = Duration{}; }
  void comment(const IncidentId& incident, Priority priority, PostComment comment);

  Decision finish() &&;

 private:
  void rewrite(const IncidentId& incident, Duration wait);
  /// Effects take their ids from the last record of the turn, so there must be one.
  void justify();

  State state_;
  const Input& input_;
  const Context& context_;
  TimePoint now_;
  Decision decision_;
  std::map<IncidentId, Duration> touched_;  ///< Whose screen changed, and how long that may wait.
};

// -- the parts of decide(), one file each --
// decide.cc
/// Queues a reading of the runbook, unless one waits already.
void load_runbook(Draft& draft, std::string reason);
// decide_signal.cc
void on_workflow(Draft& draft, const WorkflowCompleted& input);
void on_confirm_ends(Draft& draft, const IncidentId& incident);
void on_suspects(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_rerun(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_label(Draft& draft, const IssueLabeled& input);
/// Asks for the commits between the last green run of this workflow and branch and this red one.
void search_suspects(Draft& draft, const IncidentId& incident, const RunFact& run);
void on_signal_permission(Draft& draft, const ReadPermission& asked, const Outcome& outcome);
// declare.cc
struct Declaration {
  std::string cause;
  std::string severity;
  std::string title;
  std::string by;
  std::int64_t issue = 0;
  std::string issue_url;
  TimePoint detected_at{};
  IncidentId follows;          ///< Empty: the newest of its cause.
  std::optional<RunFact> red;  ///< What shows it.
};
IncidentId declare(Draft& draft, const Declaration& declaration);
/// Makes an incident of a candidate.
/// Inside the reopen window of the last incident of its cause that one is taken up again instead.
void declare_candidate(Draft& draft, const IncidentId& incident);
/// Takes up a resolved incident whose workflow is red again; at least one run.
void red_again(Draft& draft, const IncidentId& incident, const std::vector<RunFact>& runs);
void on_issue_opened(Draft& draft, const Effect& effect, const Outcome& outcome);
/// The newest incident of a cause that was declared and not canceled; null: none.
const Incident* newest_of_cause(const State& state, std::string_view cause);
// decide_command.cc
void on_comment(Draft& draft, const CommentPosted& input);
void on_permission(Draft& draft, const ReadPermission& asked, const Outcome& outcome);
void refuse(Draft& draft, const PendingCommand& command, const IncidentId& incident, std::string why);
void answer(Draft& draft, const PendingCommand& command, std::string_view outcome, std::string_view reaction);
bool may(const CommandSpec& spec, Role role, const Incident* incident, const std::string& login);
// command_run.cc
void run_command(Draft& draft, const PendingCommand& pending, const Command& command, Role role);
// decide_end.cc
/// Why the incident cannot be resolved now; empty: it can.
std::string resolve_problem(const Incident& incident, const std::string& reason);
void resolve(Draft& draft, const IncidentId& incident, const std::string& by, const std::string& reason);
void cancel(Draft& draft, const IncidentId& incident, const std::string& by, const std::string& reason);
void reopen(Draft& draft, const IncidentId& incident, const std::string& by, const std::string& reason);
void on_issue_closed(Draft& draft, const IssueClosedBy& input);
void on_issue_reopened(Draft& draft, const IssueReopenedBy& input);
void on_issue_gone(Draft& draft, const IssueGone& input);
void on_unlabeled(Draft& draft, const IssueUnlabeled& input);
void on_reopen_window_ends(Draft& draft, const IncidentId& incident);
/// An incident that is over goes on in another one, which has an issue of its own: one issue tells of one.
void follow(Draft& draft, const IncidentId& ended, const PendingCommand& reopened);
// decide_rollback.cc
void request_rollback(Draft& draft, const IncidentId& incident, const RollbackArguments& arguments,
                      const std::string& text, const std::string& by, const PendingCommand* command);
void propose_rollback(Draft& draft, const IncidentId& incident);
void on_plan(Draft& draft, const Effect& effect, const Outcome& outcome);
/// `purpose`: `rollback` to prepare it, `recheck` to see whether what is prepared still holds.
void plan_rollback(Draft& draft, const IncidentId& incident, const Rollback& rollback,
                   const std::string& purpose = "rollback");
/// Pushes what is planned and not pushed yet. Commits and pull requests name the incident's issue, so one
/// that is being opened is awaited.
void publish_rollbacks(Draft& draft, const IncidentId& incident);
/// Ends a rollback that is under way without its having merged anything.
void abort_rollbacks(Draft& draft, const IncidentId& incident, RollbackState state,
                     const std::string& reason);
// verify.cc
void on_rollback_run(Draft& draft, const RunFact& run);
// merge.cc
void on_base_run(Draft& draft, const RunFact& run);
// approval.cc
void approve(Draft& draft, const IncidentId& incident, const std::string& rollback, const std::string& base,
             const Approval& approval);
void on_review(Draft& draft, const ReviewSubmitted& input);
// moved_base.cc
/// Plans again what is open on that branch.
void on_base_pushed(Draft& draft, const Pushed& input);
void on_recheck(Draft& draft, const IncidentId& incident, const Rollback& asked, const Outcome& outcome);
// publish.cc
void on_published(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_pull_opened(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_pull_request(Draft& draft, const PullRequestChanged& input);
// decide_command.cc
/// The command of that comment, if it still waits for its answer; null: it does not.
const PendingCommand* waiting_command(const Draft& draft, std::int64_t comment_id, CommandName name);
// forward_fix.cc
/// `/forward-fix`: for each branch in conflict its draft.
void run_forward_fix(Draft& draft, const PendingCommand& pending, const Command& command,
                     const Incident& incident);
/// Pushes what is asked for and not pushed yet, once the issue that the texts name is there.
void push_fixes(Draft& draft, const IncidentId& incident);
void on_fix_pushed(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_fix_opened(Draft& draft, const Effect& effect, const Outcome& outcome);
/// False where the pull request is no forward fix's.
bool on_fix_pull_request(Draft& draft, const PullRequestChanged& input);
// decide_update.cc
/// Where neither channel nor issue can carry the newest update, it is due once more.
void keep_clock(Draft& draft, const IncidentId& incident);
/// The issue came later than an update that no channel could carry.
void carry_on_issue(Draft& draft, const IncidentId& incident);
void start_updates(Draft& draft, const IncidentId& incident);
/// Posts the next numbered update at once, with a person's words or without.
void post_update_now(Draft& draft, const IncidentId& incident, const std::string& text,
                     const std::string& by);
void on_update_due(Draft& draft, const IncidentId& incident, TimePoint due_at);
void on_chat(Draft& draft, const Effect& effect, const Outcome& outcome);
void on_state_written(Draft& draft, const Effect& effect, const Outcome& outcome);

// -- small words they share --
std::string issue_lane(const IncidentId& incident);
std::string state_lane(const IncidentId& incident);
/// One thing at a time in a repository's mirror.
std::string git_lane(const Draft& draft);
std::string workflow_cause(const RunFact& run);
/// The workflow path of a workflow cause; empty for others.
std::string workflow_of_cause(std::string_view cause);
const Failed* failure_of(const Outcome& outcome);
/// Whether the bot's own account did it. With a plain token that account is a person's, whose acts count:
/// there what Kedge did itself is known by the state, which says so already.
bool is_own_act(const Draft& draft, std::string_view login);

}  // namespace kedge::incident
