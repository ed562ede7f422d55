// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_pull_request(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("pull_request.number"),
                              need_text("pull_request.head.sha"), need_text("pull_request.base.ref")})) {
    return *why;
  }
  return pull_request_of(json.at("pull_request"));
}

}  // namespace kedge::webhooks
