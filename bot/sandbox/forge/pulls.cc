// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {

Answer<Issue*> Forge::create_pull(Repository& repository, const NewPull& request, const Identity& who) {
  auto head = request.head;
  if (const auto colon = head.find(':'); colon != std::string::npos) {
    if (!equals_ignore_case(head.substr(0, colon), repository.owner)) {
      return invalid("PullRequest", "head", "invalid");
    }
    head = head.substr(colon + 1);
  }
  const auto head_at = repository.refs.find("refs/heads/" + head);
  const auto base_at = repository.refs.find("refs/heads/" + request.base);
  if (trim(request.title).empty()) return invalid("PullRequest", "title", "missing_field");
  if (request.title.size() > 256) {
    return invalid("PullRequest", "title", "custom", "title is too long (maximum is 256 characters)");
  }
  if (request.body.size() > 65'536) {
    return invalid("PullRequest", "body", "custom", "body is too long (maximum is 65536 characters)");
  }
  if (base_at == repository.refs.end()) return invalid("PullRequest", "base", "invalid");
  if (head_at == repository.refs.end()) return invalid("PullRequest", "head", "invalid");
  for (const auto& [number, issue] : repository.issues) {
    if (issue.pull && issue.open && issue.pull->head_ref == head && issue.pull->base_ref == request.base) {
      return invalid("PullRequest", "", "custom",
                     "A pull request already exists for " + repository.owner + ":" + head + ".");
    }
  }
  if (repository.git.count(base_at->second + ".." + head_at->second) == 0) {
    return invalid("PullRequest", "", "custom", "No commits between " + request.base + " and " + head);
  }
  Issue issue{.id = next_id(), .number = repository.next_number++, .title = request.title};
  issue.body = request.body;
  issue.author = who.login;
  issue.via_app = who.is_app();
  issue.created_at = issue.updated_at = now();
  issue.pull = PullPart{.base_ref = request.base,
                        .base_sha = base_at->second,
                        .head_ref = head,
                        .head_sha = head_at->second,
                        .draft = request.draft};
  const auto number = issue.number;
  auto& stored = repository.issues[number] = std::move(issue);
  emit_issue(repository, stored, "opened", who.login, {});
  start_runs(repository, "pull_request", head, stored.pull->head_sha, stored.pull->base_sha, who.login);
  return &stored;
}

Answer<void> Forge::change_pull(Repository& repository, Issue& issue, const PullChange& change,
                                const Identity& who) {
  if (change.base && *change.base != issue.pull->base_ref) {
    const auto base = repository.refs.find("refs/heads/" + *change.base);
    if (base == repository.refs.end()) return invalid("PullRequest", "base", "invalid");
    const Json from = {{"ref", {{"from", issue.pull->base_ref}}}, {"sha", {{"from", issue.pull->base_sha}}}};
    issue.pull->base_ref = *change.base;
    issue.pull->base_sha = base->second;
    emit_issue(repository, issue, "edited", who.login, {{"changes", {{"base", from}}}});
  }
  if (change.state == "open" && !issue.open && issue.pull->merged_at) {
    return invalid("PullRequest", "state", "custom", "state cannot be changed. The pull request is merged.");
  }
  if (change.state == "open" && !issue.open &&
      !repository.refs.contains("refs/heads/" + issue.pull->head_ref)) {
    return invalid("PullRequest", "state", "custom",
                   "state cannot be changed. The " + issue.pull->head_ref + " branch has been deleted.");
  }
  return change_issue(repository, issue,
                      {.title = change.title,
                       .body = change.body,
                       .state = change.state,
                       .state_reason = std::nullopt,
                       .labels = std::nullopt,
                       .assignees = std::nullopt},
                      who);
}

Answer<Review*> Forge::review(Repository& repository, Issue& pull, const std::string& event,
                              const std::string& body, const std::string& commit_id, const Identity& who) {
  std::string state = event == "APPROVE"           ? "APPROVED"
                      : event == "REQUEST_CHANGES" ? "CHANGES_REQUESTED"
                      : event == "COMMENT"         ? "COMMENTED"
                                                   : "";
  if (state.empty()) return invalid("PullRequestReview", "event", "invalid");
  if (state != "COMMENTED" && equals_ignore_case(pull.author, who.login)) {
    return refuse(422, state == "APPROVED" ? "Can not approve your own pull request"
                                           : "Can not request changes on your own pull request");
  }
  if (state != "APPROVED" && trim(body).empty()) {
    return invalid("PullRequestReview", "body", "missing_field");
  }
  auto& reviews = pull.pull->reviews;
  reviews.push_back({.id = next_id(),
                     .author = who.login,
                     .state = std::move(state),
                     .body = body,
                     .commit_id = commit_id.empty() ? pull.pull->head_sha : commit_id,
                     .submitted_at = now()});
  pull.pull->requested_reviewers.erase(who.login);
  pull.updated_at = now();
  auto review = review_json(*this, repository, pull, reviews.back());
  review["state"] = to_lower(reviews.back().state);  // Webhooks have it in lower case, REST in upper.
  emit(&repository, "pull_request_review", "submitted",
       {{"review", review}, {"pull_request", pull_json(*this, repository, pull)}}, who.login);
  return &reviews.back();
}

Answer<void> Forge::request_reviewers(Repository& repository, Issue& pull,
                                      const std::vector<std::string>& logins, const Identity& who) {
  for (const auto& login : logins) {
    const auto role_name = role(repository, login);
    const bool known = account(login) != nullptr && repository.collaborators.contains(login);
    if (!known || role_name == "none") {
      return refuse(422,
                    "Reviews may only be requested from collaborators. One or more of the users or "
                    "teams you specified is not a collaborator of the " +
                        repository.full_name() + " repository.");
    }
    if (equals_ignore_case(login, pull.author)) {
      return refuse(422, "Review cannot be requested from pull request author.");
    }
  }
  for (const auto& login : logins) {
    if (!pull.pull->requested_reviewers.insert(login).second) continue;
    emit_issue(repository, pull, "review_requested", who.login,
               {{"requested_reviewer", account_json(*this, login)}});
  }
  return {};
}

}  // namespace kedge::sandbox::forge
