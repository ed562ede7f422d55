// SPDX-License-Identifier: Apache-2.0
// What follows from a moved ref, whoever moved it.
#include <algorithm>

#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

constexpr int kPushCommitsMax = 2048;

}  // namespace

void Forge::adopt_refs(Repository& repository) {
  repository.refs = repository.git.refs();
}

int Forge::notice_push(Repository& repository, const std::string& actor) {
  const auto before = repository.refs;
  const auto after = repository.git.refs();
  repository.refs = after;
  int moved = 0;
  for (const auto& [ref, sha] : after) {
    const auto known = before.find(ref);
    if (known != before.end() && known->second == sha) continue;
    ++moved;
    const auto old = known == before.end() ? kNoCommit : known->second;
    if (ref.starts_with("refs/heads/")) {
      branch_moved(repository, ref.substr(11), old, sha, actor);
    } else if (ref.starts_with("refs/tags/")) {
      emit_push(repository, ref, old, sha, actor);
    }
  }
  for (const auto& [ref, sha] : before) {
    if (after.contains(ref)) continue;
    ++moved;
    if (ref.starts_with("refs/heads/")) branch_moved(repository, ref.substr(11), sha, kNoCommit, actor);
    if (ref.starts_with("refs/tags/")) emit_push(repository, ref, sha, kNoCommit, actor);
  }
  if (moved > 0) repository.pushed_at = repository.updated_at = now();
  return moved;
}

void Forge::branch_moved(Repository& repository, const std::string& branch, const std::string& before,
                         const std::string& after, const std::string& actor) {
  emit_push(repository, "refs/heads/" + branch, before, after, actor);
  update_pulls(repository, branch, after, actor);
  if (after != kNoCommit) start_runs(repository, "push", branch, after, before, actor);
}

void Forge::emit_push(Repository& repository, const std::string& ref, const std::string& before,
                      const std::string& after, const std::string& actor) {
  Json commits = Json::array();
  Json head = nullptr;
  const bool deleted = after == kNoCommit;
  const bool created = before == kNoCommit;
  if (!deleted) {
    if (const auto tip = repository.git.commit(after)) head = push_commit_json(*this, repository, *tip);
    // A new branch brings what the default branch has not.
    const auto base = created ? repository.refs["refs/heads/" + repository.default_branch] : before;
    const bool is_default = ref == "refs/heads/" + repository.default_branch;
    const auto range = base.empty() || (created && is_default) ? after : base + ".." + after;
    auto listed = repository.git.log(range, "", kPushCommitsMax);
    std::reverse(listed.begin(), listed.end());
    for (const auto& commit : listed) commits.push_back(push_commit_json(*this, repository, commit));
  }
  const auto* person = account(actor);
  const auto page = url() + "/" + repository.full_name();
  const bool forced = !created && !deleted && !repository.git.is_ancestor(before, after);
  emit(&repository, "push", "",
       {{"ref", ref},
        {"before", before},
        {"after", after},
        {"created", created},
        {"deleted", deleted},
        {"forced", forced},
        {"base_ref", nullptr},
        {"compare", page + "/compare/" + before.substr(0, 12) + "..." + after.substr(0, 12)},
        {"commits", std::move(commits)},
        {"head_commit", std::move(head)},
        {"pusher",
         {{"name", actor},
          {"email", person != nullptr && person->type == "User" ? Json(person->email) : Json(nullptr)}}}},
       actor);
}

void Forge::update_pulls(Repository& repository, const std::string& branch, const std::string& after,
                         const std::string& actor) {
  std::optional<std::set<std::string>> merged;  // Asked once, and only if a pull request wants to know.
  for (auto& [number, issue] : repository.issues) {
    if (!issue.pull || !issue.open) continue;
    auto& pull = *issue.pull;
    if (pull.head_ref == branch && pull.head_sha != after) {
      if (after == kNoCommit) {
        set_state(repository, issue, false, "", {.kind = Identity::Kind::person, .login = actor});
        continue;
      }
      const auto before = pull.head_sha;
      pull.head_sha = after;
      issue.updated_at = now();
      emit_issue(repository, issue, "synchronize", actor, {{"before", before}, {"after", after}});
      start_runs(repository, "pull_request", branch, after, before, actor);
    }
    if (pull.base_ref != branch || after == kNoCommit) continue;
    if (!merged) merged = repository.git.merged_branches(after);
    if (merged->contains(pull.head_ref) && repository.refs["refs/heads/" + pull.head_ref] == pull.head_sha) {
      mark_merged(repository, issue, pull.head_sha, actor);
    }
  }
}

}  // namespace kedge::sandbox::forge
