// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/restore.h"

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/resolve.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;
using rollback::PlanKey;
using rollback::TargetKind;

constexpr std::string_view kRestores = "This restores the tree of commit ";

Result<rollback::Target> resolve_good(PlanSession& session, const PlanGround& ground, const std::string& good,
                                      std::vector<std::string>& notes) {
  std::vector<BranchHistory> histories;
  ResolveContext context{.session = session,
                         .histories = histories,
                         .base_names = {},
                         .other_names = ground.other_names,
                         .notes = notes};
  for (const Base& base : ground.bases) {
    KEDGE_TRY(history, BranchHistory::start(session.repo, base.tip, session.limits.history_max));
    histories.push_back(std::move(history));
    context.base_names.push_back(base.name);
  }
  KEDGE_TRY(target, resolve_target(context, good));
  if (target.kind == TargetKind::range)
    return fail(Errc::invalid, "cannot restore to {}: a range is no version; name one commit", good);
  target.kind = TargetKind::restore;
  target.commits = {target.sha};
  return target;
}

Result<BranchPlan> plan_base(const Repo& repo, const Base& base, const CommitFacts& good,
                             const std::vector<std::string>& paths, PlanKey::Base& key) {
  const std::string shown = good.sha.substr(0, kShownSha);
  BranchPlan plan{.base = base.name, .base_ref = base.ref, .tip = base.tip};
  key = {.base = base.name, .carriers = {}, .diff_digest = digest_of({})};
  KEDGE_TRY(contained, repo.contains(base.tip, good.sha));
  if (!contained) {
    plan.outcome = Outcome::not_contained;
    plan.reason = fmt::format("{} was never at {}", base.name, shown);
    return plan;
  }
  plan.carrier = rollback::Carrier{.sha = good.sha, .how = rollback::CarrierHow::same};
  plan.carriers = {good.sha};
  key.carriers = "to " + good.sha;
  KEDGE_TRY(tip, repo.commit(base.tip));
  KEDGE_TRY(tree, restored_tree(repo, tip.tree, good.tree, paths));
  KEDGE_TRY(changes, changes_between(repo, tip.tree, tree));
  key.diff_digest = digest_of(changes);
  plan.diff = key.diff_digest;
  const std::string_view what = paths.empty() ? "the files" : "these paths";
  if (changes.empty()) {
    plan.outcome = Outcome::already_reverted;
    plan.reason = fmt::format("{} has {} of {} already", base.name, what, shown);
    return plan;
  }
  plan.outcome = Outcome::clean;
  plan.tree = tree;
  plan.reason = fmt::format("{} gets {} of {} back, whatever came after", base.name, what, shown);
  list_paths(changes, plan);
  return plan;
}

/// A path that neither version has is a slip of the pen.
Result<void> check_restored_paths(const Repo& repo, const PlanGround& ground, const CommitFacts& good,
                                  const std::vector<std::string>& paths) {
  for (std::string path : paths) {
    while (path.ends_with('/')) path.pop_back();
    if (path.empty() || path == ".") continue;
    KEDGE_TRY(there, entry_at(repo, good.tree, path));
    bool known = !there.empty();
    for (const Base& base : ground.bases) {
      KEDGE_TRY(tip, repo.commit(base.tip));
      KEDGE_TRY(here, entry_at(repo, tip.tree, path));
      known = known || !here.empty();
    }
    if (!known) {
      return fail(Errc::invalid, "cannot restore {}: neither {} nor the branches have it",
                  to_valid_utf8(path), good.sha.substr(0, kShownSha));
    }
  }
  return {};
}

}  // namespace

Result<std::string> restored_tree(const Repo& repo, const std::string& tip_tree, const std::string& good_tree,
                                  const std::vector<std::string>& paths) {
  if (paths.empty()) return good_tree;
  KEDGE_TRY(changes, changes_between(repo, tip_tree, good_tree));
  std::erase_if(changes, [&](const Change& change) { return !is_within(change.path, paths); });
  if (changes.empty()) return tip_tree;
  return apply_changes(repo, tip_tree, changes);
}

Result<rollback::Plan> plan_restore(PlanSession& session, const PlanGround& ground,
                                    const ports::PlanRequest& request) {
  const Repo& repo = session.repo;
  rollback::Plan plan{.paths = request.paths};
  std::vector<std::string> notes = ground.notes;
  KEDGE_TRY(target, resolve_good(session, ground, request.to, notes));
  KEDGE_TRY(good, repo.commit(target.sha));
  KEDGE_CHECK(check_restored_paths(repo, ground, good, request.paths));
  plan.targets = {std::move(target)};
  plan.note = join(notes, " ");
  PlanKey key{.repository = ground.repository, .targets = {good.sha}, .paths = request.paths};
  for (const Base& base : ground.bases) {
    KEDGE_CHECK(check_time(session, "comparing versions"));
    PlanKey::Base base_key;
    KEDGE_TRY(branch, plan_base(repo, base, good, request.paths, base_key));
    plan.branches.push_back(std::move(branch));
    key.bases.push_back(std::move(base_key));
  }
  plan.id = rollback::plan_id(key);
  for (BranchPlan& branch : plan.branches) {
    branch.branch = rollback::restore_branch_name(branch.base, good.sha, plan.paths.empty() ? "" : plan.id);
  }
  return plan;
}

bool is_restore(const rollback::Plan& plan) {
  return plan.targets.size() == 1 && plan.targets.front().kind == TargetKind::restore;
}

std::string restore_message(const std::string& base, const std::string& good_sha,
                            const std::vector<std::string>& paths, const std::string& reason) {
  std::string message =
      fmt::format("Restore {} to {}\n\n{}{}.\n", base, good_sha.substr(0, kShownSha), kRestores, good_sha);
  if (!paths.empty()) message += "\nOnly these paths:\n";
  for (const std::string& path : paths) {
    message += fmt::format("- {}\n", join(split_lines(to_valid_utf8(path)), " "));
  }
  const std::string_view why = trim(reason);
  if (!why.empty()) message += fmt::format("\n{}\n", to_valid_utf8(why));
  return message;
}

std::string restored_commit(std::string_view message) {
  for (const std::string& line : split_lines(message)) {
    if (!line.starts_with(kRestores)) continue;
    const std::string sha = line.substr(kRestores.size(), kShaLength);
    if (sha.size() == kShaLength && is_hex(sha)) return sha;
  }
  return {};
}

}  // namespace kedge::adapters::git
