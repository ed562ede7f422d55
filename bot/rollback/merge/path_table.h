// SPDX-License-Identifier: Apache-2.0
// What a merge knows of the paths that differ: filled by the walk, changed by renames, read by the
// resolution.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/rollback/merge/edits.h"
#include "bot/rollback/merge/merge.h"
#include "bot/rollback/merge/objects.h"

namespace kedge::rollback::merge {

enum Side : std::uint8_t { kBase = 0, kOurs = 1, kTheirs = 2 };
inline constexpr std::array kAllSides = {kBase, kOurs, kTheirs};
inline constexpr std::array kBothSides = {kOurs, kTheirs};

constexpr Side other(Side side) {
  return side == kOurs ? kTheirs : kOurs;
}

/// A set of sides, one bit each.
using SideSet = unsigned;
constexpr SideSet bit(Side side) {
  return 1U << side;
}
inline constexpr SideSet kEverySide = 7;

struct PathEntry {
  std::array<Version, 3> versions;    ///< What is no directory there.
  std::array<std::string, 3> origin;  ///< The path it had on that side; empty: this one.
  SideSet directories = 0;            ///< Where a directory stands under the path.
  SideSet match = 0;                  ///< Two sides with the same file, before renames; else nothing.
  bool gone = false;                  ///< Renamed away.
  /// A conflict whatever becomes of the content.
  std::optional<ConflictReason> misplaced;
  /// The conflict of a merge whose markers stand in our version: it stays one, even where theirs was the
  /// same.
  std::optional<ConflictReason> merged_badly;
  std::vector<std::string> other_paths;

  [[nodiscard]] SideSet files() const;
};

/// Why a source of a rename is looked for.
enum class Relevance : std::uint8_t {
  none,      ///< Nothing depends on where it went.
  location,  ///< It tells where its directory went.
  content    ///< The other side changed or deleted it.
};

/// What a directory that one side removed is needed for.
enum class DirectoryNeed : std::uint8_t {
  none,
  parents,  ///< A directory above it is needed.
  itself    ///< The other side put a file into it.
};

struct RenameCandidate {
  std::string path;
  Version version;
  Relevance relevance = Relevance::none;  ///< Of removed files.
  std::size_t batch = 0;                  ///< Files of subtrees that were put off come later.
};

/// old directory → new directory → files that went there
using DirectoryCounts = std::map<std::string, std::map<std::string, std::size_t>, std::less<>>;

struct Rename {
  std::string from;
  std::string to;
};

/// What happened to names on one side.
struct SideNames {
  std::vector<RenameCandidate> removed;  ///< By batch, then by path; likewise `added`.
  std::vector<RenameCandidate> added;
  std::map<std::string, DirectoryNeed, std::less<>> removed_directories;
  bool any_relevant = false;  ///< Without a relevant source nobody asks for this side's renames.

  std::vector<Rename> renames;       ///< Found by find_renames.
  DirectoryCounts directory_counts;  ///< Likewise.
  std::map<std::string, std::string, std::less<>>
      moved_to;  ///< Directories with a new place, see directory_renames.h.
};

/// All that the steps of a merge hand on to each other.
struct MergeState {
  const MergeRequest& request;
  const MergeOptions& options;
  Objects& objects;
  std::map<std::string, PathEntry> paths;
  std::array<SideNames, 3> names;  ///< By side; that of the base is unused.
  Edits edits;
  std::vector<PathConflict> conflicts;
};

/// What stands under `path` on a side, be it a directory. Errors: of the store.
Result<std::optional<TreeEntry>> find_entry(MergeState& state, Side side, std::string_view path);

}  // namespace kedge::rollback::merge
