// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_store.h"

#include <system_error>

namespace kedge::adapters::git {
namespace {

namespace fs = std::filesystem;

/// We hold the mirror's lock, so a lock file of libgit2 inside it belongs to a process that died.
void clear_leftovers(const fs::path& mirror) {
  std::error_code ignored;
  std::vector<fs::path> stale;
  for (const char* name : {"packed-refs.lock", "HEAD.lock", "config.lock", "index.lock"}) {
    if (fs::exists(mirror / name, ignored)) stale.push_back(mirror / name);
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(mirror / "refs", ignored)) {
    if (entry.path().extension() == ".lock" && entry.is_regular_file(ignored)) stale.push_back(entry.path());
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(mirror / "objects" / "pack", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("pack_git2_") || name.starts_with("tmp_") || name.ends_with(".lock")) {
      stale.push_back(entry.path());
    }
  }
  for (const fs::path& path : stale) fs::remove(path, ignored);
}

/// Made beside its place and renamed, so that a half-made mirror is never taken for one.
Result<void> make_mirror(const fs::path& mirror) {
  std::error_code error;
  const fs::path draft = mirror.string() + ".new";
  fs::remove_all(draft, error);
  git_repository* raw = nullptr;
  if (git_repository_init(&raw, draft.c_str(), 1) != 0) {
    return fail(Errc::unavailable, "cannot make mirror {}: {}", mirror.string(), last_error());
  }
  git_repository_free(raw);
  fs::rename(draft, mirror, error);
  if (error) return fail(Errc::unavailable, "cannot make mirror {}: {}", mirror.string(), error.message());
  return {};
}

}  // namespace

Result<Mirror> open_mirror(const fs::path& state_dir, RepositoryId repository, std::stop_token stop) {
  start_library();
  std::error_code error;
  const fs::path folder = state_dir / "mirrors";
  fs::create_directories(folder, error);
  if (error) return fail(Errc::unavailable, "cannot make folder {}: {}", folder.string(), error.message());
  const std::string id = std::to_string(repository.value);
  const fs::path mirror = folder / (id + ".git");
  KEDGE_TRY(lock, FileLock::take(folder / (id + ".lock"), std::move(stop)));
  if (fs::exists(mirror, error)) {
    clear_leftovers(mirror);
  } else {
    KEDGE_CHECK(make_mirror(mirror));
  }
  KEDGE_TRY(repo, Repo::open_mirror(mirror));
  return Mirror{.lock = std::move(lock), .repo = std::move(repo)};
}

Result<void> set_ref(const Repo& repo, const std::string& name, const std::string& sha) {
  const git_oid oid = to_oid(sha);
  git_reference* raw = nullptr;
  if (git_reference_create(&raw, repo.raw(), name.c_str(), &oid, 1, nullptr) != 0) {
    return fail(Errc::unavailable, "cannot write ref {}: {}", name, last_error());
  }
  const ReferenceHandle owned(raw);
  return {};
}

Result<void> remove_ref(const Repo& repo, const std::string& name) {
  const int code = git_reference_remove(repo.raw(), name.c_str());
  if (code != 0 && code != GIT_ENOTFOUND) {
    return fail(Errc::unavailable, "cannot remove ref {}: {}", name, last_error());
  }
  return {};
}

}  // namespace kedge::adapters::git
