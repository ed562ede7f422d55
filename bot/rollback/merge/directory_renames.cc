// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/directory_renames.h"

#include <algorithm>
#include <set>

namespace kedge::rollback::merge {
namespace {

/// New place → files of one side that would go there.
using Arrivals = std::map<std::string, std::set<std::string>>;

void report(MergeState& state, ConflictReason reason, const std::string& path,
            std::vector<std::string> others) {
  state.conflicts.push_back({.path = path,
                             .reason = reason,
                             .kind = kind_of(reason),
                             .sides = {},
                             .other_paths = std::move(others),
                             .hunks = {}});
}

/// One place needs more files than any other; without it nobody can say where the directory went.
void settle_places(MergeState& state, SideNames& names) {
  for (const auto& [directory, places] : names.directory_counts) {
    const auto by_files = [](const auto& place) { return place.second; };
    const auto most = std::ranges::max_element(places, {}, by_files);
    if (most == places.end()) continue;
    if (std::ranges::count(places, most->second, by_files) == 1) {
      names.moved_to[directory] = most->first;
      continue;
    }
    std::vector<std::string> others;
    for (const auto& [place, files] : places) others.push_back(place);
    report(state, ConflictReason::directory_split, directory, std::move(others));
  }
}

/// Both sides moved it: each file's own renames tell enough.
void drop_moved_twice(SideNames& ours, SideNames& theirs) {
  std::vector<std::string> twice;
  for (const auto& [directory, place] : ours.moved_to) {
    if (theirs.moved_to.contains(directory)) twice.push_back(directory);
  }
  for (const std::string& directory : twice) {
    ours.moved_to.erase(directory);
    theirs.moved_to.erase(directory);
  }
}

class Followers {
 public:
  explicit Followers(MergeState& state) : state_(state) {
    for (const Side side : kBothSides) {
      const std::vector<Rename>& renames = state_.names[side].renames;
      for (std::size_t i = 0; i < renames.size(); ++i) renamed_[side].emplace(renames[i].to, i);
      for (const std::string& file : newcomers(side)) {
        if (const auto move = move_of(side, file)) arrivals_[side][moved_path(*move, file)].insert(file);
      }
    }
  }

  Result<void> move_all() {
    for (const Side side : kBothSides) {
      if (state_.names[other(side)].moved_to.empty()) continue;
      for (const std::string& file : newcomers(side)) KEDGE_CHECK(follow(side, file));
    }
    return {};
  }

 private:
  using Move = std::map<std::string, std::string>::value_type;

  /// Added or renamed files, by path.
  [[nodiscard]] std::vector<std::string> newcomers(Side side) const {
    std::vector<std::string> files;
    for (const RenameCandidate& file : state_.names[side].added) files.push_back(file.path);
    return files;
  }

  /// The closest directory above the file that the other side moved.
  [[nodiscard]] const Move* move_of(Side side, std::string_view file) const {
    const auto& moved = state_.names[other(side)].moved_to;
    if (moved.empty()) return nullptr;
    for (std::string_view directory = directory_of(file); !directory.empty();
         directory = directory_of(directory)) {
      const auto move = moved.find(directory);
      if (move != moved.end()) return &*move;
    }
    return nullptr;
  }

  static std::string moved_path(const Move& move, std::string_view file) {
    return join_path(move.second, file.substr(move.first.size() + 1));
  }

  Result<void> follow(Side side, const std::string& file) {
    if (arrivals_[other(side)].contains(file)) return {};
    const Move* move = move_of(side, file);
    // Its own side moved the new place in turn: it follows no further.
    if (move == nullptr || state_.names[side].moved_to.contains(move->second)) return {};
    const std::string place = moved_path(*move, file);
    const std::set<std::string>& sources = arrivals_[side].at(place);
    if (refused_.contains(place)) return {};
    KEDGE_TRY(existing, find_entry(state_, side, place));
    if (existing || sources.size() > 1) {
      refused_.insert(place);
      report(state_, existing ? ConflictReason::moved_onto_existing : ConflictReason::moved_together, place,
             {sources.begin(), sources.end()});
      return {};
    }
    return move_entry(side, file, place);
  }

  Result<void> move_entry(Side side, const std::string& from, const std::string& to) {
    const auto node = state_.paths.find(from);
    if (node == state_.paths.end()) return {};
    PathEntry entry = std::move(node->second);
    state_.paths.erase(node);
    state_.edits.set(from, {});
    const auto rename = renamed_[side].find(from);
    if (rename != renamed_[side].end()) state_.names[side].renames[rename->second].to = to;
    if (entry.origin[side].empty()) entry.origin[side] = from;
    KEDGE_TRY(met_entry, find_entry(state_, other(side), to));
    const bool meets_directory = met_entry && met_entry->mode == FileMode::directory;
    entry.directories = meets_directory ? bit(other(side)) : 0;
    entry.misplaced = ConflictReason::directory_moved;
    entry.other_paths.push_back(from);
    const auto [place, is_new] = state_.paths.try_emplace(to, entry);
    if (is_new) return {};
    PathEntry& met = place->second;
    met.versions[side] = entry.versions[side];
    met.origin[side] = from;
    met.misplaced = entry.misplaced;
    met.other_paths.push_back(from);
    return {};
  }

  MergeState& state_;
  std::array<std::map<std::string, std::size_t>, 3> renamed_;  ///< New path → number of the rename.
  std::array<Arrivals, 3> arrivals_;
  std::set<std::string> refused_;
};

}  // namespace

Result<void> follow_directory_renames(MergeState& state) {
  SideNames& ours = state.names[kOurs];
  SideNames& theirs = state.names[kTheirs];
  settle_places(state, ours);
  settle_places(state, theirs);
  drop_moved_twice(ours, theirs);
  if (ours.moved_to.empty() && theirs.moved_to.empty()) return {};
  return Followers(state).move_all();
}

}  // namespace kedge::rollback::merge
