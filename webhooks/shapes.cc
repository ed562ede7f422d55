// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

#include <fmt/format.h>

namespace kedge::webhooks {
namespace {

bool meets(const JsonView& json, const Need& need) {
  if (need.type == Need::Type::integer) return json.is_integer(need.path);
  return json.is_text(need.path) && !json.text(need.path).empty();
}

/// Labels are objects with a name; an old form of the payload has bare names.
std::vector<std::string> labels_of(const JsonView& json) {
  std::vector<std::string> labels;
  for (const JsonView& label : json.items("labels")) {
    std::string name = label.is_text({}) ? label.text({}) : label.text("name");
    if (!name.empty()) labels.push_back(std::move(name));
  }
  return labels;
}

}  // namespace

std::optional<Ignored> unmet(const JsonView& json, std::initializer_list<Need> needs) {
  for (const Need& need : needs) {
    if (meets(json, need)) continue;
    if (!json.has(need.path)) return Ignored{fmt::format("{} is missing", need.path)};
    return Ignored{fmt::format("{} is not {}", need.path,
                               need.type == Need::Type::integer ? "an integer" : "a text with content")};
  }
  return std::nullopt;
}

std::optional<Account> account_of(const JsonView& json) {
  if (json.text("login").empty()) return std::nullopt;
  return Account{.login = json.text("login"), .id = json.integer("id"), .type = json.text("type")};
}

Repository repository_of(const JsonView& json) {
  return {.id = json.integer("id"),
          .full_name = json.text("full_name"),
          .default_branch = json.text("default_branch"),
          .html_url = json.text("html_url"),
          .is_private = json.flag("private")};
}

std::vector<Repository> repositories_of(const JsonView& json, std::string_view path) {
  std::vector<Repository> repositories;
  for (const JsonView& item : json.items(path)) {
    if (item.is_integer("id")) repositories.push_back(repository_of(item));
  }
  return repositories;
}

Issue issue_of(const JsonView& json) {
  return {.number = json.integer("number"),
          .title = json.text("title"),
          .body = json.text("body"),
          .state = json.text("state"),
          .html_url = json.text("html_url"),
          .labels = labels_of(json),
          .user = account_of(json.at("user")).value_or(Account{}),
          .is_pull_request = json.has("pull_request"),
          .created_at = json.time("created_at")};
}

PullRequest pull_request_of(const JsonView& json) {
  return {.number = json.integer("number"),
          .title = json.text("title"),
          .state = json.text("state"),
          .html_url = json.text("html_url"),
          .merged = json.flag("merged"),
          .draft = json.flag("draft"),
          .merged_by = json.text("merged_by.login"),
          .merge_commit_sha = json.text("merge_commit_sha"),
          .base_ref = json.text("base.ref"),
          .base_sha = json.text("base.sha"),
          .head_ref = json.text("head.ref"),
          .head_sha = json.text("head.sha"),
          .head_repository_id = json.integer("head.repo.id"),
          .user = account_of(json.at("user")).value_or(Account{}),
          .labels = labels_of(json)};
}

std::vector<std::int64_t> pull_numbers_of(const JsonView& json, std::string_view path) {
  std::vector<std::int64_t> numbers;
  for (const JsonView& item : json.items(path)) {
    if (item.is_integer("number")) numbers.push_back(item.integer("number"));
  }
  return numbers;
}

}  // namespace kedge::webhooks
