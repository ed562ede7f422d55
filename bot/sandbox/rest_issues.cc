// SPDX-License-Identifier: Apache-2.0
// Issues and what hangs on them: comments, labels, assignees, locks, reactions. Pull requests are issues
// here.
#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kReadIssues{.permissions = "issues=read"};
constexpr Needs kReadBoth{.permissions = "issues=read; pull_requests=read"};
constexpr Needs kOpen{.permissions = "issues=write"};
constexpr Needs kTalk{.permissions = "issues=write; pull_requests=write"};
constexpr Needs kTriage{.permissions = "issues=write; pull_requests=write", .role = "triage"};

forge::Issue* find_issue(Call& call) {
  const auto found = call.repository->issues.find(call.number(0));
  return found == call.repository->issues.end() ? nullptr : &found->second;
}

forge::Comment* find_comment(Call& call) {
  const auto found = call.repository->comments.find(call.number(0));
  return found == call.repository->comments.end() ? nullptr : &found->second;
}

Response issue_answer(Call& call, int status, const forge::Issue& issue) {
  auto response = json(status, issue_json(call.forge, *call.repository, issue));
  if (status == 201) {
    response.headers.emplace_back("Location", call.forge.api_url() + "/repos/" +
                                                  call.repository->full_name() + "/issues/" +
                                                  std::to_string(issue.number));
  }
  return response;
}

bool wanted(const Call& call, const forge::Issue& issue) {
  const auto& request = call.request;
  const auto state = request.parameter("state", "open");
  if (state != "all" && (state == "open") != issue.open) return false;
  for (const auto& name : split(request.parameter("labels"), ',')) {
    if (trim(name).empty()) continue;
    const bool has = std::any_of(issue.labels.begin(), issue.labels.end(),
                                 [&](const auto& each) { return equals_ignore_case(each, trim(name)); });
    if (!has) return false;
  }
  const auto creator = request.parameter("creator");
  if (!creator.empty() && !equals_ignore_case(creator, issue.author)) return false;
  const auto assignee = request.parameter("assignee", "*any");
  const bool assigned = std::any_of(issue.assignees.begin(), issue.assignees.end(),
                                    [&](const auto& each) { return equals_ignore_case(each, assignee); });
  if (assignee == "none" && !issue.assignees.empty()) return false;
  if (assignee == "*" && issue.assignees.empty()) return false;
  if (assignee != "*any" && assignee != "*" && assignee != "none" && !assigned) return false;
  const auto since = parse_utc(request.parameter("since"));
  return !since || issue.updated_at >= *since;
}

Response list_issues(Call& call) {
  if (!call.repository->has_issues) return error(410, "Issues are disabled for this repo");
  const auto state = call.request.parameter("state", "open");
  if (state != "open" && state != "closed" && state != "all")
    return error(forge::invalid("Issue", "state", "invalid"));
  std::vector<const forge::Issue*> found;
  for (const auto& [number, issue] : call.repository->issues) {
    if (wanted(call, issue)) found.push_back(&issue);
  }
  const auto sort = call.request.parameter("sort", "created");
  const auto key = [&](const forge::Issue* issue) {
    const auto at = sort == "updated"    ? to_unix_ms(issue->updated_at)
                    : sort == "comments" ? static_cast<std::int64_t>(issue->comments.size())
                                         : issue->number;
    return std::pair(at, issue->number);
  };
  const bool ascending = call.request.parameter("direction", "desc") == "asc";
  std::sort(found.begin(), found.end(),
            [&](const auto* a, const auto* b) { return ascending ? key(a) < key(b) : key(b) < key(a); });
  std::vector<Json> items;
  items.reserve(found.size());
  for (const auto* issue : found) items.push_back(issue_json(call.forge, *call.repository, *issue));
  return page(call, std::move(items));
}

Response create_issue(Call& call) {
  if (!call.body.contains("title")) return error(forge::invalid("Issue", "title", "missing_field"));
  auto assignees = call.texts("assignees");
  if (const auto one = call.optional_text("assignee")) assignees.push_back(*one);
  const auto made = call.forge.create_issue(*call.repository, call.text("title"), call.text("body"),
                                            call.texts("labels"), assignees, call.who);
  return made ? issue_answer(call, 201, **made) : error(made.error());
}

Response get_issue(Call& call) {
  const auto* issue = find_issue(call);
  return issue == nullptr ? error(404, "Not Found") : issue_answer(call, 200, *issue);
}

/// Authors may change their own, others need triage; an App has the permission or not.
bool may_change(const Call& call, const std::string& author) {
  if (call.who.is_app() || equals_ignore_case(call.who.login, author)) return true;
  const auto role = call.forge.role(*call.repository, call.who.login);
  return role != "read" && role != "none";
}

Response change_issue(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  if (!may_change(call, issue->author)) return error(403, "Must have triage access to Repository.");
  static constexpr std::array<std::string_view, 4> kReasons{"completed", "not_planned", "duplicate",
                                                            "reopened"};
  forge::IssueChange change{.title = call.optional_text("title"),
                            .body = call.optional_text("body"),
                            .state = call.optional_text("state"),
                            .state_reason = call.optional_text("state_reason"),
                            .labels = std::nullopt,
                            .assignees = std::nullopt};
  if (change.state_reason &&
      std::find(kReasons.begin(), kReasons.end(), *change.state_reason) == kReasons.end()) {
    return error(forge::invalid("Issue", "state_reason", "invalid"));
  }
  if (call.body.contains("labels")) change.labels = call.texts("labels");
  if (call.body.contains("assignees")) change.assignees = call.texts("assignees");
  const auto done = call.forge.change_issue(*call.repository, *issue, change, call.who);
  return done ? issue_answer(call, 200, *issue) : error(done.error());
}

Response set_lock(Call& call, bool locked) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  const auto reason = call.text("lock_reason");
  if (!reason.empty() && reason != "off-topic" && reason != "too heated" && reason != "resolved" &&
      reason != "spam") {
    return error(forge::invalid("Issue", "lock_reason", "invalid"));
  }
  call.forge.lock(*call.repository, *issue, locked, reason, call.who);
  return no_content();
}

Response lock_issue(Call& call) {
  return set_lock(call, true);
}
Response unlock_issue(Call& call) {
  return set_lock(call, false);
}

Json labels_of(Call& call, const forge::Issue& issue) {
  return issue_json(call.forge, *call.repository, issue).at("labels");
}

Response list_issue_labels(Call& call) {
  const auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  return page(call, labels_of(call, *issue).get<std::vector<Json>>());
}

std::vector<std::string> label_names(const Call& call) {
  std::vector<std::string> names = call.texts("labels");
  if (call.body.is_array()) {
    for (const auto& each : call.body) names.push_back(each.is_object() ? each.at("name") : each);
  }
  return names;
}

Response add_labels(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  const auto done = call.forge.add_labels(*call.repository, *issue, label_names(call), call.who);
  return done ? json(200, labels_of(call, *issue)) : error(done.error());
}

Response set_labels(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  forge::IssueChange change;
  change.labels = label_names(call);
  const auto done = call.forge.change_issue(*call.repository, *issue, change, call.who);
  return done ? json(200, labels_of(call, *issue)) : error(done.error());
}

Response remove_label(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  const auto done = call.forge.remove_label(*call.repository, *issue, call.parameter(1), call.who);
  return done ? json(200, labels_of(call, *issue)) : error(done.error());
}

Response add_assignees(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  call.forge.assign(*call.repository, *issue, call.texts("assignees"), call.who);
  return issue_answer(call, 201, *issue);
}

Response remove_assignees(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  call.forge.unassign(*call.repository, *issue, call.texts("assignees"), call.who);
  return issue_answer(call, 200, *issue);
}

Response comment_answer(Call& call, int status, const forge::Comment& comment) {
  return json(status, comment_json(call.forge, *call.repository, comment));
}

Response list_comments(Call& call) {
  const auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  const auto since = parse_utc(call.request.parameter("since"));
  std::vector<Json> items;
  for (const auto id : issue->comments) {
    const auto& comment = call.repository->comments.at(id);
    if (!since || comment.updated_at >= *since)
      items.push_back(comment_json(call.forge, *call.repository, comment));
  }
  return page(call, std::move(items));
}

Response list_all_comments(Call& call) {
  const auto since = parse_utc(call.request.parameter("since"));
  std::vector<Json> items;
  for (const auto& [id, comment] : call.repository->comments) {
    if (!since || comment.updated_at >= *since)
      items.push_back(comment_json(call.forge, *call.repository, comment));
  }
  return page(call, std::move(items));
}

Response create_comment(Call& call) {
  auto* issue = find_issue(call);
  if (issue == nullptr) return error(404, "Not Found");
  const auto made = call.forge.create_comment(*call.repository, *issue, call.text("body"), call.who);
  return made ? comment_answer(call, 201, **made) : error(made.error());
}

Response get_comment(Call& call) {
  const auto* comment = find_comment(call);
  return comment == nullptr ? error(404, "Not Found") : comment_answer(call, 200, *comment);
}

bool may_edit(const Call& call, const forge::Comment& comment) {
  if (call.who.is_app() || equals_ignore_case(call.who.login, comment.author)) return true;
  const auto role = call.forge.role(*call.repository, call.who.login);
  return role == "write" || role == "maintain" || role == "admin";
}

Response edit_comment(Call& call) {
  auto* comment = find_comment(call);
  if (comment == nullptr) return error(404, "Not Found");
  if (!may_edit(call, *comment)) return error(403, "Must have write access to Repository.");
  const auto done = call.forge.edit_comment(*call.repository, *comment, call.text("body"), call.who);
  return done ? comment_answer(call, 200, *comment) : error(done.error());
}

Response delete_comment(Call& call) {
  const auto* comment = find_comment(call);
  if (comment == nullptr) return error(404, "Not Found");
  if (!may_edit(call, *comment)) return error(403, "Must have write access to Repository.");
  call.forge.delete_comment(*call.repository, comment->id, call.who);
  return no_content();
}

Response react_to(Call& call, std::vector<forge::Reaction>& reactions) {
  const auto done = call.forge.react(reactions, call.text("content"), call.who);
  if (!done) return error(done.error());
  return json(done->is_new ? 201 : 200, reaction_json(call.forge, done->reaction));
}

Response list_reactions(Call& call, const std::vector<forge::Reaction>& reactions) {
  const auto content = call.request.parameter("content");
  std::vector<Json> items;
  for (const auto& each : reactions) {
    if (content.empty() || content == each.content) items.push_back(reaction_json(call.forge, each));
  }
  return page(call, std::move(items));
}

Response react_to_comment(Call& call) {
  auto* comment = find_comment(call);
  return comment == nullptr ? error(404, "Not Found") : react_to(call, comment->reactions);
}

Response react_to_issue(Call& call) {
  auto* issue = find_issue(call);
  return issue == nullptr ? error(404, "Not Found") : react_to(call, issue->reactions);
}

Response comment_reactions(Call& call) {
  const auto* comment = find_comment(call);
  return comment == nullptr ? error(404, "Not Found") : list_reactions(call, comment->reactions);
}

Response issue_reactions(Call& call) {
  const auto* issue = find_issue(call);
  return issue == nullptr ? error(404, "Not Found") : list_reactions(call, issue->reactions);
}

}  // namespace

const std::vector<Route>& issue_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/repos/{owner}/{repo}/issues", kReadIssues, list_issues},
      {"POST", "/repos/{owner}/{repo}/issues", kOpen, create_issue},
      {"GET", "/repos/{owner}/{repo}/issues/comments", kReadBoth, list_all_comments},
      {"GET", "/repos/{owner}/{repo}/issues/comments/{id}", kReadBoth, get_comment},
      {"PATCH", "/repos/{owner}/{repo}/issues/comments/{id}", kTalk, edit_comment},
      {"DELETE", "/repos/{owner}/{repo}/issues/comments/{id}", kTalk, delete_comment},
      {"GET", "/repos/{owner}/{repo}/issues/comments/{id}/reactions", kReadBoth, comment_reactions},
      {"POST", "/repos/{owner}/{repo}/issues/comments/{id}/reactions", kTalk, react_to_comment},
      {"GET", "/repos/{owner}/{repo}/issues/{number}", kReadBoth, get_issue},
      {"PATCH", "/repos/{owner}/{repo}/issues/{number}", kTalk, change_issue},
      {"PUT", "/repos/{owner}/{repo}/issues/{number}/lock", kTriage, lock_issue},
      {"DELETE", "/repos/{owner}/{repo}/issues/{number}/lock", kTriage, unlock_issue},
      {"GET", "/repos/{owner}/{repo}/issues/{number}/labels", kReadBoth, list_issue_labels},
      {"POST", "/repos/{owner}/{repo}/issues/{number}/labels", kTriage, add_labels},
      {"PUT", "/repos/{owner}/{repo}/issues/{number}/labels", kTriage, set_labels},
      {"DELETE", "/repos/{owner}/{repo}/issues/{number}/labels/{name}", kTriage, remove_label},
      {"POST", "/repos/{owner}/{repo}/issues/{number}/assignees", kTriage, add_assignees},
      {"DELETE", "/repos/{owner}/{repo}/issues/{number}/assignees", kTriage, remove_assignees},
      {"GET", "/repos/{owner}/{repo}/issues/{number}/comments", kReadBoth, list_comments},
      {"POST", "/repos/{owner}/{repo}/issues/{number}/comments", kTalk, create_comment},
      {"GET", "/repos/{owner}/{repo}/issues/{number}/reactions", kReadBoth, issue_reactions},
      {"POST", "/repos/{owner}/{repo}/issues/{number}/reactions", kTalk, react_to_issue},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
