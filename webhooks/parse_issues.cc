// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_issues(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("issue.number")})) return *why;
  return Issues{.issue = issue_of(json.at("issue")), .label = json.text("label.name")};
}

}  // namespace kedge::webhooks
