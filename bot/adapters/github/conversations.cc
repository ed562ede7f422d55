// SPDX-License-Identifier: Apache-2.0
// Issues, comments, reactions and people.
#include <algorithm>

#include "bot/adapters/github/markers.h"
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

/// No effect is repeated after this long: what is older need not be read.
constexpr auto kLookBack = std::chrono::days{90};

bool is_own(const Json& object, const std::string& login) {
  return equals_ignore_case(object["user"]["login"].text(), login);
}

incident::Role role_of(std::string_view name) {
  using incident::Role;
  for (const Role role : {Role::read, Role::triage, Role::write, Role::maintain, Role::admin})
    if (name == to_string(role)) return role;
  return Role::none;
}

std::string issue_path(const std::string& path, std::int64_t issue) {
  return fmt::format("{}/issues/{}", path, issue);
}

}  // namespace

Result<std::optional<ports::IssueRef>> RestGitHub::find_issue(const Repository& repository,
                                                              const ports::NewIssue& issue) {
  KEDGE_TRY(login, self_login());
  KEDGE_TRY(path, repository_path(repository));
  Call call{.verb = "list issues of " + repository.full_name,
            .path = path + "/issues",
            .query = {{"state", "all"}, {"sort", "created"}, {"direction", "desc"}}};
  if (std::ranges::find(issue.labels, "incident") != issue.labels.end())
    call.query.emplace_back("labels", "incident");
  else
    call.query.emplace_back("creator", login);
  std::optional<ports::IssueRef> found;
  KEDGE_CHECK(rest_->pages(&repository, call, [&](const Json& page) {
    for (const Json& item : page.items()) {
      const auto created = parse_utc(item["created_at"].text());
      if (created && *created < clock_.now() - kLookBack) return false;
      if (!item["pull_request"].is_null() || !is_own(item, login)) continue;
      if (!has_marker(item["body"].text(), issue.kind, issue.marker)) continue;
      found = ports::IssueRef{.number = item["number"].number(), .url = item["html_url"].text()};
      return false;
    }
    return true;
  }));
  return found;
}

Result<ports::IssueRef> RestGitHub::open_issue(const Repository& repository, const ports::NewIssue& issue) {
  KEDGE_TRY(body, with_marker(issue.body, issue.kind, issue.marker));
  KEDGE_TRY(path, repository_path(repository));
  const auto explain = [](Error error) {
    // GitHub answers 410 where a repository has its issues switched off.
    if (error.message.find(": 410") != std::string::npos) {
      error.code = Errc::invalid;
      error.message += " (issues are disabled)";
    }
    return pass(std::move(error));
  };
  const auto found = find_issue(repository, issue);
  if (!found) return explain(found.error());
  if (*found) return **found;
  for (const std::string& label : issue.labels) KEDGE_CHECK(ensure_label(repository, label));
  JsonObject request;
  request.text("title", to_title(issue.title)).text("body", body).texts("labels", issue.labels);
  const auto made = rest_->send(&repository, {.verb = "open an issue in " + repository.full_name,
                                              .method = "POST",
                                              .path = path + "/issues",
                                              .body = request.str(),
                                              .creates_content = true});
  if (!made) return explain(made.error());
  const ports::IssueRef ref{.number = made->body["number"].number(), .url = made->body["html_url"].text()};
  if (ref.number == 0)
    return fail(Errc::unavailable, "cannot open an issue in {}: no number in the answer",
                repository.full_name);
  return ref;
}

Result<void> RestGitHub::write_state(const Repository& repository, std::int64_t issue,
                                     const std::string& section) {
  KEDGE_TRY(path, repository_path(repository));
  const std::string name = fmt::format("{}#{}", repository.full_name, issue);
  KEDGE_TRY(read, rest_->send(&repository, {.verb = "read issue " + name, .path = issue_path(path, issue)}));
  const std::string before = read.body["body"].text();
  const std::string after = with_state(before, section);
  if (after == before) return {};
  if (count_characters(after) > kBodyCharactersMax)
    return fail(Errc::invalid, "cannot write the state of {}: the body would have more than {} characters",
                name, kBodyCharactersMax);
  KEDGE_TRY(written, rest_->send(&repository, {.verb = "write the state of " + name,
                                               .method = "PATCH",
                                               .path = issue_path(path, issue),
                                               .body = JsonObject().text("body", after).str(),
                                               .creates_content = true}));
  return {};
}

Result<void> RestGitHub::label_issue(const Repository& repository, std::int64_t issue,
                                     const std::vector<std::string>& labels) {
  return add_labels(repository, issue, labels);
}

Result<void> RestGitHub::set_issue_open(const Repository& repository, std::int64_t issue, bool open,
                                        const std::string& state_reason) {
  KEDGE_TRY(path, repository_path(repository));
  const std::string name = fmt::format("{}#{}", repository.full_name, issue);
  KEDGE_TRY(read, rest_->send(&repository, {.verb = "read issue " + name, .path = issue_path(path, issue)}));
  const std::string wanted = open ? "open" : "closed";
  if (read.body["state"].text() == wanted) return {};
  JsonObject body;
  body.text("state", wanted);
  if (!state_reason.empty()) body.text("state_reason", state_reason);
  KEDGE_TRY(written, rest_->send(&repository, {.verb = (open ? "reopen issue " : "close issue ") + name,
                                               .method = "PATCH",
                                               .path = issue_path(path, issue),
                                               .body = body.str(),
                                               .creates_content = true}));
  return {};
}

Result<void> RestGitHub::comment(const Repository& repository, std::int64_t issue, const std::string& body,
                                 const std::string& kind, const std::string& marker) {
  KEDGE_TRY(text, with_marker(body, kind, marker));
  KEDGE_TRY(login, self_login());
  KEDGE_TRY(path, repository_path(repository));
  const std::string name = fmt::format("{}#{}", repository.full_name, issue);
  bool found = false;
  KEDGE_CHECK(rest_->pages(&repository,
                           {.verb = "list comments of " + name,
                            .path = issue_path(path, issue) + "/comments",
                            .query = {{"since", format_utc(clock_.now() - kLookBack)}}},
                           [&](const Json& page) {
                             found = std::ranges::any_of(page.items(), [&](const Json& item) {
                               return is_own(item, login) && has_marker(item["body"].text(), kind, marker);
                             });
                             return !found;
                           }));
  if (found) return {};
  KEDGE_TRY(written, rest_->send(&repository, {.verb = "comment on " + name,
                                               .method = "POST",
                                               .path = issue_path(path, issue) + "/comments",
                                               .body = JsonObject().text("body", text).str(),
                                               .creates_content = true}));
  return {};
}

Result<void> RestGitHub::react(const Repository& repository, std::int64_t comment_id,
                               const std::string& content) {
  KEDGE_TRY(path, repository_path(repository));
  KEDGE_TRY(written, rest_->send(&repository,
                                 {.verb = fmt::format("react to a comment of {}", repository.full_name),
                                  .method = "POST",
                                  .path = fmt::format("{}/issues/comments/{}/reactions", path, comment_id),
                                  .body = JsonObject().text("content", content).str()}));
  return {};
}

Result<incident::Role> RestGitHub::permission(const Repository& repository, const std::string& login) {
  if (login.empty()) return incident::Role::none;
  KEDGE_TRY(path, repository_path(repository));
  const auto answer =
      rest_->send(&repository,
                  {.verb = fmt::format("read a permission on {}", repository.full_name),
                   .path = fmt::format("{}/collaborators/{}/permission", path, http::percent_encode(login))});
  if (!answer && answer.error().code == Errc::not_found) return incident::Role::none;
  if (!answer) return pass(answer.error());
  const incident::Role named = role_of(answer->body["role_name"].text());
  if (named != incident::Role::none) return named;
  return role_of(answer->body["permission"].text());
}

}  // namespace kedge::adapters::github
