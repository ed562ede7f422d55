// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_fetch.h"

#include <algorithm>
#include <set>

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/git_fetch.h"
#include "bot/adapters/git/history.h"
#include "bot/adapters/git/mirror_store.h"
#include "bot/adapters/git/near_misses.h"
#include "bot/adapters/git/resolve_pull.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/squashed.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using Refs = std::map<std::string, std::string>;

/// The names inside a target: both ends of a range, without `~2` and the like.
std::vector<std::string> names_in(const std::string& target) {
  std::vector<std::string> names;
  const std::size_t dots = target.find("..");
  for (const std::string& part :
       {target.substr(0, dots), dots == std::string::npos ? "" : target.substr(dots + 2)}) {
    const std::string name = part.substr(0, part.find_first_of("~^@:"));
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

/// All that may name commits: targets, or the version to restore.
std::vector<std::string> typed(const ports::PlanRequest& request) {
  std::vector<std::string> all = request.targets;
  if (!request.to.empty()) all.push_back(request.to);
  return all;
}

std::vector<std::string> short_names(const Refs& refs) {
  std::vector<std::string> names;
  for (const auto& [name, sha] : refs) {
    for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
      if (name.starts_with(prefix) && !name.ends_with("^{}")) names.push_back(name.substr(prefix.size()));
    }
  }
  return names;
}

/// A branch or tag that went away there must not be planned on here, and its name may block a new one.
Result<void> drop_gone(const Repo& repo, const Refs& remote) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    for (const std::string& ref : repo.refs(prefix)) {
      if (!remote.contains(ref)) KEDGE_CHECK(remove_ref(repo, ref));
    }
  }
  return {};
}

bool is_current(const Repo& repo, const std::string& ref, const std::string& sha) {
  git_oid oid{};
  return git_reference_name_to_id(&oid, repo.raw(), ref.c_str()) == 0 && to_sha(oid) == sha;
}

/// What was fetched once must still be here: git asks for what is new only.
Result<void> check_current(const Repo& repo, const std::string& ref, const std::string& sha) {
  if (repo.has_object(sha)) return {};
  return fail(Errc::corrupt, "cannot read {}: the mirror has lost its object {}", ref, sha);
}

/// Refspecs for what is wanted and not here yet. Errors: corrupt.
Result<std::vector<std::string>> missing_refspecs(const Repo& repo, const Refs& remote,
                                                  const ports::PlanRequest& request) {
  std::set<std::string> heads(request.branches.begin(), request.branches.end());
  std::vector<std::string> specs;
  const auto want = [&](const std::string& there, const std::string& here,
                        const std::string& sha) -> Result<void> {
    if (is_current(repo, here, sha)) return check_current(repo, here, sha);
    specs.push_back(fmt::format("+{}:{}", there, here));
    return {};
  };
  for (const std::string& target : typed(request)) {
    for (const std::string& name : names_in(target)) heads.insert(name);
    const std::int64_t number = pull_request_number(target);
    const std::string head = fmt::format("refs/pull/{}/head", number);
    const auto at = remote.find(head);
    if (at != remote.end()) {
      KEDGE_CHECK(want(head, fmt::format("refs/kedge/pull/{}/head", number), at->second));
    }
  }
  for (const auto& [ref, sha] : remote) {
    const bool head = ref.starts_with("refs/heads/") && heads.contains(ref.substr(11));
    const bool tag = ref.starts_with("refs/tags/") && !ref.ends_with("^{}");
    if (head || tag) KEDGE_CHECK(want(ref, ref, sha));
  }
  return specs;
}

bool has_packs(const Repo& repo) {
  std::error_code none;
  return !std::filesystem::is_empty(repo.git_dir() / "objects/pack", none) && !none;
}

/// A whole SHA that no asked branch holds may still be there to be picked from. Not every server gives it
/// out, and then the target is simply not found.
Result<void> fetch_by_sha(const Repo& repo, const Link& link, const ports::PlanRequest& request) {
  for (const std::string& target : typed(request)) {
    const std::string sha = to_lower(trim(target));
    if (!is_full_sha(sha) || repo.has_commit(sha)) continue;
    KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
    const Result<void> fetched =
        fetch_specs(repo, link, remote, {fmt::format("+{}:refs/kedge/wanted/{}", sha, sha)});
    if (!fetched && !is_not_given(fetched.error())) return fetched;
  }
  return {};
}

/// The commit that a typed SHA means, whole or short.
std::optional<std::string> commit_of(const Repo& repo, const std::string& target) {
  const std::string sha = to_lower(trim(target));
  if (is_full_sha(sha)) return repo.has_commit(sha) ? std::optional(sha) : std::nullopt;
  if (sha.size() < kShortestSha || !is_hex(sha)) return std::nullopt;
  const std::vector<std::string> found = commits_beginning_with(repo, sha);
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

/// Adds the numbers of the squashes on a branch that may hold the commit, by the files they change.
Result<void> add_squashes(const Repo& repo, const std::string& tip, const std::string& sha,
                          const rollback::Limits& limits, std::set<std::int64_t>& numbers) {
  KEDGE_TRY(held, repo.contains(tip, sha));
  KEDGE_TRY(facts, repo.commit(sha));
  if (held || facts.parents.size() != 1) return {};
  KEDGE_TRY(parent, repo.commit(facts.parents.front()));
  KEDGE_TRY(wanted, changes_between(repo, parent.tree, facts.tree));
  KEDGE_TRY(history, BranchHistory::start(repo, tip, limits.history_max));
  KEDGE_CHECK(history.read_all());
  for (const BranchHistory::Entry& entry : history.entries()) {
    const bool squash = entry.mentions.pull_request > 0 && entry.facts.parents.size() == 1;
    if (!squash || numbers.size() >= limits.pulls_max) continue;
    KEDGE_TRY(may_hold, touches_all(repo, entry.facts, wanted));
    if (may_hold) numbers.insert(entry.mentions.pull_request);
  }
  return {};
}

/// A commit that a branch does not have may be in one of its squashes; only the pull request's head tells.
Result<void> fetch_squashed_heads(const Repo& repo, const Link& link, const Refs& refs,
                                  const ports::PlanRequest& request, const rollback::Limits& limits) {
  std::set<std::int64_t> numbers;
  for (const std::string& target : typed(request)) {
    const std::optional<std::string> sha = commit_of(repo, target);
    for (const std::string& branch : request.branches) {
      const std::optional<std::string> tip = repo.commit_at("refs/heads/" + branch);
      if (sha && tip) KEDGE_CHECK(add_squashes(repo, *tip, *sha, limits, numbers));
    }
  }
  std::vector<std::string> specs;
  for (const std::int64_t number : numbers) {
    const auto there = refs.find(fmt::format("refs/pull/{}/head", number));
    const std::string here = fmt::format("refs/kedge/pull/{}/head", number);
    if (there == refs.end() || is_current(repo, here, there->second)) continue;
    specs.push_back(fmt::format("+{}:{}", there->first, here));
  }
  if (specs.empty()) return {};
  KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
  return fetch_specs(repo, link, remote, specs);
}

Result<PlanGround> ground_of(const Repo& repo, const Refs& remote, RepositoryId repository,
                             const ports::PlanRequest& request) {
  PlanGround ground{.repository = repository, .other_names = short_names(remote)};
  for (const std::string& name : request.branches) {
    const std::string ref = "refs/heads/" + name;
    const bool there = remote.contains(ref);
    const std::optional<std::string> tip = there ? repo.commit_at(ref) : std::nullopt;
    if (there && !tip) return fail(Errc::corrupt, "cannot read {} in the mirror", ref);
    const bool known = std::ranges::count(ground.bases, name, &Base::name) > 0;
    if (tip && !known) ground.bases.push_back({.name = name, .ref = ref, .tip = *tip});
    if (!tip) ground.notes.push_back(fmt::format("There is no branch {}.", name));
  }
  if (ground.bases.empty()) {
    std::vector<std::string> close;
    for (const std::string& name : request.branches) {
      for (std::string& miss : near_misses(name, ground.other_names, {})) close.push_back(std::move(miss));
    }
    return fail(Errc::not_found, "cannot plan a rollback: none of the branches {} exists{}",
                join(request.branches, ", "), did_you_mean(close));
  }
  return ground;
}

}  // namespace

Result<void> fetch_specs(const Repo& repo, const Link& link, Remote& remote,
                         const std::vector<std::string>& specs) {
  const bool first = repo.refs("refs/heads/").empty();
  const bool partial = repo.is_partial();
  if (first || partial) {
    // A whole mirror stays one.
    const Blobs blobs = partial ? Blobs::on_demand : has_packs(repo) ? Blobs::all : link.blobs;
    KEDGE_TRY(fetched, fetch_by_git(repo.git_dir(), link, remote, specs, blobs));
    if (fetched) return {};
  }
  return remote.fetch(specs);
}

Result<PlanGround> update_mirror(const Repo& repo, const Link& link, RepositoryId repository,
                                 const ports::PlanRequest& request, const rollback::Limits& limits) {
  KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
  const Refs refs = remote.refs();
  const bool any_branch =
      std::ranges::any_of(refs, [](const auto& ref) { return ref.first.starts_with("refs/heads/"); });
  if (!any_branch) return fail(Errc::invalid, "cannot plan a rollback: the repository has no commits yet");
  KEDGE_CHECK(drop_gone(repo, refs));
  KEDGE_TRY(specs, missing_refspecs(repo, refs, request));
  if (!specs.empty()) KEDGE_CHECK(fetch_specs(repo, link, remote, specs));
  KEDGE_CHECK(fetch_by_sha(repo, link, request));
  KEDGE_CHECK(fetch_squashed_heads(repo, link, refs, request, limits));
  return ground_of(repo, refs, repository, request);
}

}  // namespace kedge::adapters::git
