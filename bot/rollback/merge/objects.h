// SPDX-License-Identifier: Apache-2.0
// What a merge reads and makes: versions of files, trees that are read once, and paths as bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bot/rollback/merge/budget.h"
#include "bot/rollback/merge/object_store.h"

namespace kedge::rollback::merge {

/// A file, link or submodule as one side has it, or as a merge made it.
struct Version {
  FileMode mode = FileMode::none;
  ObjectId id;
  std::shared_ptr<const std::string> text;  ///< Merged content that is in no store yet; `id` is zeros then.
  [[nodiscard]] bool exists() const { return mode != FileMode::none; }
};

/// Equal content for sure; merged content equals only itself.
bool same_content(const Version& a, const Version& b);
bool same_version(const Version& a, const Version& b);
/// Both files, both links or both submodules.
bool same_type(FileMode a, FileMode b);
bool is_file(FileMode mode);

struct ObjectIdHash {
  std::size_t operator()(const ObjectId& id) const;
};

/// Trees and blobs of one merge: each tree is read once, and everything read is charged to the budget.
class Objects {
 public:
  Objects(ObjectStore& store, Budget& budget) : store_(store), budget_(budget) {}
  Result<std::shared_ptr<const Tree>> tree(const std::optional<ObjectId>& id);
  Result<std::string> content(const Version& version);
  Result<std::uint64_t> size(const Version& version);
  [[nodiscard]] ObjectStore& store() const { return store_; }
  [[nodiscard]] Budget& budget() const { return budget_; }

 private:
  ObjectStore& store_;
  Budget& budget_;
  std::unordered_map<ObjectId, std::shared_ptr<const Tree>, ObjectIdHash> trees_;
};

std::string join_path(std::string_view directory, std::string_view name);
/// Without the last part; empty for a path of one part.
std::string_view directory_of(std::string_view path);
std::string_view base_name(std::string_view path);

}  // namespace kedge::rollback::merge
