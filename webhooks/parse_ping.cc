// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_ping(const JsonView& json) {
  return Ping{.zen = json.text("zen"), .hook_id = json.integer("hook_id")};
}

}  // namespace kedge::webhooks
