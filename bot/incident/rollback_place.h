// SPDX-License-Identifier: Apache-2.0
// Where in the state a branch of a rollback is. Names survive a recorded event, references do not: each event
// is folded at once. Used by the files that decide about rollbacks.
#pragma once

#include <string>

#include "bot/incident/draft.h"

namespace kedge::incident {

struct Place {
  IncidentId incident;
  std::string rollback;
  std::string base;
};

Place place_of(const PullMatch& match);
/// Both assert that the place exists; the references hold until the next record().
const Rollback& rollback_at(const Draft& draft, const Place& place);
const RollbackBranch& branch_at(const Draft& draft, const Place& place);

// verify.cc
/// CI has spoken well of this head: the trigger's workflow, or for other causes every workflow that ran.
bool is_verified(const Incident& incident, const RollbackBranch& branch);
/// Looks at the head's CI anew, asks for approval where it is green, and moves the rollback on.
void verify(Draft& draft, const Place& place);
/// The same for a pull request that was just opened: CI may have been faster, and red is said at once too.
void verify_opened(Draft& draft, const Place& place);

// approval.cc
bool is_approved(const Incident& incident, const Rollback& rollback, const RollbackBranch& branch);
/// Puts `kedge/rollback` on the head of an open pull request, as the approvals are now.
void report_check(Draft& draft, const Place& place);
/// Turns the check and tells people where the approval came or went since `was_approved`.
void on_approval_changed(Draft& draft, const Place& place, bool was_approved);
/// Between verifying, awaiting_approval and merging, as far as the open branches allow.
void advance(Draft& draft, const Place& place);

// merge.cc
void on_merged(Draft& draft, const Place& place, const std::string& merge_commit, const std::string& by);
void on_closed(Draft& draft, const Place& place, const std::string& by);
/// Goes on to monitoring, or aborts, when no pull request of the rollback is open any more.
void settle_merges(Draft& draft, const Place& place);

// decide_rollback.cc
/// Goes on to verifying when all clean branches have their pull request, or a reason why not.
void finish_if_settled(Draft& draft, const Place& place);

}  // namespace kedge::incident
