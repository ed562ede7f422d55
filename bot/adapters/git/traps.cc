// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/traps.h"

#include <optional>
#include <set>

#include "bot/adapters/git/first_parents.h"
#include "bot/adapters/git/revert.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;
using rollback::RelandTrap;
using rollback::TrapKind;

/// A longer-lived habit than this many commits of a branch is none any more.
constexpr std::size_t kHabitMax = 500;

struct Side {
  const BranchPlan* plan = nullptr;
  FirstParents line;
  std::string tip_tree;
};

bool is_without(const BranchPlan& plan) {
  return plan.outcome == Outcome::clean || plan.outcome == Outcome::already_reverted;
}

bool holds_now(const BranchPlan& plan) {
  return plan.outcome == Outcome::clean || plan.outcome == Outcome::conflict;
}

/// The newest merge on `into`'s own line of something from `from`'s own line.
std::optional<std::string> last_merge(const Side& from, const Side& into) {
  std::set<std::string> line;
  for (const CommitFacts& commit : from.line.commits()) line.insert(commit.sha);
  for (const CommitFacts& commit : into.line.commits()) {
    for (std::size_t parent = 1; parent < commit.parents.size(); ++parent) {
      if (line.contains(commit.parents[parent])) return commit.sha;
    }
  }
  return std::nullopt;
}

Result<std::optional<RelandTrap>> trap_between(PlanSession& session, const Side& from, const Side& into,
                                               int mainline, const std::vector<std::string>& paths) {
  const std::optional<RelandTrap> none;
  if (!is_without(*into.plan) || !holds_now(*from.plan)) return none;
  const std::optional<std::string> habit = last_merge(from, into);
  if (!habit) return none;
  KEDGE_TRY(fork, session.repo.merge_base(into.plan->tip, from.plan->tip));
  if (!fork) return none;
  KEDGE_TRY(base, session.repo.commit(*fork));
  const std::string after = into.plan->tree.value_or(into.tip_tree);
  KEDGE_TRY(next, merge_trees(session.repo, {.base = base.tree,
                                             .ours = after,
                                             .theirs = from.tip_tree,
                                             .attributes_commit = into.plan->tip}));
  if (!next.conflicts.empty()) return none;
  KEDGE_TRY(again, revert_onto(session.repo, {.onto_tree = next.tree,
                                              .commits = from.plan->carriers,
                                              .mainline = mainline,
                                              .paths = paths,
                                              .attributes_commit = into.plan->tip}));
  const bool arrives = !again.with_effect.empty();
  // Where both are rolled back, a merge that would bring the change in brings in what `from` has then:
  // nothing.
  if (arrives && from.plan->outcome == Outcome::clean) return none;
  return std::optional(RelandTrap{.kind = arrives ? TrapKind::resurrects : TrapKind::drops,
                                  .from = from.plan->base,
                                  .into = into.plan->base,
                                  .last_merge = *habit});
}

}  // namespace

Result<std::vector<RelandTrap>> find_traps(PlanSession& session, const std::vector<BranchPlan>& branches,
                                           int mainline, const std::vector<std::string>& paths) {
  std::vector<RelandTrap> traps;
  if (branches.size() < 2) return traps;
  std::vector<Side> sides;
  for (const BranchPlan& plan : branches) {
    KEDGE_TRY(line, FirstParents::read(session.repo, plan.tip, kHabitMax));
    const std::string tree = line.commits().front().tree;
    sides.push_back({.plan = &plan, .line = std::move(line), .tip_tree = tree});
  }
  for (const Side& into : sides) {
    for (const Side& from : sides) {
      if (&from == &into) continue;
      KEDGE_CHECK(check_time(session, "looking at the next merges"));
      KEDGE_TRY(trap, trap_between(session, from, into, mainline, paths));
      if (trap) traps.push_back(std::move(*trap));
    }
  }
  return traps;
}

}  // namespace kedge::adapters::git
