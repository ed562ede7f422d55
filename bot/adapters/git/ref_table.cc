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

/// Full names of the refs that have a file of their own, sorted.
std::vector<std::string> loose_refs(const Repo& repo, const std::vector<std::string_view>& prefixes) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path root = common_dir(repo);
  for (const std::string_view prefix : prefixes) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / prefix, ignored)) {
      const bool is_ref = entry.is_regular_file(ignored) && entry.path().extension() != ".lock";
      if (is_ref) names.push_back(entry.path().string().substr(root.string().size()));
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

PackedRefs::Stamp PackedRefs::stamp_of(const fs::path& file) {
  struct stat seen {};
  if (::stat(file.c_str(), &seen) != 0) return {};
  return {.inode = seen.st_ino,
          .size = seen.st_size,
          .time_ns = std::int64_t{seen.st_mtim.tv_sec} * 1'000'000'000 + seen.st_mtim.tv_nsec};
}

const std::vector<RefAt>& PackedRefs::read(const Repo& repo) {
  const fs::path file = common_dir(repo) / "packed-refs";
  const Stamp stamp = stamp_of(file);
  if (stamp == stamp_) return refs_;
  stamp_ = stamp;
  refs_.clear();
  std::ifstream in(file, std::ios::binary);
  bool named = false;  // The line before was a ref, of which this one may tell what its tag stands on.
  std::vector<RefAt> found;
  for (std::string line; std::getline(in, line);) {
    const std::size_t from = line.starts_with('^') ? 1 : 0;
    const std::string_view sha = std::string_view(line).substr(from, kShaLength);
    if (!is_full_sha(sha)) continue;
    if (from == 1 && named) found.back().commit = to_oid(sha);
    named = from == 0 && line.size() > kShaLength + 1;
    if (named) found.push_back({.name = line.substr(kShaLength + 1), .commit = to_oid(sha)});
  }
  for (RefAt& ref : found) {
    const Result<std::int64_t> time = repo.commit_time(ref.commit);
    if (!time) continue;  // Of a file or a tree; git peels all others here.
    ref.time = *time;
    refs_.push_back(std::move(ref));
  }
  return refs_;
}

void for_each_ref(const Repo& repo, const std::vector<std::string_view>& prefixes,
                  const std::function<void(const RefAt&)>& see) {
  const std::vector<std::string> loose = loose_refs(repo, prefixes);
  for (const std::string& name : loose) {
    const std::optional<std::string> commit = repo.commit_at(name);
    if (!commit) continue;
    const git_oid oid = to_oid(*commit);
    if (const auto time = repo.commit_time(oid)) see({.name = name, .commit = oid, .time = *time});
  }
  for (const RefAt& ref : repo.packed_refs()) {
    const auto begins = [&](std::string_view prefix) { return ref.name.starts_with(prefix); };
    // A file of its own is newer than the packed one.
    if (std::ranges::any_of(prefixes, begins) && !std::ranges::binary_search(loose, ref.name)) see(ref);
  }
}

}  // namespace kedge::adapters::git
