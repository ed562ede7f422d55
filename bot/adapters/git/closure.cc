// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/closure.h"

#include <algorithm>
#include <set>

#include "bot/adapters/git/changes.h"

namespace kedge::adapters::git {
namespace {

/// Paths that a candidate is searched by. Beyond them the turn is searched among all later commits.
constexpr std::size_t kPathsFollowed = 20;

class ClosureSearch {
 public:
  ClosureSearch(PlanSession& session, const LaterCommits& later, const RevertRequest& revert)
      : session_(session), later_(later), revert_(revert), watch_(session.limits.closure_time) {}

  Result<void> run(rollback::BranchPlan& plan);

 private:
  /// Reverts target and members, as far as they had landed, on the tree that the line had at `index`.
  Result<Reverted> revert_at(std::size_t index, const std::set<std::size_t>& members);
  Result<std::vector<std::string>> followed_paths(const Reverted& reverted) const;
  Result<std::optional<std::size_t>> turn_before(std::size_t from, const Reverted& at_tip);
  Result<std::optional<std::size_t>> turn_among(const std::vector<std::size_t>& newest_first);
  Result<void> leave_out(Reverted& clean);
  /// Leaves one member out without which it is clean still; false: none can be.
  Result<bool> leave_one_out(Reverted& clean);
  [[nodiscard]] bool is_landing(std::size_t index) const;
  [[nodiscard]] bool is_spent() const {
    return merges_ >= session_.limits.closure_merges || watch_.is_over();
  }
  /// At which limit the search ended.
  [[nodiscard]] std::string spent() const;
  /// The search came to its end.
  [[nodiscard]] std::string why_none(std::string_view cause) const;
  /// It did not, so nothing is claimed.
  void give_up(rollback::BranchPlan& plan) const;

  PlanSession& session_;
  const LaterCommits& later_;
  const RevertRequest& revert_;
  Stopwatch watch_;  ///< The outer guard: `merges_` gives the same answer however busy the machine is.
  std::size_t merges_ = 0;
  std::set<std::size_t> members_;  ///< Indices in the line: the smallest is the newest.
};

bool ClosureSearch::is_landing(std::size_t index) const {
  return std::ranges::any_of(later_.landings, [&](const auto& landing) { return landing.second == index; });
}

std::string ClosureSearch::why_none(std::string_view cause) const {
  return fmt::format("no clean closure within {} commits: {}fix forward", session_.limits.closure_max, cause);
}

std::string ClosureSearch::spent() const {
  if (merges_ >= session_.limits.closure_merges)
    return fmt::format("the search ended after {} merges (limit closure_merges)",
                       session_.limits.closure_merges);
  return fmt::format("the search ended after {} (limit closure_time)",
                     format_duration(session_.limits.closure_time));
}

void ClosureSearch::give_up(rollback::BranchPlan& plan) const {
  plan.closure_note = fmt::format("no clean closure was found: {}; fix forward", spent());
  plan.limits.push_back(fmt::format("the closure of {}: {}", plan.base, spent()));
}

Result<Reverted> ClosureSearch::revert_at(std::size_t index, const std::set<std::size_t>& members) {
  RevertRequest request = revert_;
  request.onto_tree = later_.commit(index).tree;
  request.commits.clear();
  auto member = members.lower_bound(index);
  for (const std::string& carrier : revert_.commits) {
    const std::size_t landed = later_.landings.at(carrier);
    if (landed < index) continue;
    for (; member != members.end() && *member < landed; ++member) {
      request.commits.push_back(later_.commit(*member).sha);
    }
    request.commits.push_back(carrier);
  }
  merges_ += request.commits.size();
  return revert_onto(session_.repo, request);
}

Result<std::vector<std::string>> ClosureSearch::followed_paths(const Reverted& reverted) const {
  std::set<std::string> paths;
  for (const rollback::Conflict& conflict : reverted.merged.conflicts) {
    if (paths.size() < kPathsFollowed) paths.insert(raw_path(conflict));
  }
  KEDGE_TRY(changes, changes_between(session_.repo, reverted.stopped_on.base, reverted.stopped_on.theirs));
  for (const Change& change : changes) {
    if (paths.size() < kPathsFollowed) paths.insert(change.path);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

/// Of the indices, which the line passes in this order, the one where the revert turns from conflict to
/// clean: the last that conflicts.
Result<std::optional<std::size_t>> ClosureSearch::turn_among(const std::vector<std::size_t>& newest_first) {
  // Invariant: places before `conflicting` conflict, from `clean` on all is clean. That holds at the ends; in
  // between any turn will do.
  std::size_t conflicting = 0;
  std::size_t clean = newest_first.size();
  while (conflicting < clean) {
    if (is_spent()) return std::optional<std::size_t>();
    const std::size_t middle = conflicting + (clean - conflicting) / 2;
    KEDGE_TRY(reverted, revert_at(newest_first[middle], members_));
    if (reverted.merged.conflicts.empty()) {
      clean = middle;
    } else {
      conflicting = middle + 1;
    }
  }
  if (conflicting == 0) return std::optional<std::size_t>();
  return std::optional(newest_first[conflicting - 1]);
}

/// The commit in the way that came after the one at `from`.
Result<std::optional<std::size_t>> ClosureSearch::turn_before(std::size_t from, const Reverted& at_tip) {
  KEDGE_TRY(paths, followed_paths(at_tip));
  KEDGE_TRY(candidates, touching(session_.repo, later_, paths));
  std::erase_if(candidates, [&](std::size_t index) { return index >= from; });
  KEDGE_TRY(turn, turn_among(candidates));
  if (turn || is_spent()) return turn;
  std::vector<std::size_t> all;
  for (std::size_t index = 0; index < from; ++index) all.push_back(index);
  return turn_among(all);
}

Result<bool> ClosureSearch::leave_one_out(Reverted& clean) {
  const std::vector<std::size_t> all(members_.begin(), members_.end());
  for (const std::size_t index : all) {
    if (is_spent()) return false;
    std::set<std::size_t> fewer = members_;
    fewer.erase(index);
    KEDGE_TRY(reverted, revert_at(0, fewer));
    if (!reverted.merged.conflicts.empty()) continue;
    members_ = std::move(fewer);
    clean = std::move(reverted);
    return true;
  }
  return false;
}

/// Until no member can be left out: each of them may have been needed only together with one that went.
Result<void> ClosureSearch::leave_out(Reverted& clean) {
  while (members_.size() > 1) {
    KEDGE_TRY(fewer, leave_one_out(clean));
    if (!fewer) break;
  }
  return {};
}

Result<void> ClosureSearch::run(rollback::BranchPlan& plan) {
  if (later_.is_cut) {
    const std::string cause =
        fmt::format("the change is older than the newest {} commits of {}'s own line (limit line_max)",
                    session_.limits.line_max, plan.base);
    plan.closure_note = fmt::format("no clean closure was looked for: {}; fix forward", cause);
    plan.limits.push_back(fmt::format("the closure of {}: {}", plan.base, cause));
    return {};
  }
  std::size_t from = later_.end;
  while (true) {
    KEDGE_CHECK(check_time(session_, "looking for a closure"));
    KEDGE_TRY(at_tip, revert_at(0, members_));
    if (at_tip.merged.conflicts.empty()) {
      KEDGE_CHECK(leave_out(at_tip));
      if (members_.size() > 1 && is_spent())
        plan.limits.push_back(fmt::format("whether each commit of {}'s closure is needed is not known: {}",
                                          plan.base, spent()));
      for (const std::size_t index : members_) {
        plan.closure.push_back(later_.commit(index).sha);
        plan.closure_commits.push_back(note_of(later_.commit(index)));
      }
      plan.closure_tree = at_tip.merged.tree;
      return {};
    }
    if (members_.size() == session_.limits.closure_max) {
      plan.closure_note = why_none("");
      return {};
    }
    KEDGE_TRY(turn, turn_before(from, at_tip));
    if (is_spent()) {
      give_up(plan);
      return {};
    }
    if (!turn || is_landing(*turn)) {
      plan.closure_note = why_none("it conflicts with what came together with it; ");
      return {};
    }
    members_.insert(*turn);
    from = *turn;
  }
}

}  // namespace

Result<void> find_closure(PlanSession& session, const LaterCommits& later, const RevertRequest& revert,
                          rollback::BranchPlan& plan) {
  const Result<void> searched = ClosureSearch(session, later, revert).run(plan);
  // One of the merges that were tried reached a limit of its own: that is no reason to have no plan at all.
  if (searched || searched.error().code != Errc::invalid || session.watch.is_over()) return searched;
  plan.closure_note = fmt::format("no clean closure was found: {}; fix forward", searched.error().message);
  return {};
}

}  // namespace kedge::adapters::git
