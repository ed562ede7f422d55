// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "webhooks/shapes.h"

namespace kedge::webhooks {
namespace {

constexpr std::size_t kCommitsMax = 2048;  ///< GitHub lists no more; so many may be not all.
constexpr std::size_t kPathsMax = 20'000;

}  // namespace

Body parse_push(const JsonView& json) {
  if (auto why = unmet(json, {need_text("ref"), need_text("after")})) return *why;
  Push push{.ref = json.text("ref"),
            .before = json.text("before"),
            .after = json.text("after"),
            .created = json.flag("created"),
            .deleted = json.flag("deleted"),
            .forced = json.flag("forced"),
            .paths = {},
            .paths_complete = false,
            .pusher = json.text("pusher.name")};
  const std::vector<JsonView> commits = json.items("commits");
  // The listed commits tell what lies between `before` and `after` only where the branch moved forward.
  push.paths_complete =
      !commits.empty() && commits.size() < kCommitsMax && !push.created && !push.deleted && !push.forced;
  std::set<std::string> paths;
  for (const JsonView& commit : commits) {
    for (const std::string_view list : {"added", "modified", "removed"}) {
      push.paths_complete = push.paths_complete && commit.is_array(list);
      for (const JsonView& path : commit.items(list)) {
        if (path.is_text({}) && paths.size() < kPathsMax) paths.insert(path.text({}));
      }
    }
  }
  push.paths_complete = push.paths_complete && paths.size() < kPathsMax;
  push.paths.assign(paths.begin(), paths.end());
  return push;
}

}  // namespace kedge::webhooks
