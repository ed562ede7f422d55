// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/ref_table.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "bot/adapters/git/repo.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

namespace fs = std::filesystem;

fs::path common_dir(const Repo& repo) {
  return git_repository_commondir(repo.raw());
}

/// Full names of the refs that have a file of their own, sorted. Somebody may pack or remove refs meanwhile:
/// what is gone is no ref any more.
std::vector<std::string> loose_refs(const Repo& repo, const std::vector<std::string_view>& prefixes) {
  std::vector<std::string> names;
  const fs::path root = common_dir(repo);
  std::vector<std::string> folders(prefixes.begin(), prefixes.end());
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    for (fs::directory_iterator entry(root / folder, error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code gone;
      const std::string name = folder + entry->path().filename().string();
      if (entry->is_directory(gone)) {
        folders.push_back(name + "/");
      } else if (!gone && entry->path().extension() != ".lock") {
        names.push_back(name);
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

bool begins_with_one_of(std::string_view name, const std::vector<std::string_view>& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

/// With its commit and time; false where the ref leads to none. Not all programs note what an annotated tag
/// stands on.
bool complete(const Repo& repo, RefAt& ref) {
  if (!repo.has_commit(to_sha(ref.commit))) {
    const std::optional<std::string> peeled = repo.commit_at(ref.name);
    if (!peeled) return false;
    ref.commit = to_oid(*peeled);
  }
  const Result<std::int64_t> time = repo.commit_time(ref.commit);
  if (time) ref.time = *time;
  return time.has_value();
}

}  // namespace

PackedRefs::Stamp PackedRefs::stamp_of(const fs::path& file) {
  struct stat seen {};
  if (::stat(file.c_str(), &seen) != 0) return {};
  return {.inode = seen.st_ino,
          .size = seen.st_size,
          .time_ns = std::int64_t{seen.st_mtim.tv_sec} * 1'000'000'000 + seen.st_mtim.tv_nsec};
}

const std::vector<RefAt>& PackedRefs::read(const Repo& repo, const std::vector<std::string_view>& prefixes) {
  const fs::path file = common_dir(repo) / "packed-refs";
  const Stamp stamp = stamp_of(file);
  if (stamp == stamp_) return refs_;
  stamp_ = stamp;
  refs_.clear();
  std::ifstream in(file, std::ios::binary);
  bool named =
      false;  // The line before was a ref of ours, of which this one may tell what its tag stands on.
  for (std::string line; std::getline(in, line);) {
    const std::size_t from = line.starts_with('^') ? 1 : 0;
    const std::string_view sha = std::string_view(line).substr(from, kShaLength);
    if (!is_full_sha(sha)) continue;
    if (from == 1 && named) refs_.back().commit = to_oid(sha);
    named = from == 0 && line.size() > kShaLength + 1 &&
            begins_with_one_of(std::string_view(line).substr(kShaLength + 1), prefixes);
    if (named) refs_.push_back({.name = line.substr(kShaLength + 1), .commit = to_oid(sha)});
  }
  std::erase_if(refs_, [&](RefAt& ref) { return !complete(repo, ref); });
  return refs_;
}

void for_each_ref(const Repo& repo, const std::function<void(const RefAt&)>& see) {
  static const std::vector<std::string_view> kPrefixes = {kHeads, kRemoteHeads, kTags};
  const std::vector<std::string> loose = loose_refs(repo, kPrefixes);
  for (const std::string& name : loose) {
    const std::optional<std::string> commit = repo.commit_at(name);
    if (!commit) continue;
    RefAt ref{.name = name, .commit = to_oid(*commit)};
    if (complete(repo, ref)) see(ref);
  }
  for (const RefAt& ref : repo.packed_refs(kPrefixes)) {
    // A file of its own is newer than the packed one.
    if (!std::ranges::binary_search(loose, ref.name)) see(ref);
  }
}

}  // namespace kedge::adapters::git
