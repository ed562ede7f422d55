// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_deployment_protection_rule(const JsonView& json) {
  if (auto why = unmet(
          json, {need_text("action"), need_text("environment"), need_text("deployment_callback_url")})) {
    return *why;
  }
  return DeploymentProtectionRule{.environment = json.text("environment"),
                                  .callback_url = json.text("deployment_callback_url"),
                                  .sha = json.text("deployment.sha"),
                                  .ref = json.text("deployment.ref"),
                                  .deployment_id = json.integer("deployment.id")};
}

}  // namespace kedge::webhooks
