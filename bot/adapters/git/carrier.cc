// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/carrier.h"

#include <algorithm>

#include "bot/adapters/git/changes.h"

namespace kedge::adapters::git {
namespace {

using rollback::Carrier;
using rollback::CarrierHow;

/// Commits of the branch that say they are copies of the target or of what the target is a copy of.
Result<std::vector<Carrier>> recorded_copies(const Repo& repo, const BranchHistory& history,
                                             const CommitFacts& target) {
  std::vector<Carrier> copies;
  const auto add = [&](const std::string& sha) {
    const bool known = sha == target.sha || std::ranges::count(copies, sha, &Carrier::sha) > 0;
    if (!known) copies.push_back({.sha = sha, .how = CarrierHow::cherry_pick});
  };
  for (const std::string& pick : history.picks_of(target.sha)) add(pick);
  for (const std::string& origin : read_mentions(target.message).picked_from) {
    for (const std::string& sibling : history.picks_of(origin)) add(sibling);
    if (!is_full_sha(origin) || !repo.has_commit(origin)) continue;
    KEDGE_TRY(held, repo.contains(history.tip(), origin));
    if (held) add(origin);
  }
  return copies;
}

/// Commits of the branch that make the same change without saying so; only those newer than `until`.
Result<std::vector<Carrier>> silent_copies(const Repo& repo, const BranchHistory& history,
                                           const CommitFacts& target, const std::string& parent_tree,
                                           const BranchHistory::Entry* until) {
  std::vector<Carrier> copies;
  KEDGE_TRY(wanted, changes_between(repo, parent_tree, target.tree));
  if (wanted.empty()) return copies;
  KEDGE_TRY(wanted_id, patch_id(repo, parent_tree, target.tree));
  const bool merge = target.parents.size() > 1;
  for (const BranchHistory::Entry& entry : history.entries()) {
    if (&entry == until) break;
    if (entry.facts.parents.size() != 1 || entry.facts.sha == target.sha) continue;
    KEDGE_TRY(parent, repo.commit(entry.facts.parents.front()));
    KEDGE_TRY(changes, changes_between(repo, parent.tree, entry.facts.tree));
    if (!same_shape(repo, wanted, changes)) continue;
    KEDGE_TRY(id, patch_id(repo, parent.tree, entry.facts.tree));
    if (id != wanted_id) continue;
    copies.push_back({.sha = entry.facts.sha, .how = merge ? CarrierHow::squash : CarrierHow::patch_id});
  }
  return copies;
}

}  // namespace

Result<Carried> find_carrier(const Repo& repo, BranchHistory& history, const CommitFacts& target,
                             const std::string& parent_tree, const std::set<std::string>& also_reverted) {
  Carried reverted;
  // Answers with a carrier that still counts; the first reverted one is remembered.
  const auto settle = [&](const std::vector<Carrier>& candidates) -> std::optional<Carried> {
    for (const Carrier& candidate : candidates) {
      std::optional<std::string> by = history.revert_in_force(candidate.sha, also_reverted);
      if (!by) return Carried{.carrier = candidate};
      if (!reverted.carrier) reverted = {.carrier = candidate, .reverted_by = std::move(by)};
    }
    return std::nullopt;
  };
  KEDGE_TRY(same, repo.contains(history.tip(), target.sha));
  if (same) {
    KEDGE_CHECK(history.read_past(target.sha));
    if (auto settled = settle({{.sha = target.sha, .how = CarrierHow::same}})) return *settled;
  } else {
    KEDGE_CHECK(history.read_all());
  }
  // The commit itself is reverted: only what came after that revert can have brought it back.
  const BranchHistory::Entry* until = reverted.reverted_by ? history.find(*reverted.reverted_by) : nullptr;
  KEDGE_TRY(recorded, recorded_copies(repo, history, target));
  if (until != nullptr) {
    std::erase_if(recorded, [&](const Carrier& copy) {
      const BranchHistory::Entry* entry = history.find(copy.sha);
      return entry == nullptr || entry > until;
    });
  }
  if (auto settled = settle(recorded)) return *settled;
  // Searched last, since it reads trees.
  KEDGE_TRY(silent, silent_copies(repo, history, target, parent_tree, until));
  if (auto settled = settle(silent)) return *settled;
  return reverted;
}

}  // namespace kedge::adapters::git
