// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/missing_blobs.h"

#include <git2/sys/odb_backend.h>

#include <cstring>

#include "bot/adapters/git/git_fetch.h"

namespace kedge::adapters::git {
namespace {

/// Below packs and loose objects, so that only what they lack comes here.
constexpr int kBelowAllBackends = 0;

struct Backend {
  git_odb_backend base{};  ///< First: libgit2 hands out its address.
  MissingBlobs* owner = nullptr;
};

int read(void** data, std::size_t* size, git_object_t* type, git_odb_backend* self, const git_oid* oid) {
  auto& backend = *reinterpret_cast<Backend*>(self);
  const Result<OdbObjectHandle> object = backend.owner->read(*oid);
  // Not found would be taken for an answer: no attributes, for one.
  if (!object) return object.error().code == Errc::not_found ? GIT_ENOTFOUND : GIT_ERROR;
  *size = git_odb_object_size(object->get());
  *type = git_odb_object_type(object->get());
  *data = git_odb_backend_data_alloc(self, *size);
  if (*data == nullptr) return GIT_ERROR;
  std::memcpy(*data, git_odb_object_data(object->get()), *size);
  return 0;
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
  backend->base.read = git::read;
  backend->base.free = release;
  backend->owner = this;
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

Result<OdbObjectHandle> MissingBlobs::read(const git_oid& oid) {
  KEDGE_CHECK(fetch({to_sha(oid)}));
  git_odb_object* found = nullptr;
  if (git_odb_read(&found, own_->odb(), &oid) != 0) {
    return fail(Errc::not_found, "cannot read object {}: {}", to_sha(oid), last_error());
  }
  return OdbObjectHandle(found);
}

Result<void> MissingBlobs::fetch(const std::vector<std::string>& ids) {
  Result<void> fetched = ask(ids);
  if (!fetched && fetched.error().code != Errc::not_found) failure_ = fetched.error();
  return fetched;
}

Result<void> MissingBlobs::ask(const std::vector<std::string>& ids) {
  if (!own_) {
    KEDGE_TRY(repo, Repo::open_mirror(repo_.git_dir()));
    own_ = std::move(repo);
  }
  std::vector<std::string> wanted;
  for (const std::string& id : ids) {
    if (!own_->has_object(id)) wanted.push_back(id);
  }
  if (wanted.empty()) return {};
  if (!own_->is_partial())
    return fail(Errc::not_found, "cannot read object {}: it is missing", wanted.front());
  if (!remote_) {
    Result<Remote> remote = link_.connect(*own_, Direction::fetch);
    if (!remote) {
      failure_ = remote.error();  // Also where the repository is not found: that is no lack of one object.
      return pass(std::move(remote).error());
    }
    remote_ = std::move(*remote);
  }
  return fetch_objects_by_git(own_->git_dir(), link_, *remote_, wanted);
}

}  // namespace kedge::adapters::git
