// SPDX-License-Identifier: Apache-2.0
// A rollback under way: its branches, pull requests, CI and approvals.
#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

using incident::Incident;
using incident::PullState;
using incident::Rollback;
using incident::RollbackBranch;
using incident::RollbackState;

std::string_view state_words(const Incident& incident, const Rollback& rollback) {
  const bool fixed = is_fixed_forward(incident, rollback);
  switch (rollback.state) {
    case RollbackState::proposed:
      return "being planned";
    case RollbackState::prepared:
      return "branches are pushed, pull requests follow";
    case RollbackState::verifying:
      return "CI is running on the pull requests";
    case RollbackState::awaiting_approval:
      return "waiting for approval";
    case RollbackState::merging:
      return "approved, waiting to be merged";
    case RollbackState::deploying:
      return "merged, being deployed";
    case RollbackState::monitoring:
      return "merged, waiting for CI on the result";
    case RollbackState::succeeded:
      return "done";
    case RollbackState::conflicted:
      return "does not revert cleanly";
    case RollbackState::forward_fix:
      return fixed ? "fixed forward" : "being fixed forward";
    case RollbackState::refused:
      return "refused";
    case RollbackState::failed:
      return "failed";
    case RollbackState::superseded:
      return "replaced by a later one";
    case RollbackState::aborted:
      return "stopped";
  }
  return "";
}

std::string_view pull_words(const RollbackBranch& branch) {
  if (!branch.push_refusal.empty()) return "push refused";
  switch (branch.pull_state) {
    case PullState::none:
      return branch.pushed_commit ? "branch pushed" : "being prepared";
    case PullState::open:
      return branch.outdated.empty() ? "open" : "open, out of date";
    case PullState::merged:
      return "merged";
    case PullState::closed:
      return "closed without merging";
  }
  return "";
}

/// Red runs by name, else how many are green; `none yet` where nothing ran.
Markup ci_words(const Pen& pen, const RollbackBranch& branch) {
  std::vector<Markup> red;
  std::size_t green = 0;
  for (const auto& [path, run] : branch.runs) {
    if (is_red(run.conclusion)) red.push_back({pen.run(run).text + " failed"});
    if (run.conclusion == incident::Conclusion::success) ++green;
  }
  if (!red.empty()) return joined(red, ", ");
  if (branch.runs.empty()) return own("none yet");
  return own(green == branch.runs.size() ? "green" : "no red run");
}

Markup approval_words(const Pen& pen, const Incident& incident, const RollbackBranch& branch) {
  const std::vector<std::string> who = approvers(branch);
  Markup out = own(fmt::format("{} of {}", who.size(), approvals_needed(incident)));
  std::vector<Markup> people;
  for (const std::string& login : who) {
    if (people.size() < pen.room.people) people.push_back(pen.text(login));
  }
  if (!people.empty()) out.text += fmt::format(" ({})", listed(people).text);
  return out;
}

}  // namespace

View branch_view(const Pen& pen, const Incident& incident, const Rollback& rollback,
                 const RollbackBranch& branch) {
  View view;
  view.put("base", pen.code(branch.plan.base)).put("rollback_branch", pen.code(branch.plan.branch));
  view.put("pull", pen.pull(branch.pull_request, branch.pull_request_url));
  view.put("pull_state", own(pull_words(branch))).put("ci", ci_words(pen, branch));
  view.put("approvals", approval_words(pen, incident, branch));
  const int missing = approvals_needed(incident) - static_cast<int>(approvers(branch).size());
  view.put("approvals_missing", missing > 0 ? own(missing) : Markup{});
  view.put("approvals_needed", approvals_needed(incident));
  view.flag("one_missing", missing == 1).flag("one_approval", approvals_needed(incident) == 1);
  view.flag("no_approval_needed", approvals_needed(incident) == 0);
  view.flag("merged", branch.pull_state == PullState::merged).flag("red", is_red(branch));
  view.flag("result_green", branch.merge_result_green);
  view.put("merged_by", branch.merged_by.empty() ? Markup{} : pen.text(branch.merged_by));
  view.put("merge_commit", pen.commit(branch.merge_commit));
  view.put("head", branch.pushed_commit ? pen.commit(*branch.pushed_commit) : Markup{});
  view.put("requester", pen.text(rollback.requested_by));
  Rows runs{pen.room.rows};
  for (const auto& [path, run] : branch.runs) {
    runs.add([&] {
      return View{}
          .put("run", pen.run(run))
          .put("run_path", pen.code(path))
          .flag("run_red", is_red(run.conclusion))
          .flag("run_green", run.conclusion == incident::Conclusion::success)
          .put("run_result", pen.text(to_string(run.conclusion)));
    });
  }
  runs.put_into(view, "runs");
  return view;
}

View rollback_view(const Pen& pen, const Incident& incident, const Rollback& rollback) {
  View view;
  view.put("rollback", pen.text(rollback.id))
      .put("target", pen.code(incident::target_words(rollback.target_text)));
  view.put("rollback_state", own(state_words(incident, rollback)))
      .put("why_rollback", pen.stopped(rollback.reason));
  view.put("requester", rollback.requested_by.empty() ? Markup{} : pen.text(rollback.requested_by));
  view.put("decided", pen.when(rollback.decided_at)).put("refusal", pen.stopped(rollback.refusal));
  Rows rows{pen.room.branches};
  std::vector<Markup> pulls;
  std::size_t opened = 0;
  for (const RollbackBranch& branch : rollback.branches) {
    rows.add([&] { return branch_view(pen, incident, rollback, branch); });
    if (branch.pull_request != 0 && pulls.size() < pen.room.branches) {
      pulls.push_back(pen.pull(branch.pull_request, branch.pull_request_url));
    }
    if (branch.pull_request != 0) ++opened;
  }
  rows.put_into(view, "rows");
  view.put("pulls", listed(pulls));
  view.put("pull_count", opened == 0   ? own("no pull request")
                         : opened == 1 ? own("1 pull request")
                                       : own(fmt::format("{} pull requests", opened)));
  return view;
}

namespace {

/// What to write on the pull request that brings the change back, for people to fill in.
std::string reland_text(const Incident& incident, const Rollback& rollback, const RollbackBranch& branch) {
  const bool named = rollback.plan && !rollback.plan->targets.empty();
  const std::string subject =
      named ? rollback.plan->targets.front().subject : incident::target_words(rollback.target_text);
  std::string text = fmt::format("Bring back \"{}\" on {}\n\n", subject, branch.plan.base);
  text += fmt::format("Rolled back for: {}{}\n", incident.title,
                      incident.issue_url.empty() ? "" : fmt::format(" ({})", incident.issue_url));
  text += "What was wrong with it:\nWhat is different now:\nHow that was tested:\n";
  std::vector<std::string> others;
  for (const RollbackBranch& other : rollback.branches) {
    if (other.plan.base != branch.plan.base) others.push_back(other.plan.base);
  }
  if (!others.empty()) text += fmt::format("Brought back as well on: {}\n", join(others, ", "));
  return text;
}

}  // namespace

View pull_request_view(const Pen& pen, const Incident& incident, const Rollback& rollback,
                       const RollbackBranch& branch) {
  View view = incident_view(pen, incident);
  if (rollback.plan) view.add(plan_view(pen, *rollback.plan));
  view.add(rollback_view(pen, incident, rollback)).add(branch_view(pen, incident, rollback, branch));
  view.add(checklist_view(pen, incident));
  view.put("tip", pen.commit(branch.plan.tip)).put("carrier_reason", pen.stopped(branch.plan.reason));
  view.put("safety_ref", pen.code(branch.safety_ref));
  const bool pushed = branch.safety_where == "pushed";
  view.put("safety_where", pushed ? Markup{} : pen.stopped(branch.safety_where));
  const bool typeable =
      branch.pushed_commit && is_typeable(*branch.pushed_commit) && is_typeable(branch.plan.base);
  view.put("base_name", own(typeable ? branch.plan.base : ""));
  view.put("revert_commit", own(typeable ? *branch.pushed_commit : ""));
  view.put("reland", own(typeable ? "reland/" + branch.pushed_commit->substr(0, 12) : ""));
  view.put("reland_text", code_block(pen.target, reland_text(incident, rollback, branch), pen.room.block));
  Rows changed{pen.room.paths};
  for (const std::string& path : branch.plan.paths_changed)
    changed.add([&] { return View{}.put("path", pen.code(path)); });
  changed.count(static_cast<std::size_t>(changed_paths(branch.plan)));
  changed.put_into(view, "changed");
  return view;
}

}  // namespace kedge::templates
