// SPDX-License-Identifier: Apache-2.0
// Merging a pull request: git's own merge, under the branch's rules.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

int standing_approvals(const Forge& forge, const Repository& repository, const Issue& pull) {
  std::map<std::string, std::string> last;
  for (const auto& review : pull.pull->reviews) {
    if (review.state != "COMMENTED") last[review.author] = review.state;
  }
  int count = 0;
  for (const auto& [login, state] : last) {
    const auto role = forge.role(repository, login);
    const bool writer = role == "admin" || role == "maintain" || role == "write";
    if (state == "CHANGES_REQUESTED" && writer) return -1;
    if (state == "APPROVED" && writer) ++count;
  }
  return count;
}

}  // namespace

std::string Forge::checks_missing(Repository& repository, const std::string& branch, const std::string& sha) {
  const auto rules = repository.protection.find(branch);
  if (rules == repository.protection.end()) return "";
  for (const auto& name : rules->second.required_checks) {
    std::string found;
    std::int64_t newest = 0;
    for (const auto& [id, check] : repository.check_runs) {
      if (check.head_sha == sha && check.name == name && id > newest) {
        newest = id;
        found = check.status == "completed" ? check.conclusion : "pending";
      }
    }
    for (const auto& status : repository.statuses) {
      if (status.sha == sha && equals_ignore_case(status.context, name)) found = status.state;
    }
    if (found != "success" && found != "neutral" && found != "skipped") {
      return "Required status check \"" + name + "\" is " + (found.empty() ? "expected" : found) + ".";
    }
  }
  return "";
}

Mergeability Forge::mergeability(Repository& repository, const Issue& issue) {
  const auto& pull = *issue.pull;
  const auto base = repository.refs.find("refs/heads/" + pull.base_ref);
  if (base == repository.refs.end() || !repository.git.merge_tree(base->second, pull.head_sha)) {
    return {.mergeable = false, .state = "dirty", .reason = "Pull Request is not mergeable"};
  }
  if (pull.draft) return {.state = "draft", .reason = "Pull Request is still a draft"};
  if (const auto rules = repository.protection.find(pull.base_ref); rules != repository.protection.end()) {
    if (standing_approvals(*this, repository, issue) < rules->second.approvals) {
      return {.state = "blocked",
              .reason = "At least " + std::to_string(rules->second.approvals) +
                        " approving review is required by reviewers with write access."};
    }
    if (auto missing = checks_missing(repository, pull.base_ref, pull.head_sha); !missing.empty()) {
      return {.state = "blocked", .reason = std::move(missing)};
    }
  }
  for (const auto& [id, check] : repository.check_runs) {
    if (check.head_sha == pull.head_sha && check.conclusion != "success" && check.conclusion != "neutral" &&
        check.conclusion != "skipped") {
      return {.state = "unstable", .reason = ""};
    }
  }
  return {};
}

void Forge::mark_merged(Repository& repository, Issue& issue, const std::string& sha,
                        const std::string& actor) {
  auto& pull = *issue.pull;
  pull.merged_at = now();
  pull.merged_by = actor;
  pull.merge_commit_sha = sha;
  set_state(repository, issue, false, "", {.kind = Identity::Kind::person, .login = actor});
}

Answer<std::string> Forge::merge(Repository& repository, Issue& issue, const MergeRequest& request,
                                 const Identity& who) {
  auto& pull = *issue.pull;
  if (!issue.open) return refuse(405, "Pull Request is not mergeable");
  if (request.method != "merge" && request.method != "squash") {
    return refuse(405, "Rebase merges are not allowed on this repository.");
  }
  if (!request.sha.empty() && request.sha != pull.head_sha) {
    return refuse(409, "Head branch was modified. Review and try the merge again.");
  }
  const auto standing = mergeability(repository, issue);
  if (!standing.reason.empty()) return refuse(405, standing.reason);
  const auto ref = "refs/heads/" + pull.base_ref;
  const auto base = repository.refs.at(ref);
  const auto tree = repository.git.merge_tree(base, pull.head_sha);
  if (!tree) return refuse(405, "Pull Request is not mergeable");
  const bool squash = request.method == "squash";
  auto title = request.title;
  auto text = request.message;
  const auto number = "#" + std::to_string(issue.number);
  if (title.empty()) {
    title = squash ? issue.title + " (" + number + ")"
                   : "Merge pull request " + number + " from " + repository.owner + "/" + pull.head_ref;
  }
  if (text.empty() && !squash) text = issue.title;
  const auto parents =
      squash ? std::vector<std::string>{base} : std::vector<std::string>{base, pull.head_sha};
  const auto author_login = squash ? issue.author : who.login;
  const auto* author = account(author_login);
  const Signature signature{.name = author != nullptr ? author->name : author_login,
                            .email = author != nullptr ? author->email : author_login + "@example.com",
                            .at = ""};
  const auto sha = repository.git.commit_tree(*tree, parents, title + (text.empty() ? "" : "\n\n" + text),
                                              signature, now());
  if (!sha || !repository.git.update_ref(ref, *sha, base)) {
    return refuse(409, "Base branch was modified. Review and try the merge again.");
  }
  pull.base_sha = base;
  mark_merged(repository, issue, *sha, who.login);
  notice_push(repository, who.login);
  return *sha;
}

}  // namespace kedge::sandbox::forge
