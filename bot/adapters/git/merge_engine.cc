// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/merge_engine.h"

#include "bot/adapters/git/odb_object_store.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Conflict;
using rollback::merge::MergeOutcome;
using rollback::merge::ObjectId;
using rollback::merge::PathConflict;

std::optional<ObjectId> tree_of(const std::string& sha) {
  if (sha.empty()) return std::nullopt;
  return rollback::merge::object_id(sha);
}

/// The engine may name a path twice: once as a place, once as a file.
std::vector<Conflict> for_plan(const std::vector<PathConflict>& details) {
  std::vector<Conflict> conflicts;
  std::string_view last;
  for (const PathConflict& detail : details) {
    if (!conflicts.empty() && detail.path == last) continue;
    last = detail.path;
    Conflict& conflict = conflicts.emplace_back(
        Conflict{.path = to_valid_utf8(detail.path), .kind = detail.kind, .reason = detail.reason});
    if (!is_valid_utf8(detail.path)) conflict.path_base64 = to_base64(detail.path);
  }
  return conflicts;
}

/// As it is set, where it can be.
std::string_view name_of(rollback::merge::Limit limit) {
  switch (limit) {
    case rollback::merge::Limit::blob_bytes:
      return "merge_bytes";
    case rollback::merge::Limit::paths:
      return "merge_paths";
    case rollback::merge::Limit::rename_pairs:
      return "merge_pairs";
    default:
      return to_string(limit);
  }
}

}  // namespace

Result<Merged> merge_trees(const Repo& repo, const ThreeTrees& trees) {
  OdbObjectStore store(repo, trees.attributes_commit);
  KEDGE_TRY(
      merge,
      rollback::merge::merge_trees(
          store, {.base = tree_of(trees.base), .ours = tree_of(trees.ours), .theirs = tree_of(trees.theirs)},
          {.labels =
               trees.draft.value_or(rollback::merge::ContentLabels{.ours = "HEAD", .theirs = "reverted"}),
           .draft = trees.draft.has_value(),
           .limits = {.paths = trees.limits.merge_paths,
                      .rename_pairs = trees.limits.merge_pairs,
                      .blob_bytes = trees.limits.merge_bytes}}));
  if (merge.outcome == MergeOutcome::stopped) {
    return fail(Errc::invalid, "cannot merge onto tree {}: the limit {} is reached", trees.ours,
                name_of(*merge.limit));
  }
  Merged merged;
  merged.conflicts = for_plan(merge.conflicts);
  merged.details = std::move(merge.conflicts);
  if (merge.tree) merged.tree = to_hex(*merge.tree);
  merged.written = store.written();
  return merged;
}

}  // namespace kedge::adapters::git
