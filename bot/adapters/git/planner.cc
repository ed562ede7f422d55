// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/planner.h"

#include <algorithm>

#include "bot/adapters/git/branch_plan.h"
#include "bot/adapters/git/resolve.h"
#include "bot/adapters/git/restore.h"
#include "bot/adapters/git/scope.h"
#include "bot/adapters/git/traps.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;
using rollback::Plan;
using rollback::PlanKey;

Result<void> check_request(const ports::PlanRequest& request, const rollback::Limits& limits) {
  if (request.targets.empty()) return fail(Errc::invalid, "cannot plan a rollback: no target was named");
  if (request.targets.size() <= limits.targets_max) return {};
  return fail(Errc::invalid, "cannot plan {} targets at once: at most {} (limit targets_max)",
              request.targets.size(), limits.targets_max);
}

struct Histories {
  std::vector<BranchHistory> of_bases;
  std::vector<std::string> base_names;
};

Result<Histories> start_histories(const PlanSession& session, const std::vector<Base>& bases) {
  Histories histories;
  for (const Base& base : bases) {
    KEDGE_TRY(history, BranchHistory::start(session.repo, base.tip, session.limits.history_max));
    histories.of_bases.push_back(std::move(history));
    histories.base_names.push_back(base.name);
  }
  return histories;
}

/// What the branches' names hang on: anything but one whole commit against its default parent has the plan's
/// id in them.
void name_branches(Plan& plan, std::size_t commits) {
  const bool whole_commit = commits == 1 && plan.paths.empty() && plan.mainline <= 1;
  const std::string& sha = plan.targets.front().sha;
  for (BranchPlan& branch : plan.branches) {
    branch.branch = whole_commit ? rollback::branch_name(branch.base, sha)
                                 : rollback::branch_name(branch.base, sha, plan.id);
  }
}

/// Looks at the other long-lived branches too: a rollback of main alone is undone by develop.
Result<void> add_traps(PlanSession& session, const PlanGround& ground, const BranchTask& task, Plan& plan,
                       std::vector<std::string>& notes) {
  const auto acts = [](const BranchPlan& branch) { return branch.outcome == Outcome::clean; };
  if (std::ranges::none_of(plan.branches, acts)) return {};
  std::vector<BranchPlan> branches = plan.branches;
  KEDGE_TRY(others, start_histories(session, ground.flow));
  for (std::size_t i = 0; i < ground.flow.size(); ++i) {
    PlanKey::Base unused;
    KEDGE_TRY(branch, plan_branch(session, ground.flow[i], others.of_bases[i], task, unused));
    // The plan leaves it as it is: what it holds it keeps.
    if (branch.outcome == Outcome::clean) branch.outcome = Outcome::conflict;
    branch.tree.reset();
    branches.push_back(std::move(branch));
  }
  Result<std::vector<rollback::RelandTrap>> traps = find_traps(session, branches, task);
  if (traps) plan.traps = std::move(*traps);
  if (traps || traps.error().code != Errc::invalid || session.watch.is_over()) {
    return traps ? Result<void>() : pass(std::move(traps).error());
  }
  notes.push_back(fmt::format("What the next merges do to it is not known: {}.", traps.error().message));
  return {};
}

Result<void> add_scope(const PlanSession& session, Plan& plan, std::vector<std::string>& notes) {
  std::vector<std::string> commits;
  for (const rollback::Target& target : plan.targets) commits.push_back(target.sha);
  for (const BranchPlan& branch : plan.branches) {
    commits.insert(commits.end(), branch.carriers.begin(), branch.carriers.end());
  }
  KEDGE_TRY(scope, release_scope(session, commits, notes));
  plan.scope = std::move(scope);
  return {};
}

Result<Plan> plan_rollback(PlanSession& session, const PlanGround& ground,
                           const ports::PlanRequest& request) {
  KEDGE_CHECK(check_request(request, session.limits));
  KEDGE_TRY(histories, start_histories(session, ground.bases));
  Plan plan{.paths = request.paths};
  std::vector<std::string> notes = ground.notes;
  const ResolveContext context{.session = session,
                               .histories = histories.of_bases,
                               .base_names = histories.base_names,
                               .other_names = ground.other_names,
                               .notes = notes};
  for (const std::string& text : request.targets) {
    KEDGE_TRY(target, resolve_target(context, text));
    plan.targets.push_back(std::move(target));
  }
  KEDGE_TRY(mainline, settle_mainline(session.repo, plan.targets, request.mainline, notes));
  plan.mainline = mainline;
  KEDGE_TRY(wanted, wanted_commits(session, plan.targets, mainline));
  KEDGE_CHECK(check_paths(session.repo, wanted, request.paths));
  KEDGE_CHECK(note_relands(session.repo, wanted, notes));
  PlanKey key{.repository = ground.repository, .paths = request.paths, .mainline = mainline};
  for (const Wanted& commit : wanted) key.targets.push_back(commit.facts.sha);
  const BranchTask task{
      .wanted = wanted, .in_order = plan.targets.size() == 1, .mainline = mainline, .paths = plan.paths};
  for (std::size_t i = 0; i < ground.bases.size(); ++i) {
    PlanKey::Base base_key;
    KEDGE_TRY(branch, plan_branch(session, ground.bases[i], histories.of_bases[i], task, base_key));
    plan.branches.push_back(std::move(branch));
    key.bases.push_back(std::move(base_key));
  }
  plan.id = rollback::plan_id(key);
  name_branches(plan, wanted.size());
  KEDGE_CHECK(add_traps(session, ground, task, plan, notes));
  KEDGE_CHECK(add_scope(session, plan, notes));
  plan.note = join(notes, " ");
  return plan;
}

}  // namespace

Result<Plan> make_plan(const Repo& repo, const PlanGround& ground, const ports::PlanRequest& request) {
  PatchIndex changes(ground.changes_file);
  PlanSession session{.repo = repo,
                      .limits = ground.limits,
                      .watch = Stopwatch(ground.limits.plan_time),
                      .changes = changes,
                      .bring = ground.bring};
  Result<Plan> plan =
      request.to.empty() ? plan_rollback(session, ground, request) : plan_restore(session, ground, request);
  changes.save();
  return plan;
}

}  // namespace kedge::adapters::git
