// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/rename_search.h"

#include <algorithm>
#include <tuple>

#include "bot/rollback/merge/directory_counts.h"
#include "bot/rollback/merge/similarity.h"

namespace kedge::rollback::merge {
namespace {

/// Above so many pairs git does not compare contents at all.
constexpr std::uint64_t kComparedPairsMax = std::uint64_t{7000} * 7000;
constexpr std::size_t kBestPerAdded = 4;
constexpr std::string_view kEmptyBlob = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

struct File {
  const RenameCandidate* candidate = nullptr;
  bool used = false;
  std::optional<std::uint64_t> bytes;
  std::optional<Chunks> chunks;
  [[nodiscard]] const std::string& path() const { return candidate->path; }
};

/// A rename that is possible; slots that are not filled come last.
struct Possible {
  std::uint64_t score = 0;
  bool same_name = false;
  std::size_t added = 0;
  std::size_t removed = 0;
  bool filled = false;
};

bool better(const Possible& a, const Possible& b) {
  return std::tie(a.filled, a.score, a.same_name) > std::tie(b.filled, b.score, b.same_name);
}

/// The file with that base name, if there is just one.
std::map<std::string_view, std::optional<std::size_t>> unique_names(const std::vector<File>& files) {
  std::map<std::string_view, std::optional<std::size_t>> names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].used) continue;
    const auto [name, is_new] = names.try_emplace(base_name(files[i].path()), i);
    if (!is_new) name->second.reset();
  }
  return names;
}

std::vector<File> usable(const std::vector<RenameCandidate>& candidates) {
  const ObjectId empty = object_id(kEmptyBlob);
  std::vector<File> files;
  for (const RenameCandidate& candidate : candidates) {
    if (candidate.version.id != empty) files.push_back({.candidate = &candidate, .bytes = {}, .chunks = {}});
  }
  return files;
}

class Search {
 public:
  Search(MergeState& state, Side side)
      : objects_(state.objects),
        names_(state.names[side]),
        removed_(usable(names_.removed)),
        added_(usable(names_.added)) {}

  Result<void> run() {
    if (removed_.empty() || added_.empty()) return {};
    take_equal();
    KEDGE_CHECK(take_by_name());
    KEDGE_CHECK(take_closest());
    std::erase_if(names_.directory_counts, [&](const auto& directory) {
      const auto known = names_.removed_directories.find(directory.first);
      return known == names_.removed_directories.end() || known->second == DirectoryNeed::none;
    });
    std::ranges::sort(names_.renames, {}, &Rename::from);
    return {};
  }

 private:
  void take(std::size_t removed, std::size_t added) {
    removed_[removed].used = true;
    added_[added].used = true;
    removed_[removed].chunks.reset();
    added_[added].chunks.reset();
    names_.renames.push_back({.from = removed_[removed].path(), .to = added_[added].path()});
    count_rename(names_, removed_[removed].path(), added_[added].path());
  }

  /// Equal content: under the same base name if possible, else the first by path.
  void take_equal() {
    using Content = std::pair<ObjectId, FileMode>;
    const auto content_of = [](const File& file) {
      const Version& version = file.candidate->version;
      return Content(version.id, is_file(version.mode) ? FileMode::regular : version.mode);
    };
    std::map<Content, std::vector<std::size_t>> by_content;
    std::map<std::pair<Content, std::string_view>, std::vector<std::size_t>> by_name;
    for (std::size_t i = removed_.size(); i-- > 0;) {
      by_content[content_of(removed_[i])].push_back(i);
      by_name[{content_of(removed_[i]), base_name(removed_[i].path())}].push_back(i);
    }
    const auto first_unused = [&](std::vector<std::size_t>& indices) -> std::optional<std::size_t> {
      while (!indices.empty() && removed_[indices.back()].used) indices.pop_back();
      return indices.empty() ? std::nullopt : std::optional(indices.back());
    };
    for (std::size_t i = 0; i < added_.size(); ++i) {
      const auto same = by_content.find(content_of(added_[i]));
      if (same == by_content.end()) continue;
      std::optional<std::size_t> found;
      const auto named = by_name.find({same->first, base_name(added_[i].path())});
      if (named != by_name.end()) found = first_unused(named->second);
      if (!found) found = first_unused(same->second);
      if (found) take(*found, i);
    }
  }

  /// The base name alone, where it is unique; else with the directory that equal files went to.
  Result<void> take_by_name() {
    const auto removed_names = unique_names(removed_);
    const auto added_names = unique_names(added_);
    const auto places = likely_places(names_.directory_counts);
    std::map<std::string_view, std::size_t> added_paths;
    for (std::size_t i = 0; i < added_.size(); ++i) {
      if (!added_[i].used) added_paths.emplace(added_[i].path(), i);
    }
    const auto guess = [&](const std::string& path) -> std::optional<std::size_t> {
      const auto place = places.find(directory_of(path));
      if (place == places.end()) return std::nullopt;
      const auto known = added_paths.find(place->second + "/" + std::string(base_name(path)));
      return known == added_paths.end() ? std::nullopt : std::optional(known->second);
    };
    for (std::size_t i = 0; i < removed_.size(); ++i) {
      if (removed_[i].used || removed_[i].candidate->relevance == Relevance::none) continue;
      const std::string_view name = base_name(removed_[i].path());
      const auto same_name = added_names.find(name);
      if (same_name == added_names.end()) continue;
      const bool unique = removed_names.at(name).has_value() && same_name->second.has_value();
      const std::optional<std::size_t> added = unique ? same_name->second : guess(removed_[i].path());
      if (!added || added_[*added].used) continue;
      KEDGE_TRY(score, compare(removed_[i], added_[*added], kSameNameScore));
      if (score >= kSameNameScore) take(i, *added);
    }
    return {};
  }

  /// What is left, every relevant source with every added file.
  Result<void> take_closest() {
    const std::vector<std::size_t> open = still_needed();
    const auto left = static_cast<std::uint64_t>(std::ranges::count(added_, false, &File::used));
    if (open.empty() || left == 0 || open.size() * left > kComparedPairsMax) return {};
    KEDGE_CHECK(objects_.budget().spend_pairs(open.size() * left));
    std::vector<Possible> possible;
    for (std::size_t i = 0; i < added_.size(); ++i) {
      if (added_[i].used) continue;
      KEDGE_CHECK(objects_.budget().check_time());
      KEDGE_TRY(best, best_for(i, open));
      possible.insert(possible.end(), best.begin(), best.end());
      added_[i].chunks.reset();
    }
    std::ranges::stable_sort(possible, better);
    for (const Possible& rename : possible) {
      if (!rename.filled || rename.score < kRenameScore) break;
      if (!removed_[rename.removed].used && !added_[rename.added].used) take(rename.removed, rename.added);
    }
    return {};
  }

  std::vector<std::size_t> still_needed() {
    std::vector<std::size_t> open;
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < removed_.size(); ++i) {
      if (removed_[i].used || removed_[i].candidate->relevance == Relevance::none) continue;
      open.push_back(i);
      candidates.push_back(static_cast<std::size_t>(removed_[i].candidate - names_.removed.data()));
    }
    const std::set<std::size_t> decided = decided_early(names_, candidates);
    std::vector<std::size_t> needed;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (!decided.contains(candidates[i])) needed.push_back(open[i]);
    }
    return needed;
  }

  Result<std::array<Possible, kBestPerAdded>> best_for(std::size_t added,
                                                       const std::vector<std::size_t>& open) {
    std::array<Possible, kBestPerAdded> best;
    for (const std::size_t removed : open) {
      KEDGE_TRY(score, compare(removed_[removed], added_[added], kRenameScore));
      const bool same_name = base_name(removed_[removed].path()) == base_name(added_[added].path());
      const Possible found{
          .score = score, .same_name = same_name, .added = added, .removed = removed, .filled = true};
      Possible& worst = *std::ranges::max_element(best, better);
      if (better(found, worst)) worst = found;
    }
    return best;
  }

  /// 0 where the score is out of reach by type or size.
  Result<std::uint64_t> compare(File& removed, File& added, std::uint64_t score) {
    if (!is_file(removed.candidate->version.mode) || !is_file(added.candidate->version.mode)) return 0;
    for (File* file : {&removed, &added}) {
      if (file->bytes) continue;
      KEDGE_TRY(bytes, objects_.size(file->candidate->version));
      file->bytes = bytes;
    }
    if (sizes_exclude(*removed.bytes, *added.bytes, score)) return 0;
    for (File* file : {&removed, &added}) {
      if (file->chunks) continue;
      KEDGE_TRY(content, objects_.content(file->candidate->version));
      file->chunks = chunks_of(content);
    }
    return score_of(*removed.chunks, *added.chunks);
  }

  Objects& objects_;
  SideNames& names_;
  std::vector<File> removed_;
  std::vector<File> added_;
};

}  // namespace

Result<void> find_renames(MergeState& state, Side side) {
  if (!state.names[side].any_relevant || state.names[side].added.empty()) return {};
  return Search(state, side).run();
}

}  // namespace kedge::rollback::merge
