// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/traps.h"

#include <optional>
#include <set>

#include "bot/adapters/git/first_parents.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/trailers.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;
using rollback::RelandTrap;
using rollback::TrapKind;

/// A longer-lived habit than this many commits of a branch is none any more.
constexpr std::size_t kHabitMax = 500;
/// Commits that one merge may have brought, and that all of them together may, to be looked at.
constexpr std::size_t kBroughtMax = 1000;
constexpr std::size_t kBroughtTotalMax = 20'000;
/// A revert of a revert of a revert … is followed so far.
constexpr int kRevertsRead = 5;

struct Side {
  const BranchPlan* plan = nullptr;
  FirstParents line;
  std::string tree;  ///< After the plan.
};

/// Whether a tree has a change.
enum class Held { no, yes, unclear };

/// Whether merges bring commits of one branch's own line to another, directly or by way of a release branch.
class BroughtCommits {
 public:
  BroughtCommits(const Repo& repo, const Side& from, const Side& into) : repo_(repo) {
    for (const CommitFacts& commit : from.line.commits()) from_line_.insert(commit.sha);
    for (const CommitFacts& commit : into.line.commits()) known_.insert(commit.sha);
    oldest_ = into.line.commits().back().commit_time;
  }

  /// True if the side that begins at `sha` has such a commit, and no side that was looked at before had it.
  Result<bool> are_in(const std::string& sha) {
    bool found = false;
    std::vector<std::string> open = {sha};
    for (std::size_t looked = 0; !open.empty() && looked < kBroughtMax && total_ < kBroughtTotalMax;
         ++looked) {
      const std::string at = std::move(open.back());
      open.pop_back();
      if (!known_.insert(at).second) continue;
      ++total_;
      found = found || from_line_.contains(at);
      KEDGE_TRY(facts, repo_.commit(at));
      if (facts.commit_time < oldest_) continue;
      open.insert(open.end(), facts.parents.begin(), facts.parents.end());
    }
    return found;
  }

 private:
  const Repo& repo_;
  std::set<std::string> from_line_;
  std::set<std::string> known_;  ///< On `into`'s line, or brought by an older merge.
  std::int64_t oldest_ = 0;
  std::size_t total_ = 0;
};

/// The newest merge on `into`'s own line that brought something of `from`'s own line.
Result<std::optional<std::string>> last_merge(const Repo& repo, const Side& from, const Side& into) {
  BroughtCommits brought(repo, from, into);
  std::optional<std::string> newest;
  const std::vector<CommitFacts>& line = into.line.commits();
  for (auto commit = line.rbegin(); commit != line.rend(); ++commit) {
    for (std::size_t parent = 1; parent < commit->parents.size(); ++parent) {
      KEDGE_TRY(are_in, brought.are_in(commit->parents[parent]));
      if (are_in) newest = commit->sha;
    }
  }
  return newest;
}

/// The next merge of `from` into `into`, and what it does.
class NextMerge {
 public:
  NextMerge(PlanSession& session, const BranchTask& task, const Side& from, const Side& into)
      : session_(session), task_(task), from_(from), into_(into) {}

  /// The tree that it gives; empty where it conflicts, or the branches have nothing in common.
  Result<std::string> build() const;
  Result<std::optional<TrapKind>> judge(const std::string& merged, bool of_revert) const;

 private:
  [[nodiscard]] Result<Held> held(const BranchPlan& as_on, const std::string& tree) const;

  PlanSession& session_;
  const BranchTask& task_;
  const Side& from_;
  const Side& into_;
};

Result<std::string> NextMerge::build() const {
  KEDGE_TRY(fork, session_.repo.merge_base(into_.plan->tip, from_.plan->tip));
  if (!fork) return std::string();
  KEDGE_TRY(base, session_.repo.commit(*fork));
  KEDGE_TRY(next, merge_trees(session_.repo, {.base = base.tree,
                                              .ours = into_.tree,
                                              .theirs = from_.tree,
                                              .attributes_commit = into_.plan->tip,
                                              .limits = session_.limits}));
  return next.conflicts.empty() ? next.tree : std::string();
}

/// By whether there is something to take back of what carries the change on a branch.
Result<Held> NextMerge::held(const BranchPlan& as_on, const std::string& tree) const {
  KEDGE_TRY(again, revert_onto(session_.repo, {.onto_tree = tree,
                                               .commits = as_on.carriers,
                                               .mainline = task_.mainline,
                                               .paths = task_.paths,
                                               .attributes_commit = as_on.tip,
                                               .limits = session_.limits}));
  if (!again.merged.conflicts.empty()) return Held::unclear;
  return again.with_effect.empty() ? Held::no : Held::yes;
}

Result<std::optional<TrapKind>> NextMerge::judge(const std::string& merged, bool of_revert) const {
  const std::optional<TrapKind> none;
  const BranchPlan& from = *from_.plan;
  const BranchPlan& into = *into_.plan;
  if (of_revert && from.outcome == Outcome::clean && into.outcome == Outcome::conflict) {
    // Brought back there, and here the revert stays, before the merge and after it.
    KEDGE_TRY(before, held(into, into_.tree));
    KEDGE_TRY(after, held(into, merged));
    return before == Held::yes && after == Held::yes ? std::optional(TrapKind::drops) : none;
  }
  const bool is_without = into.outcome == Outcome::clean || into.outcome == Outcome::already_reverted;
  if (!is_without || from.outcome != Outcome::conflict) return none;
  KEDGE_TRY(there, held(from, from_.tree));
  KEDGE_TRY(here, held(from, into_.tree));
  KEDGE_TRY(after, held(from, merged));
  if (there != Held::no && after == Held::no && !of_revert) return TrapKind::drops;
  if (here == Held::no && after == Held::yes) return TrapKind::resurrects;
  return none;
}

/// True if the commit takes out what another put in, and not what another took out.
Result<bool> takes_out(const Repo& repo, CommitFacts commit) {
  bool out = false;
  for (int followed = 0; followed < kRevertsRead; ++followed) {
    const std::vector<std::string> reverts = read_mentions(commit.message).reverts;
    if (reverts.empty()) return out;
    out = !out;
    if (!is_full_sha(reverts.front()) || !repo.has_commit(reverts.front())) return out;
    KEDGE_TRY(reverted, repo.commit(reverts.front()));
    commit = std::move(reverted);
  }
  return out;
}

Result<bool> all_take_out(const Repo& repo, const BranchTask& task) {
  for (const Wanted& commit : task.wanted) {
    KEDGE_TRY(out, takes_out(repo, commit.facts));
    if (!out) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<RelandTrap>> find_traps(PlanSession& session, const std::vector<BranchPlan>& branches,
                                           const BranchTask& task) {
  std::vector<RelandTrap> traps;
  if (branches.size() < 2) return traps;
  KEDGE_TRY(of_revert, all_take_out(session.repo, task));
  std::vector<Side> sides;
  for (const BranchPlan& plan : branches) {
    if (plan.outcome == Outcome::not_contained) continue;
    KEDGE_TRY(line, FirstParents::read(session.repo, plan.tip, kHabitMax));
    const std::string tree = plan.tree.value_or(line.commits().front().tree);
    sides.push_back({.plan = &plan, .line = std::move(line), .tree = tree});
  }
  for (const Side& into : sides) {
    for (const Side& from : sides) {
      if (&from == &into) continue;
      KEDGE_CHECK(check_time(session, "looking at the next merges"));
      KEDGE_TRY(habit, last_merge(session.repo, from, into));
      if (!habit) continue;
      const NextMerge next(session, task, from, into);
      KEDGE_TRY(merged, next.build());
      if (merged.empty()) continue;
      KEDGE_TRY(kind, next.judge(merged, of_revert));
      if (!kind) continue;
      traps.push_back({.kind = *kind,
                       .from = from.plan->base,
                       .into = into.plan->base,
                       .last_merge = *habit,
                       .of_revert = of_revert});
    }
  }
  return traps;
}

}  // namespace kedge::adapters::git
