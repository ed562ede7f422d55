// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_issue_comment(const JsonView& json) {
  if (auto why =
          unmet(json, {need_text("action"), need_integer("issue.number"), need_integer("comment.id")})) {
    return *why;
  }
  const JsonView comment = json.at("comment");
  return IssueComment{.issue = issue_of(json.at("issue")),
                      .id = comment.integer("id"),
                      .body = comment.text("body"),
                      .html_url = comment.text("html_url"),
                      .user = account_of(comment.at("user")),
                      .created_at = comment.time("created_at"),
                      .via_app_id = comment.integer("performed_via_github_app.id")};
}

}  // namespace kedge::webhooks
