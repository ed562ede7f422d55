// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/directory_counts.h"

#include <algorithm>

#include "bot/rollback/merge/table_order.h"

namespace kedge::rollback::merge {
namespace {

DirectoryNeed need_of(const SideNames& names, std::string_view directory) {
  const auto known = names.removed_directories.find(directory);
  return known == names.removed_directories.end() ? DirectoryNeed::none : known->second;
}

/// The directory and those above it, as long as each is needed.
std::vector<std::string_view> needed_above(const SideNames& names, std::string_view path) {
  std::vector<std::string_view> needed;
  for (std::string_view directory = directory_of(path);
       !directory.empty() && need_of(names, directory) != DirectoryNeed::none;
       directory = directory_of(directory)) {
    needed.push_back(directory);
  }
  return needed;
}

/// True if one place has more files than any other could get.
bool is_decided(const std::map<std::string, std::size_t>& places, std::size_t open) {
  std::size_t most = 0;
  std::size_t second = 0;
  for (const auto& [place, files] : places) {
    if (files >= most) {
      second = std::exchange(most, files);
    } else {
      second = std::max(second, files);
    }
  }
  return most > second + open;
}

}  // namespace

void count_rename(SideNames& names, const std::string& from, const std::string& to) {
  std::string_view old_path = from;
  std::string_view new_path = to;
  for (bool first = true;; first = false) {
    const std::string_view old_directory = directory_of(old_path);
    const std::string_view new_directory = directory_of(new_path);
    const auto known = names.removed_directories.find(old_directory);
    if (known == names.removed_directories.end()) return;
    if (!first && base_name(old_path) != base_name(new_path)) return;
    if (first || known->second == DirectoryNeed::itself) {
      ++names.directory_counts[std::string(old_directory)][std::string(new_directory)];
    }
    if (known->second == DirectoryNeed::none || old_directory.empty() || new_directory.empty()) return;
    old_path = old_directory;
    new_path = new_directory;
  }
}

std::map<std::string, std::string, std::less<>> likely_places(const DirectoryCounts& counts) {
  std::map<std::string, std::string, std::less<>> likely;
  for (const auto& [directory, places] : counts) {
    std::vector<std::string> names;
    for (const auto& [place, files] : places) names.push_back(place);
    // Of places with as many files git takes the first of its table.
    std::size_t most = 0;
    for (const std::size_t index : table_order(names)) {
      const std::size_t files = places.at(names[index]);
      if (files > most) likely[directory] = names[index];
      most = std::max(most, files);
    }
  }
  return likely;
}

std::set<std::size_t> decided_early(const SideNames& names, const std::vector<std::size_t>& open) {
  std::map<std::string_view, std::size_t> open_below;
  for (const std::size_t index : open) {
    for (const std::string_view directory : needed_above(names, names.removed[index].path)) {
      ++open_below[directory];
    }
  }
  const auto is_open = [&](std::string_view directory) {
    if (need_of(names, directory) != DirectoryNeed::itself) return false;
    const auto places = names.directory_counts.find(directory);
    return places == names.directory_counts.end() || !is_decided(places->second, open_below[directory]);
  };
  std::set<std::size_t> decided;
  for (const std::size_t index : open) {
    const RenameCandidate& file = names.removed[index];
    if (file.relevance != Relevance::location) continue;
    if (std::ranges::none_of(needed_above(names, file.path), is_open)) decided.insert(index);
  }
  return decided;
}

}  // namespace kedge::rollback::merge
