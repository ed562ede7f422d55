// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/missing_blobs.h"

#include <git2/sys/odb_backend.h>

#include <cstring>

#include "bot/adapters/git/git_fetch.h"

namespace kedge::adapters::git {
namespace {

/// Below packs and loose objects, so that only what they lack comes here.
constexpr int kBelowAllBackends = 0;

using OdbObjectHandle = std::unique_ptr<git_odb_object, FreedBy<git_odb_object_free>>;

struct Backend {
  git_odb_backend base{};  ///< First: libgit2 hands out its address.
  MissingBlobs* owner = nullptr;
  std::string objects;  ///< The folder.
};

/// What was fetched just now, read from disk: the caller's own table of packs does not know it yet.
int read_from_disk(void** data, std::size_t* size, git_object_t* type, Backend& backend, const git_oid& oid) {
  git_odb* raw = nullptr;
  if (git_odb_open(&raw, backend.objects.c_str()) != 0) return GIT_ENOTFOUND;
  const OdbHandle odb(raw);
  git_odb_object* found = nullptr;
  if (git_odb_read(&found, raw, &oid) != 0) return GIT_ENOTFOUND;
  const OdbObjectHandle object(found);
  *size = git_odb_object_size(found);
  *type = git_odb_object_type(found);
  *data = git_odb_backend_data_alloc(&backend.base, *size);
  if (*data == nullptr) return GIT_ERROR;
  std::memcpy(*data, git_odb_object_data(found), *size);
  return 0;
}

int read(void** data, std::size_t* size, git_object_t* type, git_odb_backend* self, const git_oid* oid) {
  auto& backend = *reinterpret_cast<Backend*>(self);
  if (!backend.owner->fetch({to_sha(*oid)})) return GIT_ENOTFOUND;
  return read_from_disk(data, size, type, backend, *oid);
}

void release(git_odb_backend* self) {
  delete reinterpret_cast<Backend*>(self);  // NOLINT(cppcoreguidelines-owning-memory): libgit2 owned it.
}

}  // namespace

Result<void> MissingBlobs::attach() {
  auto backend = std::make_unique<Backend>();
  if (git_odb_init_backend(&backend->base, GIT_ODB_BACKEND_VERSION) != 0) {
    return fail(Errc::unavailable, "cannot read through the mirror: {}", last_error());
  }
  backend->base.read = read;
  backend->base.free = release;
  backend->owner = this;
  backend->objects = (repo_.git_dir() / "objects").string();
  if (git_odb_add_backend(repo_.odb(), &backend->base, kBelowAllBackends) != 0) {
    return fail(Errc::unavailable, "cannot read through the mirror: {}", last_error());
  }
  static_cast<void>(backend.release());  // libgit2's from here on.
  return {};
}

Result<void> MissingBlobs::bring(const std::vector<std::string>& ids) {
  KEDGE_CHECK(fetch(ids));
  // Its table of packs, so that what came is found there.
  if (git_odb_refresh(repo_.odb()) != 0) {
    return fail(Errc::corrupt, "cannot read the object database: {}", last_error());
  }
  return {};
}

Result<void> MissingBlobs::fetch(const std::vector<std::string>& ids) {
  const auto attempt = [&]() -> Result<void> {
    // A handle of its own: libgit2 calls while it holds the lock of the other.
    KEDGE_TRY(repo, Repo::open_mirror(repo_.git_dir()));
    std::vector<std::string> wanted;
    for (const std::string& id : ids) {
      if (!repo.has_object(id) && asked_.insert(id).second) wanted.push_back(id);
    }
    if (wanted.empty()) return {};
    KEDGE_TRY(remote, link_.connect(repo, Direction::fetch));
    return fetch_objects_by_git(repo.git_dir(), link_, remote, wanted);
  };
  Result<void> fetched = attempt();
  if (!fetched) failure_ = fetched.error();
  return fetched;
}

}  // namespace kedge::adapters::git
