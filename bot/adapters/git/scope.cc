// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/scope.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

/// Clocks of the people who commit disagree by less.
constexpr std::int64_t kClockSkew = std::int64_t{24} * 60 * 60;

/// Tells for one commit after another whether it holds one of the wanted ones; remembers all it saw. Commits
/// that are older than those cannot, so a fresh change costs little in an old repository.
class Holders {
 public:
  Holders(const PlanSession& session, const std::set<std::string>& wanted, std::int64_t oldest)
      : session_(session), wanted_(wanted), oldest_(oldest) {}

  Result<bool> holds(const std::string& tip);
  [[nodiscard]] bool is_spent() const { return known_.size() > session_.limits.scope_max; }

 private:
  struct Seen {
    bool holds = false;
    std::vector<std::string> parents;  ///< Those still to be looked at.
  };
  Result<Seen> look_at(const std::string& sha) const;

  const PlanSession& session_;
  const std::set<std::string>& wanted_;
  std::int64_t oldest_;
  std::unordered_map<std::string, Seen> known_;
};

Result<Holders::Seen> Holders::look_at(const std::string& sha) const {
  Seen seen{.holds = wanted_.contains(sha)};
  if (seen.holds) return seen;
  KEDGE_TRY(time, session_.repo.commit_time(sha));
  if (time + kClockSkew < oldest_) return seen;
  KEDGE_TRY(commit, session_.repo.raw_commit(sha));
  for (unsigned int i = 0; i < git_commit_parentcount(commit.get()); ++i) {
    seen.parents.push_back(to_sha(*git_commit_parent_id(commit.get(), i)));
  }
  return seen;
}

Result<bool> Holders::holds(const std::string& tip) {
  std::vector<std::string> path = {tip};
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
    path.push_back(std::move(here.parents.back()));
    here.parents.pop_back();
  }
  const auto at = known_.find(tip);
  return at != known_.end() && at->second.holds;
}

struct Ref {
  std::string name;
  std::string commit;
  std::int64_t time = 0;
};

bool is_kedges(std::string_view branch) {
  return branch.starts_with("rollback/") || branch.starts_with("hotfix/") || branch.starts_with("reland/");
}

/// The branches and the tags, each name once: a local branch goes before origin's.
struct NamedRefs {
  std::map<std::string, Ref> branches;
  std::map<std::string, Ref> tags;
};

NamedRefs named_refs(const Repo& repo) {
  constexpr std::string_view kHeads = "refs/heads/";
  constexpr std::string_view kRemote = "refs/remotes/origin/";
  constexpr std::string_view kTags = "refs/tags/";
  NamedRefs refs;
  for (RefAt& ref : refs_at(repo, {kHeads, kRemote, kTags})) {
    const bool is_tag = ref.name.starts_with(kTags);
    const std::size_t prefix = is_tag                         ? kTags.size()
                               : ref.name.starts_with(kHeads) ? kHeads.size()
                                                              : kRemote.size();
    const std::string name = ref.name.substr(prefix);
    // A tag may stand on a tree or a file.
    const Result<std::int64_t> time = repo.commit_time(ref.commit);
    if (!time || name == "HEAD" || is_kedges(name)) continue;
    (is_tag ? refs.tags : refs.branches)
        .try_emplace(name, Ref{.name = name, .commit = std::move(ref.commit), .time = *time});
  }
  return refs;
}

std::vector<Ref> values(std::map<std::string, Ref>& refs) {
  std::vector<Ref> all;
  for (auto& [name, ref] : refs) all.push_back(std::move(ref));
  return all;
}

Result<void> add_holders(Holders& holders, const std::vector<Ref>& refs, std::vector<std::string>& names,
                         std::int64_t& more) {
  for (const Ref& ref : refs) {
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
  const std::set<std::string> wanted(commits.begin(), commits.end());
  std::int64_t oldest = 0;
  for (const std::string& sha : wanted) {
    KEDGE_TRY(facts, session.repo.commit(sha));
    oldest = oldest == 0 ? facts.commit_time : std::min(oldest, facts.commit_time);
  }
  Holders holders(session, wanted, oldest);
  rollback::ReleaseScope scope;
  NamedRefs refs = named_refs(session.repo);
  std::vector<Ref> tags = values(refs.tags);
  std::ranges::stable_sort(tags, {}, &Ref::time);
  KEDGE_CHECK(add_holders(holders, values(refs.branches), scope.branches, scope.branches_more));
  KEDGE_CHECK(add_holders(holders, tags, scope.tags, scope.tags_more));
  if (!holders.is_spent()) return scope;
  notes.push_back(
      fmt::format("Which branches and tags hold it would take reading more than {} commits (limit "
                  "scope_max): `git tag --contains` tells.",
                  session.limits.scope_max));
  return rollback::ReleaseScope{};
}

}  // namespace kedge::adapters::git
