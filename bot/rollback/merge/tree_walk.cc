// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/tree_walk.h"

#include <algorithm>
#include <tuple>

#include "bot/rollback/merge/table_order.h"

namespace kedge::rollback::merge {
namespace {

/// One name as the three trees have it; null: not there.
using Entries = std::array<const TreeEntry*, 3>;
using TreeIds = std::array<std::optional<ObjectId>, 3>;

struct PutOff {
  std::string path;
  TreeIds trees;
  Version instead;  ///< What the changed side has there, if it is to be taken as a whole.
  SideSet watch = 0;
};

bool same_entry(const TreeEntry* a, const TreeEntry* b) {
  return a != nullptr && b != nullptr && a->mode == b->mode && a->id == b->id;
}

Version version_of(const TreeEntry* entry) {
  return entry == nullptr ? Version() : Version{.mode = entry->mode, .id = entry->id, .text = {}};
}

SideSet files_of(const Entries& entries) {
  SideSet sides = 0;
  for (const Side side : kAllSides) {
    if (entries[side] != nullptr && entries[side]->mode != FileMode::directory) sides |= bit(side);
  }
  return sides;
}

SideSet directories_of(const Entries& entries) {
  SideSet sides = 0;
  for (const Side side : kAllSides) {
    if (entries[side] != nullptr && entries[side]->mode == FileMode::directory) sides |= bit(side);
  }
  return sides;
}

/// The two sides that have the same; base and both is no case here.
SideSet match_of(const Entries& entries) {
  if (same_entry(entries[kBase], entries[kOurs])) return bit(kBase) | bit(kOurs);
  if (same_entry(entries[kBase], entries[kTheirs])) return bit(kBase) | bit(kTheirs);
  if (same_entry(entries[kOurs], entries[kTheirs])) return bit(kOurs) | bit(kTheirs);
  return 0;
}

/// The side that alone changed or has the directory, if there is one.
std::optional<Side> lone_side(SideSet match, SideSet files, SideSet directories) {
  if (match == (bit(kBase) | bit(kOurs))) return kTheirs;
  if (match == (bit(kBase) | bit(kTheirs))) return kOurs;
  if (files == 0 && directories == bit(kOurs)) return kOurs;
  if (files == 0 && directories == bit(kTheirs)) return kTheirs;
  return std::nullopt;
}

/// Reads three sorted trees as one sequence of names.
class Names {
 public:
  explicit Names(const std::array<const Tree*, 3>& trees) : trees_(trees) {}

  /// False at the end.
  bool next(Entries& entries) {
    const std::string* least = nullptr;
    for (const Side side : kAllSides) {
      if (at_[side] == trees_[side]->size()) continue;
      const std::string& name = (*trees_[side])[at_[side]].name;
      if (least == nullptr || name < *least) least = &name;
    }
    if (least == nullptr) return false;
    for (const Side side : kAllSides) {
      entries[side] = nullptr;
      if (at_[side] == trees_[side]->size()) continue;
      const TreeEntry& entry = (*trees_[side])[at_[side]];
      if (entry.name != *least) continue;
      entries[side] = &entry;
    }
    for (const Side side : kAllSides) at_[side] += entries[side] == nullptr ? 0U : 1U;
    return true;
  }

 private:
  const std::array<const Tree*, 3>& trees_;
  std::array<std::size_t, 3> at_{};
};

class Walk {
 public:
  explicit Walk(MergeState& state) : state_(state) {}

  Result<void> run() {
    const MergeRequest& request = state_.request;
    if (request.base == request.ours && request.base == request.theirs) return {};
    KEDGE_CHECK(directory("", {request.base, request.ours, request.theirs}, 0, 1));
    for (const Side side : kBothSides) {
      if (state_.names[side].any_relevant) {
        KEDGE_CHECK(read_put_off(side));
      } else {
        for (PutOff& rest : put_off_[side]) take_whole(side, std::move(rest));
      }
    }
    return {};
  }

 private:
  Result<void> read_put_off(Side side) {
    may_put_off_[side] = false;
    std::vector<std::string> paths;
    for (const PutOff& rest : put_off_[side]) paths.push_back(rest.path);
    for (const std::size_t number : table_order(paths)) {
      const PutOff& rest = put_off_[side][number];
      ++batch_;
      KEDGE_CHECK(directory(rest.path, rest.trees, rest.watch, parts_of(rest.path) + 1));
    }
    return {};
  }

  static std::size_t parts_of(const std::string& path) {
    return static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
  }

  Result<void> directory(const std::string& path, const TreeIds& ids, SideSet watch, std::size_t depth) {
    KEDGE_CHECK(state_.objects.budget().check_depth(depth));
    KEDGE_CHECK(state_.objects.budget().check_time());
    KEDGE_TRY(base, state_.objects.tree(ids[kBase]));
    KEDGE_TRY(ours, state_.objects.tree(ids[kOurs]));
    KEDGE_TRY(theirs, state_.objects.tree(ids[kTheirs]));
    const std::array<const Tree*, 3> trees = {base.get(), ours.get(), theirs.get()};
    Entries entries{};
    if (watch == bit(kOurs) || watch == bit(kTheirs)) {
      // One file that the other side put directly into a removed directory makes all below it matter.
      for (Names names(trees); names.next(entries);) {
        if (files_of(entries) == watch) {
          watch = kEverySide;
          break;
        }
      }
    }
    for (Names names(trees); names.next(entries);) {
      const bool all_equal =
          same_entry(entries[kBase], entries[kOurs]) && same_entry(entries[kBase], entries[kTheirs]);
      if (all_equal) continue;
      KEDGE_CHECK(state_.objects.budget().check_paths(++seen_));
      KEDGE_CHECK(name(path, entries, watch, depth));
    }
    return {};
  }

  Result<void> name(const std::string& directory_path, const Entries& entries, SideSet watch,
                    std::size_t depth) {
    const SideSet files = files_of(entries);
    const SideSet directories = directories_of(entries);
    const SideSet match = match_of(entries);
    if (files == kEverySide && match != 0) {
      if (match == (bit(kBase) | bit(kOurs))) {
        state_.edits.set(path_of(directory_path, entries), {.version = version_of(entries[kTheirs])});
      }
      return {};
    }
    const std::string path = path_of(directory_path, entries);
    // Invariant: `watch` is 0 where all three have the directory above.
    if (watch != kEverySide &&
        (directories == (bit(kBase) | bit(kOurs)) || directories == (bit(kBase) | bit(kTheirs)))) {
      watch = directories & ~bit(kBase);
    }
    note_directories(path, directory_path, files, directories, watch);
    note_files(path, entries, files, match & files, watch);
    if (files != 0) {
      PathEntry& entry = state_.paths[path];
      entry.directories = directories;
      entry.match = match & files;
      for (const Side side : kAllSides) {
        if ((files & bit(side)) != 0) entry.versions[side] = version_of(entries[side]);
      }
    }
    return directories == 0 ? Result<void>() : below(path, entries, watch, depth);
  }

  /// A directory under the name on at least one side.
  Result<void> below(const std::string& path, const Entries& entries, SideSet watch, std::size_t depth) {
    const SideSet directories = directories_of(entries);
    TreeIds trees;
    for (const Side side : kAllSides) {
      if ((directories & bit(side)) != 0) trees[side] = entries[side]->id;
    }
    const std::optional<Side> lone = lone_side(match_of(entries), files_of(entries), directories);
    if (lone && watch != kEverySide && may_put_off_[*lone]) {
      put_off_[*lone].push_back(
          {.path = path, .trees = trees, .instead = version_of(entries[*lone]), .watch = watch});
      return {};
    }
    return directory(path, trees, watch, depth + 1);
  }

  /// Which directories a side removed, and whether where they went is of interest.
  void note_directories(const std::string& path, const std::string& directory_path, SideSet files,
                        SideSet directories, SideSet watch) {
    if ((directories & bit(kBase)) != 0) {
      const DirectoryNeed need = watch == kEverySide ? DirectoryNeed::parents : DirectoryNeed::none;
      for (const Side side : kBothSides) {
        if ((directories & bit(side)) == 0) state_.names[side].removed_directories[path] = need;
      }
    }
    if (watch != kEverySide) return;
    for (const Side side : kBothSides) {
      if (files == bit(side)) {
        state_.names[other(side)].removed_directories[directory_path] = DirectoryNeed::itself;
      }
    }
  }

  void note_files(const std::string& path, const Entries& entries, SideSet files, SideSet match,
                  SideSet watch) {
    for (const Side side : kBothSides) {
      SideNames& names = state_.names[side];
      const bool before = (files & bit(kBase)) != 0;
      const bool after = (files & bit(side)) != 0;
      if (before && !after) {
        const Relevance relevance = match == 0            ? Relevance::content
                                    : watch == kEverySide ? Relevance::location
                                                          : Relevance::none;
        names.any_relevant = names.any_relevant || relevance != Relevance::none;
        names.removed.push_back(
            {.path = path, .version = version_of(entries[kBase]), .relevance = relevance, .batch = batch_});
      } else if (!before && after) {
        names.added.push_back(
            {.path = path, .version = version_of(entries[side]), .relevance = {}, .batch = batch_});
      }
    }
  }

  void take_whole(Side side, PutOff rest) {
    state_.paths.erase(rest.path);
    if (side == kOurs) return;
    Edit edit{.version = {}, .whole = true};
    if (rest.instead.exists()) edit.version = std::move(rest.instead);
    state_.edits.set(rest.path, std::move(edit));
  }

  static std::string path_of(const std::string& directory_path, const Entries& entries) {
    for (const TreeEntry* entry : entries) {
      if (entry != nullptr) return join_path(directory_path, entry->name);
    }
    return directory_path;
  }

  MergeState& state_;
  std::size_t batch_ = 0;
  std::size_t seen_ = 0;  ///< Counts directories too: trees can be made that hold nothing else.
  std::array<std::vector<PutOff>, 3> put_off_;
  std::array<bool, 3> may_put_off_ = {false, true, true};
};

}  // namespace

Result<void> walk_trees(MergeState& state) {
  Walk walk(state);
  KEDGE_CHECK(walk.run());
  const auto in_order = [](std::vector<RenameCandidate>& files) {
    std::ranges::sort(files, {}, [](const RenameCandidate& file) { return std::tie(file.batch, file.path); });
  };
  for (const Side side : kBothSides) {
    in_order(state.names[side].removed);
    in_order(state.names[side].added);
  }
  return {};
}

}  // namespace kedge::rollback::merge
