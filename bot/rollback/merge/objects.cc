// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/objects.h"

namespace kedge::rollback::merge {

bool is_file(FileMode mode) {
  return mode == FileMode::regular || mode == FileMode::executable;
}

bool same_type(FileMode a, FileMode b) {
  return a == b || (is_file(a) && is_file(b));
}

bool same_content(const Version& a, const Version& b) {
  return a.text == b.text && a.id == b.id;
}

bool same_version(const Version& a, const Version& b) {
  return a.mode == b.mode && same_content(a, b);
}

std::size_t ObjectIdHash::operator()(const ObjectId& id) const {
  std::size_t hash = 0;
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

Result<std::shared_ptr<const Tree>> Objects::tree(const std::optional<ObjectId>& id) {
  static const auto kEmpty = std::make_shared<const Tree>();
  if (!id) return kEmpty;
  std::shared_ptr<const Tree>& known = trees_[*id];
  if (!known) {
    KEDGE_CHECK(budget_.check_time());
    KEDGE_TRY(read, store_.read_tree(*id));
    known = std::make_shared<const Tree>(std::move(read));
  }
  return known;
}

Result<std::string> Objects::content(const Version& version) {
  if (version.text) return *version.text;
  KEDGE_CHECK(budget_.check_time());
  KEDGE_TRY(size, store_.blob_size(version.id));
  KEDGE_CHECK(budget_.spend_bytes(size));
  return store_.read_blob(version.id);
}

Result<std::uint64_t> Objects::size(const Version& version) {
  if (version.text) return version.text->size();
  return store_.blob_size(version.id);
}

std::string join_path(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.empty()) path += '/';
  return path.append(name);
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace kedge::rollback::merge
