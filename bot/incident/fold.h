// SPDX-License-Identifier: Apache-2.0
// One overload an event: how it changes the state. evolve.cc calls them; a forgotten event does not compile.
#pragma once

#include <fmt/format.h>

#include "bot/incident/event.h"

namespace kedge::incident {

/// The incident of an event; null where the stream never declared it.
Incident* incident_in(State& state, const IncidentId& id);
Rollback* rollback_in(State& state, const IncidentId& id, const std::string& rollback);
RollbackBranch* branch_in(State& state, const IncidentId& id, const std::string& rollback,
                          const std::string& base);
/// As people see it: the first twelve digits.
std::string short_sha(std::string_view sha);
void note(Incident& incident, TimePoint at, std::string text);
void enter(Incident& incident, TimePoint at, Phase phase);

// fold_repository.cc
void fold(State& state, TimePoint at, const RepositorySeen& event);
void fold(State& state, TimePoint at, const RunbookAdopted& event);
void fold(State& state, TimePoint at, const RunbookRejected& event);
void fold(State& state, TimePoint at, const RunObserved& event);
void fold(State& state, TimePoint at, const SignalReceived& event);
void fold(State& state, TimePoint at, const SignalRefused& event);
void fold(State& state, TimePoint at, const CommandReceived& event);
void fold(State& state, TimePoint at, const CommandAnswered& event);
void fold(State& state, TimePoint at, const EffectParked& event);
void fold(State& state, TimePoint at, const EffectRecovered& event);
void fold(State& state, TimePoint at, const WorkWanted& event);
// fold_incident.cc
void fold(State& state, TimePoint at, const CandidateOpened& event);
void fold(State& state, TimePoint at, const CandidateDismissed& event);
void fold(State& state, TimePoint at, const IncidentDeclared& event);
void fold(State& state, TimePoint at, const SignalAdded& event);
void fold(State& state, TimePoint at, const RecoveryObserved& event);
void fold(State& state, TimePoint at, const SuspectsIdentified& event);
void fold(State& state, TimePoint at, const RollbackProposed& event);
void fold(State& state, TimePoint at, const PhaseChanged& event);
void fold(State& state, TimePoint at, const IssueLinked& event);
void fold(State& state, TimePoint at, const IssueUnavailable& event);
void fold(State& state, TimePoint at, const Acknowledged& event);
void fold(State& state, TimePoint at, const RoleTaken& event);
void fold(State& state, TimePoint at, const IncidentResolved& event);
void fold(State& state, TimePoint at, const IncidentReopened& event);
void fold(State& state, TimePoint at, const IncidentClosed& event);
void fold(State& state, TimePoint at, const IncidentCanceled& event);
void fold(State& state, TimePoint at, const LabelRemovalNoted& event);
// fold_rollback.cc
void fold(State& state, TimePoint at, const RollbackRequested& event);
void fold(State& state, TimePoint at, const RollbackPlanned& event);
void fold(State& state, TimePoint at, const RollbackRefused& event);
void fold(State& state, TimePoint at, const BranchPushed& event);
void fold(State& state, TimePoint at, const PushRefused& event);
void fold(State& state, TimePoint at, const PullRequestOpened& event);
void fold(State& state, TimePoint at, const PullRequestFailed& event);
void fold(State& state, TimePoint at, const RollbackRunReported& event);
void fold(State& state, TimePoint at, const ApprovalRequested& event);
void fold(State& state, TimePoint at, const ApprovalGiven& event);
void fold(State& state, TimePoint at, const ApprovalVoided& event);
void fold(State& state, TimePoint at, const PullRequestHeadMoved& event);
void fold(State& state, TimePoint at, const BaseMoved& event);
void fold(State& state, TimePoint at, const RollbackStateChanged& event);
void fold(State& state, TimePoint at, const PullRequestMerged& event);
void fold(State& state, TimePoint at, const PullRequestClosed& event);
void fold(State& state, TimePoint at, const MergeResultGreen& event);
// fold_forward_fix.cc
void fold(State& state, TimePoint at, const ForwardFixRequested& event);
void fold(State& state, TimePoint at, const ForwardFixPushed& event);
void fold(State& state, TimePoint at, const ForwardFixOpened& event);
void fold(State& state, TimePoint at, const ForwardFixFailed& event);
void fold(State& state, TimePoint at, const ForwardFixEnded& event);
// fold_update.cc
void fold(State& state, TimePoint at, const UpdateScheduled& event);
void fold(State& state, TimePoint at, const UpdateWritten& event);
void fold(State& state, TimePoint at, const UpdateSent& event);
void fold(State& state, TimePoint at, const UpdatesMissed& event);
void fold(State& state, TimePoint at, const ChannelDelivered& event);
void fold(State& state, TimePoint at, const ChannelFailed& event);

}  // namespace kedge::incident
