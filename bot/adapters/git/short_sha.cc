// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/short_sha.h"

#include <algorithm>
#include <optional>

namespace kedge::adapters::git {
namespace {

std::optional<std::string> commit_behind(const Repo& repo, const git_oid& oid) {
  git_object* raw = nullptr;
  if (git_object_lookup(&raw, repo.raw(), &oid, GIT_OBJECT_ANY) != 0) return std::nullopt;
  const ObjectHandle object(raw);
  const git_object_t type = git_object_type(raw);
  if (type != GIT_OBJECT_COMMIT && type != GIT_OBJECT_TAG) return std::nullopt;
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, raw, GIT_OBJECT_COMMIT) != 0) return std::nullopt;
  const ObjectHandle commit(peeled);
  return to_sha(*git_object_id(peeled));
}

struct Search {
  std::string_view prefix;
  std::vector<git_oid> found;
};

int collect(const git_oid* oid, void* payload) {
  Search& search = *static_cast<Search*>(payload);
  if (git_oid_ncmp(oid, search.found.data(), search.prefix.size()) == 0) search.found.push_back(*oid);
  return 0;
}

/// Every object on disk that begins so. Asked through a handle of its own: libgit2 would call a function that
/// the backend of keep_writes_in_memory() does not have.
std::vector<git_oid> objects_beginning_with(const Repo& repo, std::string_view prefix,
                                            const git_oid& wanted) {
  const std::string objects = std::string(git_repository_commondir(repo.raw())) + "objects";
  git_odb* raw = nullptr;
  if (git_odb_open(&raw, objects.c_str()) != 0) return {};
  const OdbHandle odb(raw);
  // The first element is what the others are compared with.
  Search search{.prefix = prefix, .found = {wanted}};
  git_odb_foreach(raw, collect, &search);
  return {search.found.begin() + 1, search.found.end()};
}

}  // namespace

std::vector<std::string> commits_beginning_with(const Repo& repo, std::string_view prefix) {
  git_oid wanted{};
  const std::string text(prefix);
  if (git_oid_fromstrn(&wanted, text.c_str(), text.size()) != 0) return {};
  git_oid only{};
  const int code = git_odb_exists_prefix(&only, repo.odb(), &wanted, prefix.size());
  std::vector<git_oid> candidates;
  if (code == 0) candidates.push_back(only);
  if (code == GIT_EAMBIGUOUS) candidates = objects_beginning_with(repo, prefix, wanted);
  std::vector<std::string> commits;
  for (const git_oid& oid : candidates) {
    if (auto commit = commit_behind(repo, oid)) commits.push_back(std::move(*commit));
  }
  std::ranges::sort(commits);
  commits.erase(std::unique(commits.begin(), commits.end()), commits.end());
  return commits;
}

}  // namespace kedge::adapters::git
