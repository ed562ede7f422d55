// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/merge.h"

#include <algorithm>

#include "bot/rollback/merge/directory_renames.h"
#include "bot/rollback/merge/path_table.h"
#include "bot/rollback/merge/rename_search.h"
#include "bot/rollback/merge/rename_use.h"
#include "bot/rollback/merge/resolve.h"
#include "bot/rollback/merge/tree_walk.h"

namespace kedge::rollback::merge {
namespace {

Result<Merge> run(MergeState& state) {
  KEDGE_CHECK(walk_trees(state));
  for (const Side side : kBothSides) KEDGE_CHECK(find_renames(state, side));
  KEDGE_CHECK(follow_directory_renames(state));
  KEDGE_CHECK(use_renames(state));
  KEDGE_CHECK(resolve_paths(state));
  Merge merge;
  merge.conflicts = std::move(state.conflicts);
  std::ranges::stable_sort(merge.conflicts, {}, &PathConflict::path);
  if (!merge.conflicts.empty()) merge.outcome = MergeOutcome::conflicted;
  if (merge.outcome == MergeOutcome::clean || state.options.draft) {
    KEDGE_TRY(tree, state.edits.write(state.objects, state.request.ours));
    merge.tree = tree;
  }
  return merge;
}

}  // namespace

bool PathConflict::has_sides() const {
  return std::ranges::any_of(sides, [](const ConflictSide& side) { return side.mode != FileMode::none; });
}

Result<Merge> merge_trees(ObjectStore& store, const MergeRequest& request, const MergeOptions& options) {
  Budget budget(options.limits, options.is_over);
  Objects objects(store, budget);
  MergeState state{.request = request,
                   .options = options,
                   .objects = objects,
                   .paths = {},
                   .names = {},
                   .edits = {},
                   .conflicts = {}};
  Result<Merge> merge = run(state);
  if (!merge && budget.stopped_at()) {
    return Merge{.outcome = MergeOutcome::stopped, .tree = {}, .conflicts = {}, .limit = budget.stopped_at()};
  }
  return merge;
}

}  // namespace kedge::rollback::merge
