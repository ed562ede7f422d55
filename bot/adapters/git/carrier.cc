// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/carrier.h"

#include <algorithm>

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/resolve_pull.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/squashed.h"

namespace kedge::adapters::git {
namespace {

using rollback::Carrier;
using rollback::CarrierHow;

/// A revert of a revert of a revert … is followed so far.
constexpr int kRevertsFollowed = 4;

struct Candidate {
  Carrier carrier;
  std::string rule;
};

/// One target's search on one branch: each rule adds candidates, `settle` takes the first that stands.
class CarrierHunt {
 public:
  CarrierHunt(PlanSession& session, BranchHistory& history, const CarrierSearch& search, int depth)
      : session_(session), history_(history), search_(search), depth_(depth) {}

  Result<Carried> run();

 private:
  using Found = Result<std::vector<Candidate>>;
  Found recorded_copies();
  Found twin_of_revert();
  Found same_title();
  Found same_change();
  Found squash_that_holds_it();
  std::optional<Carried> settle(std::vector<Candidate> candidates);
  void leave_older_out(std::vector<Candidate>& candidates) const;

  PlanSession& session_;
  BranchHistory& history_;
  const CarrierSearch& search_;
  int depth_;
  Carried reverted_;  ///< The first carrier that is said to be reverted.
  /// The commit itself is reverted by this: only what came after it can have brought the change back.
  const BranchHistory::Entry* until_ = nullptr;
};

/// Commits of the branch that say they are copies of the target or of what the target is a copy of.
CarrierHunt::Found CarrierHunt::recorded_copies() {
  std::vector<Candidate> copies;
  const auto add = [&](const std::string& sha) {
    if (sha != search_.target.sha)
      copies.push_back({{.sha = sha, .how = CarrierHow::cherry_pick}, "which is recorded as a cherry-pick"});
  };
  for (const std::string& pick : history_.picks_of(search_.target.sha)) add(pick);
  for (const std::string& origin : read_mentions(search_.target.message).picked_from) {
    for (const std::string& sibling : history_.picks_of(origin)) add(sibling);
    if (!is_full_sha(origin) || !session_.repo.has_commit(origin)) continue;
    KEDGE_TRY(held, session_.repo.contains(history_.tip(), origin));
    if (held) add(origin);
  }
  return copies;
}

/// The target is a revert: its twin here is what reverts, here, whatever carries the same commit.
CarrierHunt::Found CarrierHunt::twin_of_revert() {
  std::vector<Candidate> twins;
  const Mentions mentions = read_mentions(search_.target.message);
  if (depth_ >= kRevertsFollowed || mentions.reverts.empty()) return twins;
  const std::set<std::string> nothing;
  for (const std::string& origin : mentions.reverts) {
    if (!is_full_sha(origin) || !session_.repo.has_commit(origin)) return twins;
    KEDGE_TRY(facts, session_.repo.commit(origin));
    KEDGE_TRY(before, parent_tree(session_.repo, facts, 0));
    const CarrierSearch search{.target = facts, .before = before, .also_reverted = nothing};
    KEDGE_TRY(carried, CarrierHunt(session_, history_, search, depth_ + 1).run());
    if (!carried.carrier || !carried.reverted_by) return std::vector<Candidate>();
    const bool another = !twins.empty() && twins.front().carrier.sha != *carried.reverted_by;
    if (another) return std::vector<Candidate>();
    twins = {{{.sha = *carried.reverted_by, .how = CarrierHow::cherry_pick},
              "which is recorded as the revert of the same commit"}};
  }
  return twins;
}

/// Commits that landed the same pull request under the same title, whatever became of the lines on the way.
CarrierHunt::Found CarrierHunt::same_title() {
  std::vector<Candidate> copies;
  const CommitFacts& target = search_.target;
  const std::int64_t number = read_mentions(target.message).pull_request;
  const std::string title = pull_request_title(target.message);
  if (number == 0 || title.empty()) return copies;
  const bool of_merge = target.parents.size() > 1;
  if (of_merge && search_.mainline > 1) return copies;
  for (const BranchHistory::Entry& entry : history_.entries()) {
    const bool same = entry.mentions.pull_request == number && entry.facts.sha != target.sha &&
                      pull_request_title(entry.facts.message) == title;
    if (!same) continue;
    const bool merge = entry.facts.parents.size() > 1;
    const CarrierHow how = merge      ? CarrierHow::merge
                           : of_merge ? CarrierHow::squash
                                      : CarrierHow::cherry_pick;
    copies.push_back({{.sha = entry.facts.sha, .how = how},
                      fmt::format("which landed pull request #{} under the same title", number)});
  }
  return copies;
}

CarrierHunt::Found CarrierHunt::same_change() {
  std::vector<Candidate> copies;
  const bool of_merge = search_.target.parents.size() > 1;
  if (of_merge && search_.mainline > 1) return copies;
  const TreePair change{.before = search_.before, .after = search_.target.tree};
  KEDGE_TRY(found, find_same_change(session_, history_, change, true, until_));
  for (const std::string& sha : found) {
    if (sha == search_.target.sha) continue;
    KEDGE_TRY(facts, session_.repo.commit(sha));
    const bool merge = facts.parents.size() > 1;
    const CarrierHow how = merge ? CarrierHow::merge : of_merge ? CarrierHow::squash : CarrierHow::patch_id;
    copies.push_back({{.sha = sha, .how = how}, "which makes the same change"});
  }
  return copies;
}

/// The target is one commit of a pull request that was squashed here.
CarrierHunt::Found CarrierHunt::squash_that_holds_it() {
  std::vector<Candidate> squashes;
  const Repo& repo = session_.repo;
  const CommitFacts& target = search_.target;
  std::size_t looked = 0;
  for (const auto& [number, ref] : pull_request_heads(repo)) {
    const auto is_squash = [n = number](const BranchHistory::Entry& entry) {
      return entry.facts.parents.size() == 1 && entry.mentions.pull_request == n;
    };
    const auto squash = std::ranges::find_if(history_.entries(), is_squash);
    const std::optional<std::string> head = repo.commit_at(ref);
    if (squash == history_.entries().end() || !head) continue;
    KEDGE_CHECK(check_time(session_, "looking for a squash"));
    reverted_.pulls_cut = looked++ == session_.limits.pulls_max;
    if (reverted_.pulls_cut) break;
    KEDGE_TRY(holds, repo.contains(*head, target.sha));
    if (!holds) continue;
    KEDGE_TRY(shown,
              is_squash_of(session_, squash->facts, *head, {.commit = target, .before = search_.before}));
    if (!shown) continue;
    squashes.push_back({{.sha = squash->facts.sha, .how = CarrierHow::squash},
                        fmt::format("the squash of pull request #{}, which is reverted as a whole", number)});
  }
  if (!squashes.empty()) return squashes;
  KEDGE_TRY(fork, repo.merge_base(history_.tip(), target.sha));
  if (!fork || *fork == target.sha || (!target.parents.empty() && target.parents.front() == *fork))
    return squashes;
  KEDGE_TRY(before, repo.commit(*fork));
  const TreePair all{.before = before.tree, .after = target.tree};
  KEDGE_TRY(copies, find_same_change(session_, history_, all, false, until_));
  for (const std::string& sha : copies) {
    squashes.push_back({{.sha = sha, .how = CarrierHow::squash},
                        "a squash of it and the commits before it, which is reverted as a whole"});
  }
  return squashes;
}

/// Drops what is no newer than the revert of the target itself.
void CarrierHunt::leave_older_out(std::vector<Candidate>& candidates) const {
  if (until_ == nullptr) return;
  std::erase_if(candidates, [&](const Candidate& one) {
    const BranchHistory::Entry* entry = history_.find(one.carrier.sha);
    return entry == nullptr || entry >= until_;
  });
}

std::optional<Carried> CarrierHunt::settle(std::vector<Candidate> candidates) {
  for (Candidate& one : candidates) {
    std::optional<std::string> by = history_.revert_in_force(one.carrier.sha, search_.also_reverted);
    if (!by) return Carried{.carrier = std::move(one.carrier), .rule = std::move(one.rule)};
    if (!reverted_.carrier)
      reverted_ = {.carrier = std::move(one.carrier),
                   .rule = std::move(one.rule),
                   .reverted_by = std::move(by),
                   .pulls_cut = reverted_.pulls_cut};
  }
  return std::nullopt;
}

Result<Carried> CarrierHunt::run() {
  KEDGE_TRY(same, history_.holds(search_.target.sha));
  if (same) {
    KEDGE_CHECK(history_.read_past(search_.target.sha));
    if (auto found = settle({{{.sha = search_.target.sha, .how = CarrierHow::same}, ""}})) return *found;
    until_ = history_.find(*reverted_.reverted_by);
  } else {
    KEDGE_CHECK(history_.read_all());
  }
  // From the surest to the most distant.
  for (const auto rule :
       {&CarrierHunt::recorded_copies, &CarrierHunt::twin_of_revert, &CarrierHunt::same_change,
        &CarrierHunt::same_title, &CarrierHunt::squash_that_holds_it}) {
    if (same && rule == &CarrierHunt::squash_that_holds_it) break;
    KEDGE_TRY(candidates, (this->*rule)());
    leave_older_out(candidates);
    if (auto found = settle(std::move(candidates))) return *found;
  }
  return reverted_;
}

}  // namespace

Result<Carried> find_carrier(PlanSession& session, BranchHistory& history, const CarrierSearch& search) {
  return CarrierHunt(session, history, search, 0).run();
}

Result<std::vector<std::string>> find_same_change(PlanSession& session, const BranchHistory& history,
                                                  const TreePair& change, bool merges,
                                                  const BranchHistory::Entry* until) {
  const Repo& repo = session.repo;
  std::vector<std::string> found;
  KEDGE_TRY(wanted, changes_between(repo, change.before, change.after));
  if (wanted.empty()) return found;
  const std::uint64_t shape = shape_of(wanted);
  std::string wanted_id;
  for (const BranchHistory::Entry& entry : history.entries()) {
    if (&entry == until) break;
    const CommitFacts& facts = entry.facts;
    if (facts.parents.empty() || (facts.parents.size() > 1 && !merges)) continue;
    KEDGE_CHECK(check_time(session, "looking for the same change"));
    KEDGE_TRY(parent, repo.commit(facts.parents.front()));
    KEDGE_TRY(its_shape, session.changes.shape(repo, facts.sha, parent.tree, facts.tree));
    if (its_shape != shape) continue;
    if (wanted_id.empty()) {
      KEDGE_TRY(id, patch_id(repo, change.before, change.after));
      wanted_id = id;
    }
    KEDGE_TRY(id, session.changes.patch_id(repo, facts.sha, parent.tree, facts.tree));
    if (id != wanted_id) continue;
    // A patch id does not see what binary files hold.
    KEDGE_TRY(changes, changes_between(repo, parent.tree, facts.tree));
    if (same_shape(repo, wanted, changes)) found.push_back(facts.sha);
  }
  return found;
}

}  // namespace kedge::adapters::git
