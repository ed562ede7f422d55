// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/resolve.h"

#include <algorithm>

#include "bot/rollback/merge/file_merge.h"

namespace kedge::rollback::merge {
namespace {

constexpr SideSet kBaseAndOurs = bit(kBase) | bit(kOurs);
constexpr SideSet kBaseAndTheirs = bit(kBase) | bit(kTheirs);
constexpr SideSet kOursAndTheirs = bit(kOurs) | bit(kTheirs);

/// One path on its way to a result.
struct Case {
  std::string path;  ///< Where the file goes; another one than in the table if that is a directory.
  std::string table_path;
  PathEntry& entry;
  std::optional<ConflictReason> reason;  ///< Whatever the content.
};

class Resolution {
 public:
  explicit Resolution(MergeState& state) : state_(state) {}

  Result<void> run() {
    // Backwards: whether a directory keeps a file is known before its own name is looked at.
    for (auto at = state_.paths.rbegin(); at != state_.paths.rend(); ++at) {
      KEDGE_CHECK(resolve(at->first, at->second));
    }
    return {};
  }

 private:
  Result<void> resolve(const std::string& path, PathEntry& entry) {
    const SideSet files = entry.files();
    if (files == 0) return {};
    if (entry.gone) {
      state_.edits.set(path, {});
      return {};
    }
    Case file{.path = path, .table_path = path, .entry = entry, .reason = entry.misplaced};
    KEDGE_TRY(is_directory, state_.edits.has_files_below(state_.objects, state_.request.ours, path));
    if (is_directory) {
      state_.edits.set(path, {});
      if (files == bit(kBase)) return {};
      const bool theirs = (entry.directories & bit(kOurs)) != 0;
      KEDGE_TRY(free, free_path(path, theirs ? state_.options.labels.theirs : state_.options.labels.ours));
      file.path = free;
      file.reason = ConflictReason::directory_in_the_way;
    }
    if (entry.match != 0) return resolve_match(file);
    if ((files & kOursAndTheirs) == kOursAndTheirs) {
      return same_type(entry.versions[kOurs].mode, entry.versions[kTheirs].mode) ? resolve_content(file)
                                                                                 : resolve_types(file);
    }
    if (files == kBaseAndOurs || files == kBaseAndTheirs) {
      if (!file.reason) file.reason = ConflictReason::modified_and_gone;
    }
    const Side side = (files & bit(kOurs)) != 0 ? kOurs : kTheirs;
    finish(file, files == bit(kBase) ? Version() : entry.versions[side]);
    return {};
  }

  /// One of the three is alone in its version.
  Result<void> resolve_match(Case& file) {
    const SideSet match = file.entry.match;
    const Version& version = file.entry.versions[match == kBaseAndOurs ? kTheirs : kOurs];
    if (!version.exists()) file.reason.reset();
    if (!file.reason && match == kOursAndTheirs) file.reason = file.entry.merged_badly;
    finish(file, version);
    return {};
  }

  Result<void> resolve_content(Case& file) {
    PathEntry& entry = file.entry;
    KEDGE_TRY(merge,
              merge_files(state_, {.path = file.path, .versions = entry.versions, .origin = entry.origin}));
    if (merge.conflict && (!file.reason || *file.reason == ConflictReason::directory_moved)) {
      const bool added = !entry.versions[kBase].exists() && merge.conflict == ConflictReason::both_changed;
      file.reason = added ? ConflictReason::both_added : *merge.conflict;
    }
    finish(file, merge.version, std::move(merge.hunks));
    return {};
  }

  /// File and link, say: each gets a name of its own; a file is the one that moves.
  Result<void> resolve_types(Case& file) {
    const std::array<Version, 3>& versions = file.entry.versions;
    const bool ours_moves = is_file(versions[kOurs].mode) || !is_file(versions[kTheirs].mode);
    const bool theirs_moves = !is_file(versions[kOurs].mode);
    std::array<std::string, 3> places = {std::string(), file.path, file.path};
    if (ours_moves) {
      KEDGE_TRY(free, free_path(file.path, state_.options.labels.ours));
      places[kOurs] = free;
    }
    if (theirs_moves) {
      KEDGE_TRY(free, free_path(file.path, state_.options.labels.theirs));
      places[kTheirs] = free;
    }
    if (ours_moves && theirs_moves) state_.edits.set(file.path, {});
    for (const Side side : kBothSides) {
      state_.edits.set(places[side], {.version = versions[side]});
      PathConflict conflict = conflict_at(places[side], ConflictReason::different_types);
      const bool submodule =
          versions[side].mode == FileMode::submodule || versions[other(side)].mode == FileMode::submodule;
      if (submodule) conflict.kind = ConflictKind::submodule;
      if (same_type(versions[kBase].mode, versions[side].mode)) conflict.sides[kBase] = side_of(file, kBase);
      conflict.sides[side] = side_of(file, side);
      conflict.other_paths = {places[other(side)]};
      state_.conflicts.push_back(std::move(conflict));
    }
    return {};
  }

  void finish(const Case& file, const Version& version, std::vector<Hunk> hunks = {}) {
    Edit edit;
    if (version.exists()) edit.version = version;
    state_.edits.set(file.path, std::move(edit));
    if (!file.reason) return;
    PathConflict conflict = conflict_at(file.path, *file.reason);
    for (const Side side : kAllSides) conflict.sides[side] = side_of(file, side);
    conflict.other_paths = file.entry.other_paths;
    if (file.path != file.table_path) conflict.other_paths.push_back(file.table_path);
    std::ranges::sort(conflict.other_paths);
    conflict.other_paths.erase(std::unique(conflict.other_paths.begin(), conflict.other_paths.end()),
                               conflict.other_paths.end());
    std::erase(conflict.other_paths, file.path);
    conflict.hunks = std::move(hunks);
    state_.conflicts.push_back(std::move(conflict));
  }

  static PathConflict conflict_at(const std::string& path, ConflictReason reason) {
    return {
        .path = path, .reason = reason, .kind = kind_of(reason), .sides = {}, .other_paths = {}, .hunks = {}};
  }

  static ConflictSide side_of(const Case& file, Side side) {
    const Version& version = file.entry.versions[side];
    if (!version.exists()) return {};
    const std::string& origin = file.entry.origin[side];
    return {.mode = version.mode, .id = version.id, .path = origin.empty() ? file.table_path : origin};
  }

  /// `path~label`, with a number where that is taken.
  Result<std::string> free_path(const std::string& path, std::string label) {
    std::ranges::replace(label, '/', '_');
    const std::string wanted = path + "~" + label;
    std::string free = wanted;
    for (int number = 0;; ++number) {
      bool taken = state_.paths.contains(free);
      for (const Side side : kBothSides) {
        KEDGE_TRY(entry, find_entry(state_, side, free));
        taken = taken || entry.has_value();
      }
      if (!taken) return free;
      free = wanted + "_" + std::to_string(number);
    }
  }

  MergeState& state_;
};

}  // namespace

Result<void> resolve_paths(MergeState& state) {
  return Resolution(state).run();
}

}  // namespace kedge::rollback::merge
