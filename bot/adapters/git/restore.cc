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

constexpr std::size_t kShaLength = 40;
constexpr std::string_view kRestores = "This restores the tree of commit ";

Result<rollback::Target> resolve_good(const Repo& repo, const PlanGround& ground, const std::string& good) {
  std::vector<BranchHistory> histories;
  ResolveContext context{
      .repo = repo, .histories = histories, .base_names = {}, .other_names = ground.other_names};
  for (const Base& base : ground.bases) {
    KEDGE_TRY(history, BranchHistory::start(repo, base.tip));
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
                             PlanKey::Base& key) {
  const std::string shown = good.sha.substr(0, kShownSha);
  BranchPlan plan{.base = base.name, .base_ref = base.ref, .tip = base.tip};
  plan.branch = fmt::format("rollback/{}-to-{}", base.name, shown);
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
  KEDGE_TRY(changes, changes_between(repo, tip.tree, good.tree));
  key.diff_digest = digest_of(changes);
  if (changes.empty()) {
    plan.outcome = Outcome::already_reverted;
    plan.reason = fmt::format("{} has the files of {} already", base.name, shown);
    return plan;
  }
  plan.outcome = Outcome::clean;
  plan.tree = good.tree;
  plan.reason = fmt::format("{} gets the files of {} back, whatever came after", base.name, shown);
  for (const Change& change : changes) {
    if (plan.paths_changed.size() < rollback::kPathsShown)
      plan.paths_changed.push_back(to_valid_utf8(change.path));
  }
  return plan;
}

}  // namespace

Result<rollback::Plan> plan_restore(const Repo& repo, const PlanGround& ground, const std::string& good) {
  rollback::Plan plan;
  KEDGE_TRY(target, resolve_good(repo, ground, good));
  KEDGE_TRY(facts, repo.commit(target.sha));
  plan.targets = {std::move(target)};
  plan.note = join(ground.notes, " ");
  PlanKey key{.repository = ground.repository, .targets = {facts.sha}};
  for (const Base& base : ground.bases) {
    PlanKey::Base base_key;
    KEDGE_TRY(branch, plan_base(repo, base, facts, base_key));
    plan.branches.push_back(std::move(branch));
    key.bases.push_back(std::move(base_key));
  }
  plan.id = rollback::plan_id(key);
  return plan;
}

bool is_restore(const rollback::Plan& plan) {
  return plan.targets.size() == 1 && plan.targets.front().kind == TargetKind::restore;
}

std::string restore_message(const std::string& base, const std::string& good_sha, const std::string& reason) {
  std::string message =
      fmt::format("Restore {} to {}\n\n{}{}.\n", base, good_sha.substr(0, kShownSha), kRestores, good_sha);
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
