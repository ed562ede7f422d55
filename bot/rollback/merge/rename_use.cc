// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/rename_use.h"

#include <algorithm>

#include "bot/rollback/merge/file_merge.h"

namespace kedge::rollback::merge {
namespace {

class RenameUse {
 public:
  explicit RenameUse(MergeState& state) : state_(state) {}

  Result<void> run() {
    // old path → the new one on each side; empty: not renamed there.
    std::map<std::string, std::array<std::string, 3>> renamed;
    for (const Side side : kBothSides) {
      for (const Rename& rename : state_.names[side].renames) renamed[rename.from][side] = rename.to;
    }
    for (const auto& [from, to] : renamed) {
      PathEntry* old = find(from);
      // A directory above was taken as a whole: then nobody needs the rename.
      if (old == nullptr || old->gone) continue;
      if (to[kOurs].empty() || to[kTheirs].empty()) {
        const Side side = to[kOurs].empty() ? kTheirs : kOurs;
        // A directory rename took it back: it stands where it was, and is marked. Git 2.39 may lose the file.
        if (to[side] == from) continue;
        KEDGE_CHECK(renamed_once(from, to[side], side));
      } else if (to[kOurs] == to[kTheirs]) {
        renamed_alike(from, to[kOurs]);
      } else {
        KEDGE_CHECK(renamed_apart(from, to[kOurs], to[kTheirs]));
      }
    }
    return {};
  }

 private:
  PathEntry* find(const std::string& path) {
    const auto entry = state_.paths.find(path);
    return entry == state_.paths.end() ? nullptr : &entry->second;
  }

  void renamed_alike(const std::string& from, const std::string& to) {
    PathEntry* entry = find(to);
    PathEntry* old = find(from);
    if (entry == nullptr) return;
    entry->versions[kBase] = old->versions[kBase];
    entry->origin[kBase] = from;
    old->gone = true;
  }

  /// Two names for one file: its merge stands under both, and the old name is shown as well.
  Result<void> renamed_apart(const std::string& from, const std::string& ours_to,
                             const std::string& theirs_to) {
    PathEntry* old = find(from);
    PathEntry* ours = find(ours_to);
    PathEntry* theirs = find(theirs_to);
    if (ours == nullptr || theirs == nullptr) return {};
    const Version theirs_version = theirs->versions[kTheirs];
    KEDGE_TRY(merge, merged(from, {old->versions[kBase], ours->versions[kOurs], theirs_version},
                            {std::string(), ours_to, theirs_to}));
    ours->versions[kOurs] = merge.version;
    theirs->versions[kTheirs] = merge.is_ours ? theirs_version : merge.version;
    for (PathEntry* entry : {old, ours, theirs}) {
      entry->misplaced = ConflictReason::renamed_twice;
      entry->other_paths.insert(entry->other_paths.end(), {from, ours_to, theirs_to});
    }
    return {};
  }

  Result<void> renamed_once(const std::string& from, const std::string& to, Side side) {
    PathEntry& old = *find(from);
    PathEntry* target = find(to);
    if (target == nullptr) return {};
    PathEntry& entry = *target;
    const Side rest = other(side);
    const bool deleted = !old.versions[rest].exists();
    const bool retyped = !deleted && is_file(old.versions[rest].mode) != is_file(entry.versions[side].mode);
    // With another type under the old name, what stands under the new one is no other file: the other side
    // renamed it as well and put something new in its place.
    const bool taken = entry.versions[rest].exists() && !retyped;
    if (taken && !deleted) {
      KEDGE_CHECK(renamed_onto(from, to, side));
    } else if (taken) {
      mark_gone(entry, from);
    } else {
      entry.versions[kBase] = old.versions[kBase];
      entry.origin[kBase] = from;
      if (retyped) {
        old.versions[kBase] = {};
        return {};
      }
      if (deleted) {
        mark_gone(entry, from);
      } else {
        entry.versions[rest] = old.versions[rest];
        entry.origin[rest] = from;
      }
    }
    old.gone = true;
    return {};
  }

  static void mark_gone(PathEntry& entry, const std::string& from) {
    entry.misplaced = ConflictReason::renamed_and_gone;
    entry.other_paths.push_back(from);
  }

  /// The other side has a file under the new name: the renamed file is merged first, then both of them.
  Result<void> renamed_onto(const std::string& from, const std::string& to, Side side) {
    PathEntry& old = *find(from);
    PathEntry& entry = *find(to);
    const Side rest = other(side);
    std::array<Version, 3> versions = {old.versions[kBase], {}, {}};
    versions[side] = entry.versions[side];
    versions[rest] = old.versions[rest];
    if (!same_type(versions[kOurs].mode, versions[kTheirs].mode)) return {};
    std::array<std::string, 3> origin;
    origin[side] = to;
    KEDGE_TRY(merge, merged(from, versions, origin));
    entry.versions[side] = merge.version;
    if (side == kOurs && !merge.is_ours) entry.merged_badly = merge.conflict;
    entry.other_paths.push_back(from);
    return {};
  }

  Result<FileMerge> merged(const std::string& path, const std::array<Version, 3>& versions,
                           const std::array<std::string, 3>& origin) {
    return merge_files(state_, {.path = path, .versions = versions, .origin = origin, .merged_again = true});
  }

  MergeState& state_;
};

}  // namespace

Result<void> use_renames(MergeState& state) {
  return RenameUse(state).run();
}

}  // namespace kedge::rollback::merge
