// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/branch_plan.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "bot/adapters/git/carrier.h"
#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/closure.h"
#include "bot/adapters/git/conflict_report.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/base/assert.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::Carrier;
using rollback::CarrierHow;
using rollback::Outcome;

/// Stands in the plan's id for a revert that has no result.
constexpr std::string_view kNoDiff = "conflict";

std::string shown(const std::string& sha) {
  return sha.substr(0, kShownSha);
}

/// Newest first: none comes after a commit that is in its history; unrelated ones go by time.
Result<std::vector<Carrier>> newest_first(const Repo& repo, const std::vector<Carrier>& carriers) {
  struct Item {
    Carrier carrier;
    std::int64_t time = 0;
    std::set<std::string> descendants;  ///< Those of the carriers that must be reverted before this one.
  };
  std::vector<Item> items;
  for (const Carrier& carrier : carriers) {
    KEDGE_TRY(facts, repo.commit(carrier.sha));
    Item item{.carrier = carrier, .time = facts.commit_time};
    for (const Carrier& other : carriers) {
      if (other.sha == carrier.sha) continue;
      KEDGE_TRY(descends, repo.contains(other.sha, carrier.sha));
      if (descends) item.descendants.insert(other.sha);
    }
    items.push_back(std::move(item));
  }
  std::ranges::stable_sort(items, std::greater<>(), &Item::time);
  std::vector<Carrier> sorted;
  while (!items.empty()) {
    // Ends: history has no circles, so one of them always has no descendant left.
    const auto next = std::ranges::find_if(items, [](const Item& item) { return item.descendants.empty(); });
    KEDGE_ASSERT(next != items.end(), "a commit is never in its own history");
    const std::string sha = next->carrier.sha;
    sorted.push_back(next->carrier);
    items.erase(next);
    for (Item& item : items) item.descendants.erase(sha);
  }
  return sorted;
}

struct FoundCarriers {
  std::vector<Carrier> carriers;
  std::map<std::string, std::string> rules;  ///< Of the carriers: by what each was found.
  /// Of the carriers: which commit says that it reverts one.
  std::map<std::string, std::string> said_reverted;
  std::size_t missing = 0;
  bool changes_files = false;  ///< Of the targets at least one that was found does.
  bool pulls_cut = false;
};

Result<FoundCarriers> search_carriers(PlanSession& session, BranchHistory& history, const BranchTask& task) {
  std::set<std::string> also_reverted;
  for (const Wanted& commit : task.wanted) also_reverted.insert(commit.facts.sha);
  FoundCarriers search;
  for (const Wanted& commit : task.wanted) {
    KEDGE_CHECK(check_time(session, "looking for carriers"));
    const CarrierSearch one{.target = commit.facts,
                            .before = commit.before,
                            .mainline = task.mainline,
                            .also_reverted = also_reverted};
    KEDGE_TRY(carried, find_carrier(session, history, one));
    if (!carried.carrier) {
      ++search.missing;
      search.pulls_cut = search.pulls_cut || carried.pulls_cut;
      continue;
    }
    search.changes_files = search.changes_files || commit.before != commit.facts.tree;
    const std::string& sha = carried.carrier->sha;
    if (std::ranges::count(search.carriers, sha, &Carrier::sha) > 0) continue;
    if (carried.reverted_by) search.said_reverted[sha] = *carried.reverted_by;
    search.rules[sha] = carried.rule;
    search.carriers.push_back(std::move(*carried.carrier));
  }
  const bool all_same = std::ranges::all_of(
      search.carriers, [](const Carrier& carrier) { return carrier.how == CarrierHow::same; });
  if (!(task.in_order && all_same) && search.carriers.size() > 1) {
    KEDGE_TRY(sorted, newest_first(session.repo, search.carriers));
    search.carriers = std::move(sorted);
  }
  return search;
}

std::string describe_carrier(const FoundCarriers& search, const BranchPlan& plan) {
  const Carrier& carrier = *plan.carrier;
  if (carrier.how == CarrierHow::same) return fmt::format("{} holds the commit itself", plan.base);
  const auto rule = search.rules.find(carrier.sha);
  return fmt::format("{} holds it as {}{}{}", plan.base, shown(carrier.sha),
                     rule == search.rules.end() || rule->second.empty() ? "" : ", ",
                     rule == search.rules.end() ? "" : rule->second);
}

/// Takes out of the plan what is reverted already, by its message and by the tree: what is left gives the
/// same tree. Answers with a sentence on each message that says so while the tree does not.
std::string settle_said_reverted(const FoundCarriers& search, const Reverted& reverted, BranchPlan& plan) {
  std::string disagreement;
  for (const auto& [sha, by] : search.said_reverted) {
    const bool gone = std::ranges::count(reverted.without_effect, sha) > 0;
    if (gone && plan.carriers.size() > 1) std::erase(plan.carriers, sha);
    if (std::ranges::count(reverted.with_effect, sha) > 0) {
      disagreement += fmt::format("; {} says that it reverts {} already, but not all of its change is gone",
                                  shown(by), shown(sha));
    }
  }
  const std::string& first = plan.carriers.front();
  plan.carrier = *std::ranges::find(search.carriers, first, &Carrier::sha);
  return disagreement;
}

/// What is in the way, whose it is, and what else would have to go.
Result<void> explain_conflict(PlanSession& session, const RevertRequest& revert, Reverted reverted,
                              BranchPlan& plan) {
  plan.outcome = Outcome::conflict;
  plan.reason +=
      fmt::format(", but later changes are in the way at {} path{}", reverted.merged.conflicts.size(),
                  reverted.merged.conflicts.size() == 1 ? "" : "s");
  KEDGE_TRY(line, FirstParents::read(session.repo, plan.tip, session.limits.line_max, revert.commits));
  // Also of what is reverted already: where the closure takes its revert back, it has to go as well.
  KEDGE_TRY(later, later_commits(line, revert.commits));
  KEDGE_CHECK(report_conflicts(session, later, revert, reverted, plan));
  return find_closure(session, later, revert, plan);
}

/// Has most of what the merges will read brought at once: files that were touched since, as they are on each
/// side.
Result<void> bring_contents(const PlanSession& session, const RevertRequest& revert) {
  constexpr std::string_view kSubmodule = "160000 ";
  const auto is_file = [](unsigned int mode) { return mode != 0 && mode != GIT_FILEMODE_COMMIT; };
  std::vector<std::string> ids;
  for (const std::string& sha : revert.commits) {
    KEDGE_TRY(commit, session.repo.commit(sha));
    KEDGE_TRY(before, parent_tree(session.repo, commit, revert.mainline));
    KEDGE_TRY(changes, changes_between(session.repo, commit.tree, before));
    for (const Change& change : changes) {
      if (!revert.paths.empty() && !is_within(change.path, revert.paths)) continue;
      KEDGE_TRY(there, entry_at(session.repo, revert.onto_tree, change.path));
      // A file that nobody touched since is not read.
      if (there.ends_with(" " + change.old_id)) continue;
      if (is_file(change.old_mode)) ids.push_back(change.old_id);
      if (is_file(change.new_mode)) ids.push_back(change.new_id);
      if (!there.empty() && !there.starts_with(kSubmodule)) ids.push_back(there.substr(there.find(' ') + 1));
    }
  }
  return session.bring(ids);
}

/// The outcome of reverting what was found. `digest` gets what identifies the change for the plan's id.
Result<void> judge(PlanSession& session, const FoundCarriers& search, const RevertRequest& revert,
                   BranchPlan& plan, std::string& digest) {
  if (session.bring) KEDGE_CHECK(bring_contents(session, revert));
  KEDGE_TRY(reverted, revert_onto(session.repo, revert));
  const std::string disagreement = settle_said_reverted(search, reverted, plan);
  plan.reason = describe_carrier(search, plan);
  if (search.missing > 0)
    plan.reason += fmt::format("; {} of the target's commits are not on it", search.missing);
  plan.reason += disagreement;
  if (!reverted.merged.conflicts.empty()) {
    digest = kNoDiff;
    return explain_conflict(session, revert, std::move(reverted), plan);
  }
  KEDGE_TRY(changes, changes_between(session.repo, revert.onto_tree, reverted.merged.tree));
  digest = digest_of(changes);
  plan.diff = digest;
  if (changes.empty()) {
    plan.outcome = Outcome::already_reverted;
    const auto by = search.said_reverted.find(plan.carrier->sha);
    plan.reason += !search.changes_files ? ", but it changes no file: there is nothing to revert"
                   : by == search.said_reverted.end()
                       ? ", and nothing of what it changed is left to revert"
                       : fmt::format(", and {} reverts it already", shown(by->second));
    return {};
  }
  plan.outcome = Outcome::clean;
  plan.tree = reverted.merged.tree;
  list_paths(changes, plan);
  return {};
}

}  // namespace

Result<BranchPlan> plan_branch(PlanSession& session, const Base& base, BranchHistory& history,
                               const BranchTask& task, rollback::PlanKey::Base& key) {
  BranchPlan plan{.base = base.name, .base_ref = base.ref, .tip = base.tip};
  KEDGE_TRY(search, search_carriers(session, history, task));
  if (search.missing > 0 && history.is_cut()) {
    plan.limits.push_back(
        fmt::format("copies were looked for in the newest {} commits of {} (limit history_max)",
                    session.limits.history_max, base.name));
  }
  if (search.pulls_cut) {
    plan.limits.push_back(fmt::format("of {}'s squashes {} were searched for it (limit pulls_max)", base.name,
                                      session.limits.pulls_max));
  }
  key = {.base = base.name, .carriers = {}, .diff_digest = digest_of({})};
  if (search.carriers.empty()) {
    plan.outcome = Outcome::not_contained;
    plan.reason = fmt::format(
        "nothing on {} carries it: neither the commit itself, nor a recorded copy, the "
        "same change, or a squash or merge of it",
        base.name);
    return plan;
  }
  for (const Carrier& carrier : search.carriers) plan.carriers.push_back(carrier.sha);
  KEDGE_TRY(tip, session.repo.commit(base.tip));
  const RevertRequest revert{.onto_tree = tip.tree,
                             .commits = plan.carriers,
                             .mainline = task.mainline,
                             .paths = task.paths,
                             .attributes_commit = base.tip,
                             .limits = session.limits};
  KEDGE_CHECK(judge(session, search, revert, plan, key.diff_digest));
  key.carriers = join(plan.carriers, " ");
  return plan;
}

}  // namespace kedge::adapters::git
