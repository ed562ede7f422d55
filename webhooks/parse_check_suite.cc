// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_check_suite(const JsonView& json) {
  if (auto why = unmet(
          json, {need_text("action"), need_integer("check_suite.id"), need_text("check_suite.head_sha")})) {
    return *why;
  }
  const JsonView suite = json.at("check_suite");
  return CheckSuite{.id = suite.integer("id"),
                    .head_branch = suite.text("head_branch"),
                    .head_sha = suite.text("head_sha"),
                    .status = suite.text("status"),
                    .conclusion = suite.text("conclusion"),
                    .app_slug = suite.text("app.slug"),
                    .pull_requests = pull_numbers_of(suite, "pull_requests")};
}

}  // namespace kedge::webhooks
