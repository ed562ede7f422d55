// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "bot/base/text.h"
#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox::forge {
namespace {

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 100 && name != "." && name != ".." && !name.ends_with(".git") &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
             std::string::npos;
}

/// What git's own rules and GitHub's (no object id as a name) allow; a branch `a` beside `a/b` git refuses.
bool is_ref_name(const std::string& ref) {
  const auto at = ref.find('/', 5);
  if (!ref.starts_with("refs/") || at == std::string::npos) return false;
  const auto name = ref.substr(at + 1);
  return !name.empty() && name.front() != '-' && !(name.size() == 40 && is_hex(name)) &&
         name.find_first_of(" ~^:?*[\\") == std::string::npos && name.find("..") == std::string::npos &&
         !name.ends_with('/') && !name.ends_with(".lock") && !name.ends_with('.');
}

}  // namespace

Answer<Repository*> Forge::create_repository(const std::string& owner, const std::string& name,
                                             const std::string& default_branch, bool is_private) {
  if (!is_name(name) || !is_name(owner)) return invalid("Repository", "name", "invalid");
  if (repository(owner, name) != nullptr) {
    return invalid("Repository", "name", "custom", "name already exists on this account");
  }
  add_account(owner, "Organization");
  Repository made{.id = next_id(), .owner = account(owner)->login, .name = name};
  made.is_private = is_private;
  made.default_branch = default_branch;
  made.created_at = made.updated_at = made.pushed_at = now();
  std::error_code ignored;
  std::filesystem::create_directories(options_.directory + "/" + made.owner, ignored);
  made.git = Git(options_.directory + "/" + made.full_name() + ".git");
  if (!made.git.init(default_branch)) return refuse(500, "cannot make the repository on disk");
  for (const auto& [label_name, color] :
       {std::pair{"bug", "d73a4a"}, std::pair{"enhancement", "a2eeef"}, std::pair{"question", "d876e3"}}) {
    made.labels.push_back({.id = next_id(), .name = label_name, .color = color, .description = {}});
  }
  const auto id = made.id;
  install(made.owner);
  return &(repositories_[id] = std::move(made));
}

Repository* Forge::repository(const std::string& owner, const std::string& name) {
  for (auto& [id, repository] : repositories_) {
    if (equals_ignore_case(repository.owner, owner) && equals_ignore_case(repository.name, name)) {
      return &repository;
    }
  }
  return nullptr;
}

Repository* Forge::repository(std::int64_t id) {
  const auto found = repositories_.find(id);
  return found == repositories_.end() ? nullptr : &found->second;
}

Answer<std::string> Forge::commit(Repository& repository, const CommitRequest& request,
                                  const std::string& actor) {
  auto full = request;
  const auto* person = account(actor);
  if (full.name.empty()) full.name = person != nullptr ? person->name : actor;
  if (full.email.empty()) full.email = person != nullptr ? person->email : actor + "@example.com";
  if (full.at == TimePoint{}) full.at = now();
  if (!is_ref_name("refs/heads/" + full.branch)) return invalid("Reference", "ref", "invalid");
  const auto sha = repository.git.write(full);
  if (!sha) return refuse(422, "git refused the commit");
  notice_push(repository, actor);
  return *sha;
}

Answer<std::string> Forge::create_ref(Repository& repository, const std::string& ref, const std::string& sha,
                                      const std::string& actor) {
  if (!is_ref_name(ref)) return refuse(422, "Reference name is not valid");
  if (repository.refs.empty()) return refuse(409, "Git Repository is empty.");
  if (!is_hex(sha) || sha.size() != 40 || !repository.git.commit(sha)) {
    return refuse(422, "Object does not exist");
  }
  if (repository.git.refs().contains(ref)) return refuse(422, "Reference already exists");
  if (!repository.git.update_ref(ref, sha, kNoCommit)) {
    return refuse(422, "Reference could not be created");
  }
  notice_push(repository, actor);
  return sha;
}

Answer<std::string> Forge::move_ref(Repository& repository, const std::string& ref, const std::string& sha,
                                    bool force, const std::string& actor) {
  const auto refs = repository.git.refs();
  const auto found = refs.find(ref);
  if (found == refs.end()) return refuse(422, "Reference does not exist");
  if (!is_hex(sha) || sha.size() != 40 || !repository.git.commit(sha)) {
    return refuse(422, "Object does not exist");
  }
  if (!force && !repository.git.is_ancestor(found->second, sha)) {
    return refuse(422, "Update is not a fast forward");
  }
  if (!repository.git.update_ref(ref, sha, found->second)) {
    return refuse(409, "Reference was changed by somebody else");
  }
  notice_push(repository, actor);
  return sha;
}

Answer<void> Forge::delete_ref(Repository& repository, const std::string& ref, const std::string& actor) {
  if (ref == "refs/heads/" + repository.default_branch) {
    return refuse(422, "Cannot delete the default branch");
  }
  const auto refs = repository.git.refs();
  const auto found = refs.find(ref);
  if (found == refs.end()) return refuse(422, "Reference does not exist");
  if (!repository.git.update_ref(ref, "", found->second)) {
    return refuse(409, "Reference was changed by somebody else");
  }
  notice_push(repository, actor);
  return {};
}

}  // namespace kedge::sandbox::forge
