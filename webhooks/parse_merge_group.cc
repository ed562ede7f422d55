// SPDX-License-Identifier: Apache-2.0
#include "webhooks/shapes.h"

namespace kedge::webhooks {

Body parse_merge_group(const JsonView& json) {
  if (auto why = unmet(json, {need_text("action"), need_text("merge_group.head_sha"),
                              need_text("merge_group.base_ref")})) {
    return *why;
  }
  const JsonView group = json.at("merge_group");
  return MergeGroup{.head_sha = group.text("head_sha"),
                    .head_ref = group.text("head_ref"),
                    .base_sha = group.text("base_sha"),
                    .base_ref = group.text("base_ref"),
                    .reason = json.text("reason")};
}

}  // namespace kedge::webhooks
