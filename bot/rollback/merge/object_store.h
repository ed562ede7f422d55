// SPDX-License-Identifier: Apache-2.0
// Where a merge gets trees, blobs and attributes from and puts its results. adapters/git implements it on the
// object database of a repository, tests in memory. Ids are the 20 bytes of SHA-1; names are bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"
#include "bot/rollback/merge/content_merge.h"

namespace kedge::rollback::merge {

struct ObjectId {
  std::array<unsigned char, 20> bytes{};
  auto operator<=>(const ObjectId&) const = default;
};

/// 40 lower-case hex digits.
std::string to_hex(const ObjectId& id);
/// The id of 40 hex digits; anything else is a bug of the caller.
ObjectId object_id(std::string_view hex);

/// What an entry of a tree is. Historic permission bits are read as one of the two kinds of file.
enum class FileMode : std::uint32_t {
  none = 0,
  directory = 0040000,
  regular = 0100644,
  executable = 0100755,
  symlink = 0120000,
  submodule = 0160000
};

struct TreeEntry {
  std::string name;
  FileMode mode = FileMode::none;
  ObjectId id;
  bool operator==(const TreeEntry&) const = default;
};

/// Sorted by name as bytes, directories without the slash that git sorts them by; no name twice.
using Tree = std::vector<TreeEntry>;

/// Reads a tree as git stores it. Errors: corrupt (cut off, an empty name, a name twice or with a slash, a
/// mode that is none of the above).
Result<Tree> parse_tree(std::string_view bytes);
/// As git stores it.
std::string format_tree(Tree tree);

/// Errors of all: corrupt (missing, damaged, of another type), unavailable (disk).
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual Result<Tree> read_tree(const ObjectId& id) = 0;
  virtual Result<std::string> read_blob(const ObjectId& id) = 0;
  /// Without reading the blob.
  virtual Result<std::uint64_t> blob_size(const ObjectId& id) = 0;
  virtual Result<ObjectId> write_tree(const Tree& tree) = 0;
  virtual Result<ObjectId> write_blob(std::string_view bytes) = 0;
  /// What the attribute `merge` says of the path.
  virtual Result<ContentDriver> merge_driver(const std::string& path) = 0;
};

}  // namespace kedge::rollback::merge
