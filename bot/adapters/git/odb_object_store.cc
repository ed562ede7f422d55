// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/odb_object_store.h"

#include <cstring>

namespace kedge::adapters::git {
namespace {

using rollback::merge::ContentDriver;
using rollback::merge::ObjectId;
using rollback::merge::Tree;

git_oid oid_of(const ObjectId& id) {
  git_oid oid{};
  static_assert(sizeof id.bytes == GIT_OID_RAWSZ);
  std::memcpy(oid.id, id.bytes.data(), sizeof id.bytes);
  return oid;
}

ObjectId id_of(const git_oid& oid) {
  ObjectId id;
  std::memcpy(id.bytes.data(), oid.id, sizeof id.bytes);
  return id;
}

ContentDriver driver_of(const char* value) {
  switch (git_attr_value(value)) {
    case GIT_ATTR_VALUE_FALSE:
      return ContentDriver::binary;
    case GIT_ATTR_VALUE_STRING:
      if (std::string_view(value) == "binary") return ContentDriver::binary;
      if (std::string_view(value) == "union") return ContentDriver::union_both;
      return ContentDriver::text;
    case GIT_ATTR_VALUE_UNSPECIFIED:
    case GIT_ATTR_VALUE_TRUE:
      return ContentDriver::text;
  }
  return ContentDriver::text;
}

bool tree_has(git_tree* tree, const std::string& path) {
  git_tree_entry* entry = nullptr;
  if (git_tree_entry_bypath(&entry, tree, path.c_str()) != 0) return false;
  git_tree_entry_free(entry);
  return true;
}

}  // namespace

OdbObjectStore::OdbObjectStore(const Repo& repo, std::string attributes_commit)
    : repo_(repo), attributes_commit_(std::move(attributes_commit)) {}

Result<std::string> OdbObjectStore::read(const ObjectId& id, git_object_t type, const char* what) {
  const git_oid oid = oid_of(id);
  git_odb_object* raw = nullptr;
  if (git_odb_read(&raw, repo_.odb(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read {} {}: {}; run `git fsck`", what, to_hex(id), last_error());
  }
  const OdbObjectHandle object(raw);
  if (git_odb_object_type(raw) != type) {
    return fail(Errc::corrupt, "cannot read {} {}: it is something else; run `git fsck`", what, to_hex(id));
  }
  return std::string(static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw));
}

Result<Tree> OdbObjectStore::read_tree(const ObjectId& id) {
  KEDGE_TRY(bytes, read(id, GIT_OBJECT_TREE, "tree"));
  Result<Tree> tree = rollback::merge::parse_tree(bytes);
  if (!tree) tree.error().message += fmt::format(" ({}); run `git fsck`", to_hex(id));
  return tree;
}

Result<std::string> OdbObjectStore::read_blob(const ObjectId& id) {
  return read(id, GIT_OBJECT_BLOB, "blob");
}

Result<std::uint64_t> OdbObjectStore::blob_size(const ObjectId& id) {
  const git_oid oid = oid_of(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, repo_.odb(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read blob {}: {}; run `git fsck`", to_hex(id), last_error());
  }
  return size;
}

Result<ObjectId> OdbObjectStore::write(std::string_view bytes, git_object_t type) {
  git_oid oid{};
  git_error_clear();
  if (git_odb_write(&oid, repo_.odb(), bytes.data(), bytes.size(), type) != 0) {
    return fail(last_error_code(), "cannot write what was merged: {}", last_error());
  }
  written_.push_back(to_sha(oid));
  return id_of(oid);
}

Result<ObjectId> OdbObjectStore::write_tree(const Tree& tree) {
  return write(rollback::merge::format_tree(tree), GIT_OBJECT_TREE);
}

Result<ObjectId> OdbObjectStore::write_blob(std::string_view bytes) {
  return write(bytes, GIT_OBJECT_BLOB);
}

Result<git_repository*> OdbObjectStore::attributes_repository() {
  if (git_repository_is_bare(repo_.raw()) != 0) return repo_.raw();
  if (!bare_) {
    git_repository* raw = nullptr;
    if (git_repository_open_bare(&raw, git_repository_commondir(repo_.raw())) != 0) {
      return fail(Errc::corrupt, "cannot open the repository for its attributes: {}", last_error());
    }
    bare_.reset(raw);
  }
  return bare_.get();
}

Result<bool> OdbObjectStore::may_have_attributes(const std::string& path) {
  if (!attributes_tree_) {
    const git_oid oid = to_oid(attributes_commit_);
    git_commit* commit = nullptr;
    git_tree* tree = nullptr;
    const int found = git_commit_lookup(&commit, repo_.raw(), &oid);
    const CommitHandle owned(commit);
    if (found != 0 || git_commit_tree(&tree, commit) != 0) {
      return fail(Errc::corrupt, "cannot read the attributes of {}: {}; run `git fsck`", attributes_commit_,
                  last_error());
    }
    attributes_tree_.reset(tree);
  }
  const std::string info = std::string(git_repository_commondir(repo_.raw())) + "info/attributes";
  std::error_code error;
  if (std::filesystem::exists(info, error)) return true;
  if (tree_has(attributes_tree_.get(), ".gitattributes")) return true;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (tree_has(attributes_tree_.get(), path.substr(0, slash) + "/.gitattributes")) return true;
  }
  return false;
}

Result<ContentDriver> OdbObjectStore::merge_driver(const std::string& path) {
  if (attributes_commit_.empty()) return ContentDriver::text;
  KEDGE_TRY(possible, may_have_attributes(path));
  if (!possible) return ContentDriver::text;
  KEDGE_TRY(repository, attributes_repository());
  git_attr_options options = GIT_ATTR_OPTIONS_INIT;
  options.flags = GIT_ATTR_CHECK_INCLUDE_COMMIT | GIT_ATTR_CHECK_NO_SYSTEM;
  options.attr_commit_id = to_oid(attributes_commit_);
  const char* value = nullptr;
  if (git_attr_get_ext(&value, repository, &options, path.c_str(), "merge") != 0) {
    return fail(Errc::corrupt, "cannot read the attributes of {}: {}", attributes_commit_, last_error());
  }
  return driver_of(value);
}

}  // namespace kedge::adapters::git
