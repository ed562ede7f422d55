// SPDX-License-Identifier: Apache-2.0
// The merge of three trees as git's own merge ("ort") does it: clean or conflict, the tree and the conflicts.
// Undoing a commit is the merge with base = the commit's tree, ours = the tip's, theirs = the tree of the
// commit's parent; no search for a merge base takes part. docs/merge-engine.md tells the rules.
//
// The cost follows what differs, not the size of the trees. Nothing but the store is touched, and nothing is
// written where the merge does not end clean, unless a draft is asked for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/rollback/merge/conflict.h"
#include "bot/rollback/merge/content_merge.h"
#include "bot/rollback/merge/object_store.h"

namespace kedge::rollback::merge {

/// What a merge comes to.
enum class MergeOutcome {
  clean,       ///< `tree` is the result; where it equals ours, nothing was left to merge.
  conflicted,  ///< `conflicts` says where and why; at least one.
  stopped      ///< `limit` says at which limit; nothing is known then, and nothing is guessed.
};

/// What a merge is stopped at.
enum class Limit {
  depth,         ///< A path of more parts than `Limits::depth`.
  paths,         ///< More paths that differ between the three trees than `Limits::paths`.
  rename_pairs,  ///< More files to compare for renames than `Limits::rename_pairs`.
  blob_bytes,    ///< More bytes of files to read than `Limits::blob_bytes`.
  effort,        ///< One file's contents would take more steps than its merge may have (content_merge.h).
  time           ///< `MergeOptions::is_over` said so.
};
std::string_view to_string(Limit limit);

struct Limits {
  std::size_t depth = 500;
  std::size_t paths = 500'000;
  /// Below git's own limit of 7000 x 7000, above which git looks for no inexact renames.
  std::uint64_t rename_pairs = 20'000'000;
  std::uint64_t blob_bytes = std::uint64_t{1} << 30U;
};

/// The trees to merge; none means the empty tree.
struct MergeRequest {
  std::optional<ObjectId> base;
  std::optional<ObjectId> ours;
  std::optional<ObjectId> theirs;
};

struct MergeOptions {
  /// What stands after the markers, and after `~` in the name of a file that had to move.
  ContentLabels labels = {.ours = "ours", .theirs = "theirs"};
  bool draft = false;  ///< Write the tree of a conflicted merge too, with markers in its files.
  Limits limits;
  std::function<bool()> is_over;  ///< Asked now and then; true ends the merge. None: never over.
};

/// One side's file in a conflict.
struct ConflictSide {
  FileMode mode = FileMode::none;  ///< `none`: not there.
  ObjectId id;                     ///< Zeros where the content is a merge's and in no store yet.
  std::string path;                ///< Where it stands on that side; bytes.
};

/// A path at odds. A rename that conflicts at several paths gives a conflict for each of them.
struct PathConflict {
  std::string path;  ///< In the draft; bytes, not always UTF-8.
  ConflictReason reason = ConflictReason::both_changed;
  ConflictKind kind = ConflictKind::content;
  /// Base, ours, theirs. All absent where only the place of other files is unclear (`directory_split`,
  /// `moved_onto_existing`, `moved_together`): there git names no path either.
  std::array<ConflictSide, 3> sides;
  std::vector<std::string> other_paths;  ///< Of the same rename, or what would go to `path`; sorted.
  std::vector<Hunk> hunks;               ///< The lines at odds, where lines are.
  [[nodiscard]] bool has_sides() const;
};

struct Merge {
  MergeOutcome outcome = MergeOutcome::clean;
  /// Clean: the result, be it the empty tree. Conflicted: the draft, where one was asked for.
  std::optional<ObjectId> tree;
  std::vector<PathConflict> conflicts;  ///< Sorted by path.
  std::optional<Limit> limit;
};

/// Errors: those of the store.
Result<Merge> merge_trees(ObjectStore& store, const MergeRequest& request, const MergeOptions& options = {});

}  // namespace kedge::rollback::merge
