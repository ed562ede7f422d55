// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_check_run(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("check_run.id"), need_text("check_run.name"),
                              need_text("check_run.head_sha")})) {
    return *why;
  }
  const JsonView run = json.at("check_run");
  return CheckRun{.id = run.integer("id"),
                  .name = run.text("name"),
                  .head_sha = run.text("head_sha"),
                  .status = run.text("status"),
                  .conclusion = run.text("conclusion"),
                  .external_id = run.text("external_id"),
                  .html_url = run.text("html_url"),
                  .app_slug = run.text("app.slug"),
                  .requested_action = json.text("requested_action.identifier"),
                  .check_suite_id = run.integer("check_suite.id"),
                  .head_branch = run.text("check_suite.head_branch")};
}

}  // namespace kedge::webhooks
