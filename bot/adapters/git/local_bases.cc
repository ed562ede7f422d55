// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/local_bases.h"

#include <algorithm>
#include <optional>

#include "bot/adapters/git/near_misses.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kOrigin = "refs/remotes/origin/";

std::optional<Base> base_at(const Repo& repo, std::string_view prefix, const std::string& name) {
  const std::string ref = std::string(prefix) + name;
  const std::optional<std::string> tip = repo.commit_at(ref);
  if (!tip) return std::nullopt;
  return Base{.name = name, .ref = ref, .tip = *tip};
}

Result<std::optional<Base>> find_base(const Repo& repo, const std::string& name,
                                      std::vector<std::string>& notes) {
  std::optional<Base> local = base_at(repo, kHeads, name);
  std::optional<Base> origin = base_at(repo, kOrigin, name);
  if (!local || !origin || local->tip == origin->tip) return local ? local : origin;
  KEDGE_TRY(origin_is_ahead, repo.contains(origin->tip, local->tip));
  if (origin_is_ahead) {
    notes.push_back(fmt::format("Your {} is behind origin/{}: planned on origin's.", name, name));
    return origin;
  }
  KEDGE_TRY(local_is_ahead, repo.contains(local->tip, origin->tip));
  if (!local_is_ahead) {
    notes.push_back(fmt::format("Warning: your {} and origin/{} went apart: planned on yours.", name, name));
  }
  return local;
}

/// The branch that HEAD names; nothing where HEAD is detached.
std::optional<std::string> head_branch(const Repo& repo) {
  git_reference* raw = nullptr;
  if (git_repository_head(&raw, repo.raw()) != 0) return std::nullopt;
  const ReferenceHandle head(raw);
  const std::string_view name = git_reference_name(raw);
  if (!name.starts_with(kHeads)) return std::nullopt;
  return std::string(name.substr(kHeads.size()));
}

Result<std::vector<std::string>> default_names(const Repo& repo) {
  std::vector<std::string> names;
  for (const char* name : {"main", "develop"}) {
    if (base_at(repo, kHeads, name) || base_at(repo, kOrigin, name)) names.emplace_back(name);
  }
  if (!names.empty()) return names;
  if (const auto head = head_branch(repo)) return std::vector<std::string>{*head};
  return fail(Errc::invalid,
              "cannot choose a branch: there is neither main nor develop, and HEAD names none; say --branch");
}

std::vector<std::string> branch_names(const Repo& repo) {
  std::vector<std::string> names;
  for (const std::string_view prefix : {kHeads, kOrigin}) {
    for (const std::string& ref : repo.refs(prefix)) names.push_back(ref.substr(prefix.size()));
  }
  return names;
}

}  // namespace

Result<PlanGround> local_ground(const Repo& repo, const std::vector<std::string>& names) {
  if (repo.refs("refs/heads/").empty() && repo.refs("refs/remotes/").empty() && !repo.commit_at("HEAD")) {
    return fail(Errc::invalid, "cannot plan a rollback: the repository has no commits yet");
  }
  std::vector<std::string> wanted = names;
  if (wanted.empty()) {
    KEDGE_TRY(defaults, default_names(repo));
    wanted = std::move(defaults);
  }
  PlanGround ground;
  for (const std::string& name : wanted) {
    if (std::ranges::count(ground.bases, name, &Base::name) > 0) continue;
    KEDGE_TRY(base, find_base(repo, name, ground.notes));
    if (!base) {
      return fail(Errc::not_found, "cannot find branch {}{}", to_valid_utf8(name),
                  did_you_mean(near_misses(name, branch_names(repo), {})));
    }
    ground.bases.push_back(std::move(*base));
  }
  for (const char* name : {"main", "develop"}) {
    if (std::ranges::count(ground.bases, name, &Base::name) > 0) continue;
    std::vector<std::string> unsaid;
    KEDGE_TRY(base, find_base(repo, name, unsaid));
    if (base) ground.flow.push_back(std::move(*base));
  }
  return ground;
}

}  // namespace kedge::adapters::git
