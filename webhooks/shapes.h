// SPDX-License-Identifier: Apache-2.0
// What several events have in common: the shapes inside a payload, and the check for what a decision cannot
// do without. One parse_<event>.cc for each event uses them; the table in parse.cc lists those.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "webhooks/event.h"
#include "webhooks/json_view.h"

namespace kedge::webhooks {

/// A path that must be there with this type. Everything else is optional.
struct Need {
  enum class Type { integer, text };
  std::string_view path;
  Type type = Type::text;
};
inline Need need_integer(std::string_view path) {
  return {path, Need::Type::integer};
}
inline Need need_text(std::string_view path) {  ///< Not the empty text either.
  return {path, Need::Type::text};
}
/// Why the payload cannot be used, for the first need that it does not meet.
std::optional<Ignored> unmet(const JsonView& json, std::initializer_list<Need> needs);

std::optional<Account> account_of(const JsonView& json);  ///< Nothing where there is no login.
Repository repository_of(const JsonView& json);
std::vector<Repository> repositories_of(const JsonView& json, std::string_view path);
Issue issue_of(const JsonView& json);
PullRequest pull_request_of(const JsonView& json);
std::vector<std::int64_t> pull_numbers_of(const JsonView& json, std::string_view path);

Body parse_ping(const JsonView& json);
Body parse_workflow_run(const JsonView& json);
Body parse_check_suite(const JsonView& json);
Body parse_check_run(const JsonView& json);
Body parse_status(const JsonView& json);
Body parse_issues(const JsonView& json);
Body parse_issue_comment(const JsonView& json);
Body parse_pull_request(const JsonView& json);
Body parse_pull_request_review(const JsonView& json);
Body parse_push(const JsonView& json);
Body parse_repository(const JsonView& json);
Body parse_installation(const JsonView& json);
Body parse_installation_repositories(const JsonView& json);
Body parse_merge_group(const JsonView& json);
Body parse_deployment_protection_rule(const JsonView& json);

}  // namespace kedge::webhooks
