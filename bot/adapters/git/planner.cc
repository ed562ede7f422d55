// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/planner.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "bot/adapters/git/carrier.h"
#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/resolve.h"
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
using rollback::Plan;
using rollback::PlanKey;
using rollback::Target;

constexpr std::size_t kTargetsMax = 20;
constexpr std::size_t kPathsInMessage = 5;
constexpr std::string_view kNoDiff = "conflict";

std::string short_of(const std::string& sha) {
  return sha.substr(0, kShownSha);
}

/// One commit of the targets, with the tree it is compared with.
struct Wanted {
  CommitFacts facts;
  std::string before;
};

Result<std::vector<Wanted>> wanted_commits(const Repo& repo, const std::vector<Target>& targets,
                                           int mainline) {
  std::vector<Wanted> wanted;
  std::set<std::string> seen;
  for (const Target& target : targets) {
    for (const std::string& sha : target.commits) {
      if (!seen.insert(sha).second) continue;
      KEDGE_TRY(facts, repo.commit(sha));
      KEDGE_TRY(before, parent_tree(repo, facts, mainline));
      wanted.push_back({.facts = std::move(facts), .before = std::move(before)});
    }
  }
  if (wanted.size() > kCommitsMax) {
    return fail(Errc::invalid, "cannot plan {} commits at once: at most {}", wanted.size(), kCommitsMax);
  }
  return wanted;
}

/// Which parent merges go back to, as a number (0: no merge among them) and as a sentence.
Result<int> settle_mainline(const Repo& repo, const std::vector<Target>& targets, int asked,
                            std::vector<std::string>& notes) {
  int mainline = 0;
  for (const Target& target : targets) {
    for (const std::string& sha : target.commits) {
      KEDGE_TRY(facts, repo.commit(sha));
      if (facts.parents.size() < 2) continue;
      mainline = std::max(asked, 1);
      if (static_cast<std::size_t>(mainline) > facts.parents.size()) {
        return fail(Errc::invalid, "cannot revert merge {} against parent {}: it has {} parents",
                    short_of(sha), mainline, facts.parents.size());
      }
      KEDGE_TRY(parent, repo.commit(facts.parents[static_cast<std::size_t>(mainline) - 1]));
      notes.push_back(fmt::format("{} is a merge, reverted against its parent {}: {} ({}).", short_of(sha),
                                  mainline, short_of(parent.sha), parent.subject));
    }
  }
  if (mainline == 0 && asked > 1) {
    return fail(Errc::invalid, "cannot revert {} against parent {}: it is not a merge", targets.front().ref,
                asked);
  }
  return mainline;
}

/// A path that the target does not touch is a slip of the pen, better said than planned around.
Result<void> check_paths(const Repo& repo, const std::vector<Wanted>& wanted,
                         const std::vector<std::string>& paths) {
  std::vector<std::string> untouched = paths;
  std::set<std::string> touched;
  for (const Wanted& commit : wanted) {
    if (untouched.empty()) return {};
    KEDGE_TRY(changes, changes_between(repo, commit.before, commit.facts.tree));
    for (const Change& change : changes) {
      std::erase_if(untouched, [&](const std::string& path) { return is_within(change.path, {path}); });
      touched.insert(to_valid_utf8(change.path));
    }
  }
  if (untouched.empty()) return {};
  std::vector<std::string> shown;
  for (const std::string& path : touched) {
    if (shown.size() < kPathsInMessage) shown.push_back(path);
  }
  return fail(
      Errc::invalid, "cannot narrow the rollback to {}: the target changes nothing there, but {}{}",
      to_valid_utf8(join(untouched, ", ")), join(shown, ", "),
      touched.size() > shown.size() ? fmt::format(" and {} more", touched.size() - shown.size()) : "");
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
  /// Of the carriers: which commit says that it reverts one.
  std::map<std::string, std::string> said_reverted;
  std::size_t missing = 0;
};

/// `in_order`: `wanted` is one target's commits, newest first already.
Result<FoundCarriers> search_carriers(const Repo& repo, BranchHistory& history,
                                      const std::vector<Wanted>& wanted, bool in_order) {
  std::set<std::string> also_reverted;
  for (const Wanted& commit : wanted) also_reverted.insert(commit.facts.sha);
  FoundCarriers search;
  for (const Wanted& commit : wanted) {
    KEDGE_TRY(carried, find_carrier(repo, history, commit.facts, commit.before, also_reverted));
    if (!carried.carrier) {
      ++search.missing;
      continue;
    }
    const std::string& sha = carried.carrier->sha;
    if (std::ranges::count(search.carriers, sha, &Carrier::sha) > 0) continue;
    if (carried.reverted_by) search.said_reverted[sha] = *carried.reverted_by;
    search.carriers.push_back(std::move(*carried.carrier));
  }
  const bool all_same = std::ranges::all_of(
      search.carriers, [](const Carrier& carrier) { return carrier.how == CarrierHow::same; });
  if (!(in_order && all_same) && search.carriers.size() > 1) {
    KEDGE_TRY(sorted, newest_first(repo, search.carriers));
    search.carriers = std::move(sorted);
  }
  return search;
}

std::string describe(const Carrier& carrier, const std::string& base) {
  switch (carrier.how) {
    case CarrierHow::same:
      return fmt::format("{} holds the commit itself", base);
    case CarrierHow::cherry_pick:
      return fmt::format("{} holds it as {}, which is recorded as a cherry-pick", base,
                         short_of(carrier.sha));
    case CarrierHow::patch_id:
      return fmt::format("{} holds the same change as {}", base, short_of(carrier.sha));
    case CarrierHow::squash:
      return fmt::format("{} holds the merge's changes squashed into {}", base, short_of(carrier.sha));
    case CarrierHow::merge:
      return fmt::format("{} holds it through merge {}", base, short_of(carrier.sha));
  }
  return {};
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
                                  short_of(by), short_of(sha));
    }
  }
  const std::string& first = plan.carriers.front();
  plan.carrier = *std::ranges::find(search.carriers, first, &Carrier::sha);
  return disagreement;
}

/// The outcome of reverting what was found. `digest` gets what identifies the change for the plan's id.
Result<void> judge(const Repo& repo, const FoundCarriers& search, const RevertRequest& revert,
                   BranchPlan& plan, std::string& digest) {
  KEDGE_TRY(reverted, revert_onto(repo, revert));
  Merged& merged = reverted.merged;
  const std::string disagreement = settle_said_reverted(search, reverted, plan);
  plan.reason = describe(*plan.carrier, plan.base);
  if (search.missing > 0)
    plan.reason += fmt::format("; {} of the target's commits are not on it", search.missing);
  plan.reason += disagreement;
  if (!merged.conflicts.empty()) {
    plan.outcome = Outcome::conflict;
    plan.conflicts = std::move(merged.conflicts);
    plan.reason += fmt::format(", but later changes are in the way at {} path{}", plan.conflicts.size(),
                               plan.conflicts.size() == 1 ? "" : "s");
    digest = kNoDiff;
    return {};
  }
  KEDGE_TRY(changes, changes_between(repo, revert.onto_tree, merged.tree));
  digest = digest_of(changes);
  plan.diff = digest;
  if (changes.empty()) {
    plan.outcome = Outcome::already_reverted;
    const auto by = search.said_reverted.find(plan.carrier->sha);
    plan.reason += by == search.said_reverted.end()
                       ? ", and nothing of what it changed is left to revert"
                       : fmt::format(", and {} reverts it already", short_of(by->second));
    return {};
  }
  plan.outcome = Outcome::clean;
  plan.tree = merged.tree;
  for (const Change& change : changes) {
    if (plan.paths_changed.size() < rollback::kPathsShown)
      plan.paths_changed.push_back(to_valid_utf8(change.path));
  }
  return {};
}

struct Task {
  const std::vector<Wanted>& wanted;
  bool in_order = false;
  int mainline = 0;
  const std::vector<std::string>& paths;
};

Result<BranchPlan> plan_branch(const Repo& repo, const Base& base, BranchHistory& history, const Task& task,
                               PlanKey::Base& key) {
  BranchPlan plan{.base = base.name, .base_ref = base.ref, .tip = base.tip};
  KEDGE_TRY(search, search_carriers(repo, history, task.wanted, task.in_order));
  key = {.base = base.name, .carriers = {}, .diff_digest = digest_of({})};
  if (search.carriers.empty()) {
    plan.outcome = Outcome::not_contained;
    plan.reason = fmt::format(
        "nothing on {} carries it (ancestry, recorded cherry-picks and patch ids of the newest {} commits)",
        base.name, kHistoryMax);
    return plan;
  }
  for (const Carrier& carrier : search.carriers) plan.carriers.push_back(carrier.sha);
  KEDGE_TRY(tip, repo.commit(base.tip));
  const RevertRequest revert{
      .onto_tree = tip.tree, .commits = plan.carriers, .mainline = task.mainline, .paths = task.paths};
  KEDGE_CHECK(judge(repo, search, revert, plan, key.diff_digest));
  key.carriers = join(plan.carriers, " ");
  return plan;
}

}  // namespace

Result<Plan> make_plan(const Repo& repo, const PlanGround& ground, const ports::PlanRequest& request) {
  if (request.targets.empty()) return fail(Errc::invalid, "cannot plan a rollback: no target was named");
  if (request.targets.size() > kTargetsMax) {
    return fail(Errc::invalid, "cannot plan {} targets at once: at most {}", request.targets.size(),
                kTargetsMax);
  }
  std::vector<BranchHistory> histories;
  ResolveContext context{
      .repo = repo, .histories = histories, .base_names = {}, .other_names = ground.other_names};
  for (const Base& base : ground.bases) {
    KEDGE_TRY(history, BranchHistory::start(repo, base.tip));
    histories.push_back(std::move(history));
    context.base_names.push_back(base.name);
  }
  Plan plan;
  for (const std::string& text : request.targets) {
    KEDGE_TRY(target, resolve_target(context, text));
    plan.targets.push_back(std::move(target));
  }
  plan.paths = request.paths;
  std::vector<std::string> notes = ground.notes;
  KEDGE_TRY(mainline, settle_mainline(repo, plan.targets, request.mainline, notes));
  plan.mainline = mainline;
  plan.note = join(notes, " ");
  KEDGE_TRY(wanted, wanted_commits(repo, plan.targets, mainline));
  KEDGE_CHECK(check_paths(repo, wanted, request.paths));
  PlanKey key{.repository = ground.repository, .paths = request.paths, .mainline = mainline};
  for (const Wanted& commit : wanted) key.targets.push_back(commit.facts.sha);
  for (std::size_t i = 0; i < ground.bases.size(); ++i) {
    PlanKey::Base base_key;
    const Task task{
        .wanted = wanted, .in_order = plan.targets.size() == 1, .mainline = mainline, .paths = plan.paths};
    KEDGE_TRY(branch, plan_branch(repo, ground.bases[i], histories[i], task, base_key));
    plan.branches.push_back(std::move(branch));
    key.bases.push_back(std::move(base_key));
  }
  plan.id = rollback::plan_id(key);
  const bool whole_commit = wanted.size() == 1 && plan.paths.empty() && mainline <= 1;
  const std::string& sha = plan.targets.front().sha;
  for (BranchPlan& branch : plan.branches) {
    branch.branch = whole_commit ? rollback::branch_name(branch.base, sha)
                                 : rollback::branch_name(branch.base, sha, plan.id);
  }
  return plan;
}

}  // namespace kedge::adapters::git
