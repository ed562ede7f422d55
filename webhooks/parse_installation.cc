// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_installation(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("installation.id")})) return *why;
  return Installation{.id = json.integer("installation.id"),
                      .account = json.text("installation.account.login"),
                      .repositories = repositories_of(json, "repositories")};
}

}  // namespace kedge::webhooks
