// SPDX-License-Identifier: Apache-2.0
// What is recorded. One struct an event; docs/event-log.md says what each means, journal/codec.cc how each is
// stored. Events are only added: a changed shape gets a new version and an upcaster, old rows are never
// rewritten.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bot/incident/model.h"

namespace kedge::incident {

// -- the repository --
struct RepositorySeen {
  Repository repository;
};
struct RunbookAdopted {
  std::string text;
  std::string commit_sha;
  bool present = false;
};
struct RunbookRejected {
  std::string commit_sha;
  std::vector<std::string> problems;
};
struct RunObserved {
  RunFact run;
};
struct SignalReceived {
  PendingSignal signal;
};
struct SignalRefused {
  std::int64_t issue = 0;
  std::string actor;
  std::string reason;
};
struct CommandReceived {
  PendingCommand command;
};
struct CommandAnswered {
  std::string key;  ///< key_of the command
  std::string outcome;
};  ///< done, refused, failed

// -- the incident --
struct CandidateOpened {
  IncidentId incident;
  std::string cause;
  std::string severity;
  std::string title;
  RunFact run;
  Policy policy;
  TimePoint detected_at{};
};
struct CandidateDismissed {
  IncidentId incident;
  std::string reason;
};
struct IncidentDeclared {
  IncidentId incident;
  std::string cause;
  std::string severity;
  std::string title;
  bool drill = false;
  Policy policy;
  TimePoint detected_at{};
  std::string declared_by;
  std::int64_t issue = 0;
  std::string issue_url;
  IncidentId linked_to;
};
struct SignalAdded {
  IncidentId incident;
  RunFact run;
};
struct RecoveryObserved {
  IncidentId incident;
  RunFact run;
};
struct SuspectsIdentified {
  IncidentId incident;
  std::vector<Suspect> suspects;
  std::vector<FailedJob> failed_jobs;
  std::string note;
  std::optional<RunFact> last_green;
};
struct RollbackProposed {
  IncidentId incident;
  std::optional<rollback::Plan> plan;
  std::string note;
};
struct PhaseChanged {
  IncidentId incident;
  Phase phase = Phase::investigating;
  std::string reason;
};
struct IssueLinked {
  IncidentId incident;
  std::int64_t issue = 0;
  std::string url;
  bool adopted = false;
};
struct IssueUnavailable {
  IncidentId incident;
  std::string reason;
};
struct Acknowledged {
  IncidentId incident;
  std::string login;
};
struct RoleTaken {
  IncidentId incident;
  std::string role;
  std::string login;
};
struct IncidentResolved {
  IncidentId incident;
  std::string by;
  std::string reason;
};
struct IncidentReopened {
  IncidentId incident;
  std::string by;
  std::string reason;
};
struct IncidentClosed {
  IncidentId incident;
};
struct IncidentCanceled {
  IncidentId incident;
  std::string by;
  std::string reason;
};
struct LabelRemovalNoted {
  IncidentId incident;
  std::string label;
  std::string by;
};

// -- the rollback --
struct RollbackRequested {
  IncidentId incident;
  std::string rollback;
  std::string target;
  std::string reason;
  std::string by;
  std::int64_t comment_id = 0;
  std::int64_t comment_issue = 0;
};
struct RollbackPlanned {
  IncidentId incident;
  std::string rollback;
  rollback::Plan plan;
};
struct RollbackRefused {
  IncidentId incident;
  std::string rollback;
  RollbackState state = RollbackState::refused;
  std::string reason;
};
struct BranchPushed {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string branch;
  std::string commit;
  std::string safety_ref;
  std::string safety_where;
};
struct PushRefused {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string reason;
};
struct PullRequestOpened {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::int64_t number = 0;
  std::string url;
};
struct PullRequestFailed {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string reason;
};
struct RollbackRunReported {
  IncidentId incident;
  std::string rollback;
  std::string base;
  RunFact run;
};
struct ApprovalRequested {
  IncidentId incident;
  std::string rollback;
  std::string base;
};
struct ApprovalGiven {
  IncidentId incident;
  std::string rollback;
  std::string base;
  Approval approval;
};
struct ApprovalVoided {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string reason;
  std::string login;  ///< Whose; empty: everybody's.
};
struct PullRequestHeadMoved {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string head_sha;
  std::string by;
};
/// The base has another tip than the plan saw, and the plan was made anew.
struct BaseMoved {
  IncidentId incident;
  std::string rollback;
  std::string base;
  rollback::BranchPlan plan;
  std::string
      reason;  ///< Why approvals of the old plan do not stand; empty: the revert is the same, they do.
};
struct RollbackStateChanged {
  IncidentId incident;
  std::string rollback;
  RollbackState state = RollbackState::proposed;
  std::string reason;
};
struct PullRequestMerged {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string merge_commit;
  std::string by;
};
struct PullRequestClosed {
  IncidentId incident;
  std::string rollback;
  std::string base;
  std::string by;
};
struct MergeResultGreen {
  IncidentId incident;
  std::string rollback;
  std::string base;
  RunFact run;
};

// -- the forward fix; named by its branch --
struct ForwardFixRequested {
  IncidentId incident;
  std::string rollback;  ///< Whose conflict it is; empty: the proposal's.
  rollback::Plan plan;   ///< As in ForwardFix.
  std::string reason;
  std::string by;
  std::int64_t comment_id = 0;
  std::int64_t comment_issue = 0;
};
struct ForwardFixPushed {
  IncidentId incident;
  std::string branch;
  std::string commit;
};
struct ForwardFixOpened {
  IncidentId incident;
  std::string branch;
  std::int64_t number = 0;
  std::string url;
};
struct ForwardFixFailed {
  IncidentId incident;
  std::string branch;
  std::string reason;
};
struct ForwardFixEnded {
  IncidentId incident;
  std::string branch;
  bool merged = false;  ///< Else closed without a merge.
  std::string by;
};

// -- telling people --
struct UpdateScheduled {
  IncidentId incident;
  int number = 0;
  TimePoint due_at{};
};
struct UpdateWritten {
  IncidentId incident;
  int number = 0;
  std::string text;
  std::string by;
};  ///< by /update
struct UpdateSent {
  IncidentId incident;
  int number = 0;
  std::string channel;
  SlotState state = SlotState::sent;
};
struct UpdatesMissed {
  IncidentId incident;
  std::vector<TimePoint> due_at;
};
struct ChannelDelivered {
  IncidentId incident;
  std::string channel;
  int number = 0;
  std::string living_message;
  std::string message;
  bool resent = false;
};
struct ChannelFailed {
  IncidentId incident;
  std::string channel;
  std::string reason;
};

// -- the loop --
/// Effects are wanted although nothing else happened, e.g. a second plan: the record that justifies them.
struct WorkWanted {
  IncidentId incident;
  std::string kind;
};
struct EffectParked {
  std::string effect_id;
  std::string kind;
  IncidentId incident;
  std::string reason;
};

/// What had been given up was run again, and is done.
struct EffectRecovered {
  std::string effect_id;
  std::string kind;
  IncidentId incident;
};

using EventBody =
    std::variant<RepositorySeen, RunbookAdopted, RunbookRejected, RunObserved, SignalReceived, SignalRefused,
                 CommandReceived, CommandAnswered, CandidateOpened, CandidateDismissed, IncidentDeclared,
                 SignalAdded, RecoveryObserved, SuspectsIdentified, RollbackProposed, PhaseChanged,
                 IssueLinked, IssueUnavailable, Acknowledged, RoleTaken, IncidentResolved, IncidentReopened,
                 IncidentClosed, IncidentCanceled, LabelRemovalNoted, RollbackRequested, RollbackPlanned,
                 RollbackRefused, BranchPushed, PushRefused, PullRequestOpened, PullRequestFailed,
                 RollbackRunReported, ApprovalRequested, ApprovalGiven, ApprovalVoided, RollbackStateChanged,
                 PullRequestHeadMoved, BaseMoved, PullRequestMerged, PullRequestClosed, MergeResultGreen,
                 ForwardFixRequested, ForwardFixPushed, ForwardFixOpened, ForwardFixFailed, ForwardFixEnded,
                 UpdateScheduled, UpdateWritten, UpdateSent, UpdatesMissed, ChannelDelivered, ChannelFailed,
                 WorkWanted, EffectParked, EffectRecovered>;

/// One record: its place in the repository's stream, when it was decided, and what happened.
struct Event {
  std::int64_t seq = 0;
  TimePoint at{};
  EventBody body;
};

/// The incident an event belongs to; empty for facts of the repository.
IncidentId incident_of(const EventBody& event);

}  // namespace kedge::incident
