// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_store.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>

namespace kedge::adapters::git {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSafety = "refs/kedge/safety/";
constexpr std::string_view kPushed = "refs/kedge/pushed/";

fs::path lock_file(const fs::path& state_dir, RepositoryId repository) {
  return state_dir / "mirrors" / (std::to_string(repository.value) + ".lock");
}

fs::path mirror_path(const fs::path& state_dir, RepositoryId repository) {
  return state_dir / "mirrors" / (std::to_string(repository.value) + ".git");
}

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

fs::path beside(const HeldMirror& mirror, std::string_view suffix) {
  return mirror.path.string() + std::string(suffix);
}

/// Copies a commit with all its history; false where a part of it cannot be read.
bool copy_history(const Repo& from, const Repo& to, const git_oid& tip) {
  git_revwalk* walk = nullptr;
  if (git_revwalk_new(&walk, from.raw()) != 0) return false;
  const RevwalkHandle walk_owned(walk);
  git_packbuilder* pack = nullptr;
  if (git_packbuilder_new(&pack, from.raw()) != 0) return false;
  const PackbuilderHandle pack_owned(pack);
  const fs::path folder = fs::path(git_repository_path(to.raw())) / "objects" / "pack";
  return git_revwalk_push(walk, &tip) == 0 && git_packbuilder_insert_walk(pack, walk) == 0 &&
         git_packbuilder_write(pack, folder.c_str(), 0, nullptr, nullptr) == 0;
}

bool carry_ref(const Repo& from, const Repo& to, const std::string& name) {
  git_oid oid{};
  if (git_reference_name_to_id(&oid, from.raw(), name.c_str()) != 0) return false;
  const std::string sha = to_sha(oid);
  if (!to.has_commit(sha) && !copy_history(from, to, oid)) return false;
  return set_ref(to, name, sha).has_value();
}

/// True if nothing was left behind.
bool carry_all(const fs::path& from_path, const Repo& to) {
  const Result<Repo> from = Repo::open_mirror(from_path);
  if (!from) return false;
  bool all = true;
  for (const std::string_view prefix : {kSafety, kPushed, std::string_view("refs/kedge/written/")}) {
    for (const std::string& name : from->refs(prefix)) {
      if (!to.commit_at(name)) all = carry_ref(*from, to, name) && all;
    }
  }
  return all;
}

}  // namespace

Result<HeldMirror> hold_mirror(const fs::path& state_dir, RepositoryId repository, Duration wait_max,
                               std::stop_token stop) {
  std::error_code error;
  const fs::path folder = state_dir / "mirrors";
  fs::create_directories(folder, error);
  if (error) return fail(Errc::unavailable, "cannot make folder {}: {}", folder.string(), error.message());
  KEDGE_TRY(lock, FileLock::take(lock_file(state_dir, repository), wait_max, std::move(stop)));
  HeldMirror held{.lock = std::move(lock), .path = mirror_path(state_dir, repository)};
  std::ofstream(used_file(held.path)) << '\n';
  return held;
}

Result<HeldMirror> try_mirror(const fs::path& state_dir, RepositoryId repository) {
  KEDGE_TRY(lock, FileLock::take(lock_file(state_dir, repository), Duration{0}, {}));
  return HeldMirror{.lock = std::move(lock), .path = mirror_path(state_dir, repository)};
}

bool is_wanted(const fs::path& state_dir, RepositoryId repository) {
  return FileLock::is_wanted(lock_file(state_dir, repository));
}

fs::path used_file(const fs::path& mirror) {
  return fs::path(mirror).replace_extension(".used");
}

std::string pushed_safety_ref(std::string_view safety_ref) {
  return std::string(kPushed) + std::string(safety_ref.substr(kSafety.size()));
}

bool is_replaceable(const HeldMirror& mirror) {
  std::error_code error;
  if (fs::exists(beside(mirror, ".damaged"), error)) return false;
  const Result<Repo> repo = Repo::open_mirror(mirror.path);
  if (!repo) return false;
  return std::ranges::all_of(repo->refs(kSafety), [&](const std::string& ref) {
    const std::optional<std::string> here = repo->commit_at(ref);
    return here && repo->commit_at(pushed_safety_ref(ref)) == here;
  });
}

Result<Repo> open_mirror(const HeldMirror& mirror) {
  start_library();
  std::error_code error;
  if (fs::exists(mirror.path, error)) {
    clear_leftovers(mirror.path);
  } else {
    KEDGE_CHECK(make_mirror(mirror.path));
  }
  return Repo::open_mirror(mirror.path);
}

Result<void> put_aside(const HeldMirror& mirror) {
  const fs::path damaged = beside(mirror, ".damaged");
  std::error_code error;
  // One that still waits to be carried over holds more than this one, which came after it.
  if (fs::exists(damaged, error)) {
    fs::remove_all(mirror.path, error);
  } else {
    fs::rename(mirror.path, damaged, error);
  }
  if (!error) return {};
  return fail(Errc::unavailable, "cannot put the damaged mirror {} aside: {}", mirror.path.string(),
              error.message());
}

void carry_refs_over(const HeldMirror& mirror) {
  const fs::path damaged = beside(mirror, ".damaged");
  std::error_code error;
  if (!fs::exists(damaged, error)) return;
  const Result<Repo> to = Repo::open_mirror(mirror.path);
  if (!to) return;
  if (carry_all(damaged, *to)) {
    fs::remove_all(damaged, error);
    return;
  }
  const fs::path unreadable = beside(mirror, ".unreadable");
  fs::remove_all(unreadable, error);
  fs::rename(damaged, unreadable, error);
}

}  // namespace kedge::adapters::git
