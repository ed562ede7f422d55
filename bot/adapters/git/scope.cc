// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/scope.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using OidSet = std::unordered_set<git_oid, OidHash, OidEqual>;

/// Tells for one commit after another whether it holds one of the wanted ones; remembers all it saw. Commits
/// that are older than those cannot, so a fresh change costs little in an old repository.
class Holders {
 public:
  Holders(const PlanSession& session, const OidSet& wanted, std::int64_t oldest)
      : session_(session), wanted_(wanted), oldest_(oldest) {}

  Result<bool> holds(const git_oid& tip);
  [[nodiscard]] bool is_spent() const { return known_.size() > session_.limits.scope_max; }

 private:
  struct Seen {
    bool holds = false;
    std::vector<git_oid> parents;  ///< Those still to be looked at.
  };
  Result<Seen> look_at(const git_oid& oid) const;

  const PlanSession& session_;
  const OidSet& wanted_;
  std::int64_t oldest_;
  std::unordered_map<git_oid, Seen, OidHash, OidEqual> known_;
};

Result<Holders::Seen> Holders::look_at(const git_oid& oid) const {
  Seen seen{.holds = wanted_.contains(oid)};
  if (seen.holds) return seen;
  KEDGE_TRY(commit, session_.repo.raw_commit(oid));
  if (git_commit_time(commit.get()) + kClockSkew < oldest_) return seen;
  for (unsigned int i = 0; i < git_commit_parentcount(commit.get()); ++i) {
    seen.parents.push_back(*git_commit_parent_id(commit.get(), i));
  }
  return seen;
}

Result<bool> Holders::holds(const git_oid& tip) {
  std::vector<git_oid> path = {tip};
  while (!path.empty() && !is_spent()) {
    const auto at = known_.find(path.back());
    if (at == known_.end()) {
      KEDGE_TRY(seen, look_at(path.back()));
      known_.emplace(path.back(), std::move(seen));
      continue;
    }
    Seen& here = at->second;
    if (here.holds || here.parents.empty()) {
      const bool held = here.holds;
      path.pop_back();
      if (held && !path.empty()) known_.at(path.back()).holds = true;
      continue;
    }
    path.push_back(here.parents.back());
    here.parents.pop_back();
  }
  const auto at = known_.find(tip);
  return at != known_.end() && at->second.holds;
}

bool is_kedges(std::string_view branch) {
  return branch.starts_with("rollback/") || branch.starts_with("hotfix/") || branch.starts_with("reland/");
}

/// The branches by name, each once: a local one goes before origin's. The tags that may hold a commit of the
/// time `oldest`, oldest first.
struct NamedRefs {
  std::vector<RefAt> branches;
  std::vector<RefAt> tags;
};

NamedRefs named_refs(const Repo& repo, std::int64_t oldest) {
  NamedRefs refs;
  std::vector<RefAt> remote;
  for_each_ref(repo, [&](const RefAt& ref) {
    const auto add = [&](std::vector<RefAt>& to, std::string_view prefix) {
      const std::string_view name = std::string_view(ref.name).substr(prefix.size());
      if (name != "HEAD" && !is_kedges(name))
        to.push_back({.name = std::string(name), .commit = ref.commit, .time = ref.time});
    };
    // An old repository has thousands of tags, and a fresh change is in few of them.
    if (ref.name.starts_with(kTags) && ref.time + kClockSkew >= oldest) add(refs.tags, kTags);
    if (ref.name.starts_with(kHeads)) add(refs.branches, kHeads);
    if (ref.name.starts_with(kRemoteHeads)) add(remote, kRemoteHeads);
  });
  const auto locals = static_cast<std::ptrdiff_t>(refs.branches.size());
  for (RefAt& ref : remote) {
    const auto end = refs.branches.begin() + locals;
    if (std::find_if(refs.branches.begin(), end, [&](const RefAt& one) { return one.name == ref.name; }) ==
        end)
      refs.branches.push_back(std::move(ref));
  }
  std::ranges::sort(refs.branches, {}, &RefAt::name);
  std::ranges::sort(refs.tags, {}, [](const RefAt& tag) { return std::tie(tag.time, tag.name); });
  return refs;
}

Result<void> add_holders(Holders& holders, const std::vector<RefAt>& refs, std::vector<std::string>& names,
                         std::int64_t& more) {
  for (const RefAt& ref : refs) {
    KEDGE_TRY(holds, holders.holds(ref.commit));
    if (!holds) continue;
    if (names.size() < rollback::kScopeShown) {
      names.push_back(to_valid_utf8(ref.name));
    } else {
      ++more;
    }
  }
  return {};
}

}  // namespace

Result<rollback::ReleaseScope> release_scope(const PlanSession& session,
                                             const std::vector<std::string>& commits,
                                             std::vector<std::string>& notes) {
  OidSet wanted;
  std::int64_t oldest = std::numeric_limits<std::int64_t>::max();
  for (const std::string& sha : commits) {
    const git_oid oid = to_oid(sha);
    KEDGE_TRY(time, session.repo.commit_time(oid));
    oldest = std::min(oldest, time);
    wanted.insert(oid);
  }
  Holders holders(session, wanted, oldest);
  rollback::ReleaseScope scope;
  const NamedRefs refs = named_refs(session.repo, oldest);
  KEDGE_CHECK(add_holders(holders, refs.branches, scope.branches, scope.branches_more));
  KEDGE_CHECK(add_holders(holders, refs.tags, scope.tags, scope.tags_more));
  if (!holders.is_spent()) return scope;
  notes.push_back(
      fmt::format("Which branches and tags hold it would take reading more than {} commits (limit "
                  "scope_max): `git tag --contains` tells.",
                  session.limits.scope_max));
  return rollback::ReleaseScope{};
}

}  // namespace kedge::adapters::git
