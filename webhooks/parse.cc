// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "webhooks/event.h"
#include "webhooks/shapes.h"

namespace kedge::webhooks {
namespace {

struct Parser {
  std::string_view event;
  Body (*parse)(const JsonView&) = nullptr;
  bool in_repository = true;  ///< Nothing follows from it without a repository.
};

constexpr std::array<Parser, 15> kParsers{{
    {"ping", parse_ping, false},
    {"workflow_run", parse_workflow_run},
    {"check_suite", parse_check_suite},
    {"check_run", parse_check_run},
    {"status", parse_status},
    {"issues", parse_issues},
    {"issue_comment", parse_issue_comment},
    {"pull_request", parse_pull_request},
    {"pull_request_review", parse_pull_request_review},
    {"push", parse_push},
    {"repository", parse_repository},
    {"installation", parse_installation, false},
    {"installation_repositories", parse_installation_repositories, false},
    {"merge_group", parse_merge_group},
    {"deployment_protection_rule", parse_deployment_protection_rule},
}};

Common common_of(const JsonView& json) {
  Common common{.action = json.text("action"),
                .repository = {},
                .sender = account_of(json.at("sender")),
                .installation_id = json.integer("installation.id")};
  if (json.is_integer("repository.id")) common.repository = repository_of(json.at("repository"));
  return common;
}

Body body_of(std::string_view event_name, const JsonView& json) {
  const auto* parser = std::ranges::find(kParsers, event_name, &Parser::event);
  if (parser == kParsers.end()) return Ignored{"unknown event"};
  if (parser->in_repository) {
    if (auto why = unmet(json, {need_integer("repository.id"), need_text("repository.full_name")})) {
      return *why;
    }
  }
  return parser->parse(json);
}

}  // namespace

Event parse(std::string_view event_name, std::string_view json) {
  Event event{
      .name = std::string(event_name), .common = {}, .body = Ignored{"payload is not JSON that can be read"}};
  const std::optional<JsonDocument> document = JsonDocument::parse(json);
  if (!document) return event;
  const JsonView root = document->root();
  if (!root.is_object()) {
    event.body = Ignored{"payload is not an object"};
    return event;
  }
  event.common = common_of(root);
  event.body = body_of(event_name, root);
  return event;
}

}  // namespace kedge::webhooks
