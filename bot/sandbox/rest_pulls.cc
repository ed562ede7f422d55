// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kReadPulls{.permissions = "pull_requests=read"};
constexpr Needs kWritePulls{.permissions = "pull_requests=write"};
constexpr Needs kMerge{.permissions = "contents=write", .role = "write"};

forge::Issue* find_pull(Call& call) {
  const auto found = call.repository->issues.find(call.number(0));
  const bool there = found != call.repository->issues.end() && found->second.pull;
  return there ? &found->second : nullptr;
}

Json pull_detail(Call& call, const forge::Issue& issue) {
  auto body = pull_json(call.forge, *call.repository, issue);
  add_pull_figures(body, *call.repository, issue);
  if (issue.open) {
    const auto standing = call.forge.mergeability(*call.repository, issue);
    body["mergeable"] = standing.mergeable;
    body["mergeable_state"] = standing.state;
    body["rebaseable"] = false;
  }
  return body;
}

Response list_pulls(Call& call) {
  const auto& request = call.request;
  const auto state = request.parameter("state", "open");
  const auto base = request.parameter("base");
  auto head = request.parameter("head");
  const auto colon = head.find(':');
  // Without `OWNER:` GitHub does not filter by head.
  const auto head_owner = colon == std::string::npos ? "" : head.substr(0, colon);
  head = colon == std::string::npos ? "" : head.substr(colon + 1);
  std::vector<const forge::Issue*> found;
  for (const auto& [number, issue] : call.repository->issues) {
    if (!issue.pull || (state != "all" && (state == "open") != issue.open)) continue;
    if (!base.empty() && issue.pull->base_ref != base) continue;
    const bool other_owner = !head_owner.empty() && !equals_ignore_case(head_owner, call.repository->owner);
    if (!head.empty() && (issue.pull->head_ref != head || other_owner)) continue;
    found.push_back(&issue);
  }
  const bool by_update = request.parameter("sort", "created") == "updated";
  const bool ascending = request.parameter("direction", "desc") == "asc";
  const auto key = [&](const forge::Issue* issue) {
    return std::pair(by_update ? to_unix_ms(issue->updated_at) : issue->number, issue->number);
  };
  std::sort(found.begin(), found.end(),
            [&](const auto* a, const auto* b) { return ascending ? key(a) < key(b) : key(b) < key(a); });
  std::vector<Json> items;
  for (const auto* issue : found) items.push_back(pull_json(call.forge, *call.repository, *issue));
  return page(call, std::move(items));
}

Response create_pull(Call& call) {
  for (const auto* key : {"title", "head", "base"}) {
    if (!call.optional_text(key)) return error(forge::invalid("PullRequest", key, "missing_field"));
  }
  const auto made = call.forge.create_pull(*call.repository,
                                           {.title = call.text("title"),
                                            .body = call.text("body"),
                                            .head = call.text("head"),
                                            .base = call.text("base"),
                                            .draft = call.body.value("draft", false)},
                                           call.who);
  return made ? json(201, pull_detail(call, **made)) : error(made.error());
}

Response get_pull(Call& call) {
  const auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  const auto& git = call.repository->git;
  if (call.request.header("accept").find("diff") != std::string::npos) {
    const auto base =
        git.merge_base(pull->pull->base_sha, pull->pull->head_sha).value_or(pull->pull->base_sha);
    return text_response(200, git.patch(base, pull->pull->head_sha),
                         "application/vnd.github.diff; charset=utf-8");
  }
  return json(200, pull_detail(call, *pull));
}

Response change_pull(Call& call) {
  auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  const auto role = call.forge.role(*call.repository, call.who.login);
  const bool own = equals_ignore_case(call.who.login, pull->author);
  if (!call.who.is_app() && !own && (role == "read" || role == "triage")) {
    return error(403, "Must have write access to Repository.");
  }
  const auto done = call.forge.change_pull(*call.repository, *pull,
                                           {.title = call.optional_text("title"),
                                            .body = call.optional_text("body"),
                                            .state = call.optional_text("state"),
                                            .base = call.optional_text("base")},
                                           call.who);
  return done ? json(200, pull_detail(call, *pull)) : error(done.error());
}

Response is_merged(Call& call) {
  const auto* pull = find_pull(call);
  return pull != nullptr && pull->pull->merged_at ? no_content() : error(404, "Not Found");
}

Response merge_pull(Call& call) {
  auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  const auto done = call.forge.merge(*call.repository, *pull,
                                     {.method = call.text("merge_method", "merge"),
                                      .sha = call.text("sha"),
                                      .title = call.text("commit_title"),
                                      .message = call.text("commit_message")},
                                     call.who);
  if (!done) return error(done.error());
  return json(200, {{"sha", *done}, {"merged", true}, {"message", "Pull Request successfully merged"}});
}

Response list_reviews(Call& call) {
  const auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  std::vector<Json> items;
  for (const auto& each : pull->pull->reviews)
    items.push_back(review_json(call.forge, *call.repository, *pull, each));
  return page(call, std::move(items));
}

Response create_review(Call& call) {
  auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  const auto made = call.forge.review(*call.repository, *pull, call.text("event"), call.text("body"),
                                      call.text("commit_id"), call.who);
  return made ? json(200, review_json(call.forge, *call.repository, *pull, **made)) : error(made.error());
}

Response list_files(Call& call) {
  const auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  const auto& git = call.repository->git;
  const auto& part = *pull->pull;
  std::vector<Json> items;
  for (const auto& change :
       git.changes(git.merge_base(part.base_sha, part.head_sha).value_or(part.base_sha), part.head_sha)) {
    items.push_back(file_change_json(call.forge, *call.repository, part.head_sha, change));
  }
  return page(call, std::move(items));
}

Response list_pull_commits(Call& call) {
  const auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  auto listed = call.repository->git.log(pull->pull->base_sha + ".." + pull->pull->head_sha, "", 250);
  std::reverse(listed.begin(), listed.end());
  std::vector<Json> items;
  for (const auto& commit : listed) items.push_back(commit_json(call.forge, *call.repository, commit));
  return page(call, std::move(items));
}

Response request_reviewers(Call& call) {
  auto* pull = find_pull(call);
  if (pull == nullptr) return error(404, "Not Found");
  if (!call.texts("team_reviewers").empty()) {
    return error(422, "Could not resolve to a node with the global id of the team.");
  }
  const auto done = call.forge.request_reviewers(*call.repository, *pull, call.texts("reviewers"), call.who);
  return done ? json(201, pull_json(call.forge, *call.repository, *pull)) : error(done.error());
}

}  // namespace

const std::vector<Route>& pull_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/repos/{owner}/{repo}/pulls", kReadPulls, list_pulls},
      {"POST", "/repos/{owner}/{repo}/pulls", kWritePulls, create_pull},
      {"GET", "/repos/{owner}/{repo}/pulls/{number}", kReadPulls, get_pull},
      {"PATCH", "/repos/{owner}/{repo}/pulls/{number}", kWritePulls, change_pull},
      {"GET", "/repos/{owner}/{repo}/pulls/{number}/merge", kReadPulls, is_merged},
      {"PUT", "/repos/{owner}/{repo}/pulls/{number}/merge", kMerge, merge_pull},
      {"GET", "/repos/{owner}/{repo}/pulls/{number}/reviews", kReadPulls, list_reviews},
      {"POST", "/repos/{owner}/{repo}/pulls/{number}/reviews", kWritePulls, create_review},
      {"GET", "/repos/{owner}/{repo}/pulls/{number}/files", kReadPulls, list_files},
      {"GET", "/repos/{owner}/{repo}/pulls/{number}/commits", kReadPulls, list_pull_commits},
      {"POST",
       "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
       {.permissions = "pull_requests=write", .role = "write"},
       request_reviewers},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
