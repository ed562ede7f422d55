// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_installation_repositories(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_integer("installation.id")})) return *why;
  return InstallationRepositories{.id = json.integer("installation.id"),
                                  .added = repositories_of(json, "repositories_added"),
                                  .removed = repositories_of(json, "repositories_removed")};
}

}  // namespace kedge::webhooks
