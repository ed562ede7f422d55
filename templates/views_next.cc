// SPDX-License-Identifier: Apache-2.0
// What to do next, for text/next.mustache: one flag names the step, the rest are its facts.
#include "templates/views.h"

namespace kedge::templates {

View next_view(const Pen& pen, const incident::Incident& incident) {
  const NextStep next = next_step(incident);
  View view = site_view(pen);
  view.flag("next_" + std::string(to_string(next.kind)));
  view.put("issue", pen.issue(incident)).flag("has_issue", incident.issue != 0);
  view.put("respond_note", pen.stopped(incident.proposal_note));
  const auto with = [&](View facts) { view.add(facts); };
  if (incident.proposal) with(plan_view(pen, *incident.proposal));
  if (next.rollback != nullptr) {
    if (next.rollback->plan) with(plan_view(pen, *next.rollback->plan));
    with(rollback_view(pen, incident, *next.rollback));
    std::vector<Markup> red;
    std::vector<Markup> open;
    std::vector<Markup> unapproved;
    std::vector<Markup> waiting;
    for (const incident::RollbackBranch& branch : next.rollback->branches) {
      const Markup pull = pen.pull(branch.pull_request, branch.pull_request_url);
      if (is_red(branch)) red.push_back(pull);
      if (branch.pull_state == incident::PullState::open) {
        open.push_back(pull);
        const auto given = static_cast<int>(approvers(branch).size());
        if (given < approvals_needed(incident)) unapproved.push_back(pull);
      }
      if (branch.pull_state == incident::PullState::merged && !branch.merge_result_green) {
        waiting.push_back(pen.code(branch.plan.base));
      }
    }
    view.put("red_pulls", listed(red)).put("waiting_bases", listed(waiting));
    view.put("open_pulls", listed(open)).put("unapproved_pulls", listed(unapproved));
  }
  view.add(fixes_view(pen, incident));
  if (!incident.suspects.empty()) {
    const incident::Suspect& first = incident.suspects.front();
    view.put("first_suspect", pen.commit(first.sha)).put("first_subject", pen.text(first.subject));
  }
  view.flag("paste", next.kind == NextKind::paste_rollback && incident.proposal.has_value() &&
                         !rollback_command(*incident.proposal).empty());
  return view;
}

}  // namespace kedge::templates
