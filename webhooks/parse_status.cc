// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_status(const JsonView& json) {
  if (auto why = unmet(json, {need_text("sha"), need_text("state"), need_text("context")})) return *why;
  Status status{.sha = json.text("sha"),
                .state = json.text("state"),
                .context = json.text("context"),
                .description = json.text("description"),
                .target_url = json.text("target_url"),
                .branches = {}};
  for (const JsonView& branch : json.items("branches")) {
    if (branch.is_text("name")) status.branches.push_back(branch.text("name"));
  }
  return status;
}

}  // namespace kedge::webhooks
