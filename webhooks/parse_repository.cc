// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_repository(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action")})) return *why;
  return RepositoryEvent{};
}

}  // namespace kedge::webhooks
