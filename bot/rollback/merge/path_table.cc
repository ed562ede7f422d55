// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/path_table.h"

#include <algorithm>

namespace kedge::rollback::merge {

SideSet PathEntry::files() const {
  SideSet sides = 0;
  for (const Side side : kAllSides) {
    if (versions[side].exists()) sides |= bit(side);
  }
  return sides;
}

Result<std::optional<TreeEntry>> find_entry(MergeState& state, Side side, std::string_view path) {
  std::optional<ObjectId> at = side == kBase   ? state.request.base
                               : side == kOurs ? state.request.ours
                                               : state.request.theirs;
  while (true) {
    const std::string_view name = path.substr(0, path.find('/'));
    KEDGE_TRY(tree, state.objects.tree(at));
    const auto entry = std::ranges::lower_bound(*tree, name, {}, &TreeEntry::name);
    if (entry == tree->end() || entry->name != name) return std::nullopt;
    if (name.size() == path.size()) return *entry;
    if (entry->mode != FileMode::directory) return std::nullopt;
    at = entry->id;
    path.remove_prefix(name.size() + 1);
  }
}

}  // namespace kedge::rollback::merge
