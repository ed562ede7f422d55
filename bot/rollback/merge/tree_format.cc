// SPDX-License-Identifier: Apache-2.0
// Trees as git stores them: `<octal mode> <name>\0<20 bytes>` for each entry.
#include <algorithm>

#include "bot/base/assert.h"
#include "bot/base/text.h"
#include "bot/rollback/merge/object_store.h"

namespace kedge::rollback::merge {
namespace {

constexpr std::size_t kIdBytes = 20;
constexpr std::uint32_t kTypeBits = 0170000;
constexpr std::uint32_t kOwnerMayRun = 0100;
constexpr std::uint32_t kModeMax = 0177777;

FileMode to_mode(std::uint32_t bits) {
  switch (bits & kTypeBits) {
    case 0040000:
      return FileMode::directory;
    case 0100000:
      return (bits & kOwnerMayRun) != 0 ? FileMode::executable : FileMode::regular;
    case 0120000:
      return FileMode::symlink;
    case 0160000:
      return FileMode::submodule;
    default:
      return FileMode::none;
  }
}

/// The octal digits before the blank; none for anything else.
FileMode parse_mode(std::string_view digits) {
  std::uint32_t bits = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '7') return FileMode::none;
    bits = bits * 8 + static_cast<std::uint32_t>(digit - '0');
    if (bits > kModeMax) return FileMode::none;
  }
  return to_mode(bits);
}

/// git compares a directory's name as if it ended in a slash.
bool stored_before(const TreeEntry& a, const TreeEntry& b) {
  const std::size_t common = std::min(a.name.size(), b.name.size());
  const int order = std::memcmp(a.name.data(), b.name.data(), common);
  if (order != 0) return order < 0;
  const auto next = [&](const TreeEntry& entry) {
    if (entry.name.size() > common) return static_cast<unsigned char>(entry.name[common]);
    return static_cast<unsigned char>(entry.mode == FileMode::directory ? '/' : '\0');
  };
  return next(a) < next(b);
}

}  // namespace

std::string to_hex(const ObjectId& id) {
  const std::string bytes(id.bytes.begin(), id.bytes.end());
  return kedge::to_hex(bytes);
}

ObjectId object_id(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  KEDGE_ASSERT(bytes.size() == kIdBytes, "object ids are checked where they enter");
  ObjectId id;
  std::memcpy(id.bytes.data(), bytes.data(), kIdBytes);
  return id;
}

Result<Tree> parse_tree(std::string_view bytes) {
  Tree tree;
  tree.reserve(bytes.size() / 36);
  while (!bytes.empty()) {
    const std::size_t blank = bytes.find(' ');
    const std::size_t end = bytes.find('\0');
    if (blank == std::string_view::npos || end == std::string_view::npos || blank > end ||
        bytes.size() - end - 1 < kIdBytes) {
      return fail(Errc::corrupt, "cannot read tree: it is cut off");
    }
    const FileMode mode = parse_mode(bytes.substr(0, blank));
    const std::string_view name = bytes.substr(blank + 1, end - blank - 1);
    if (mode == FileMode::none) return fail(Errc::corrupt, "cannot read tree: an entry has no known mode");
    if (name.empty() || name.find('/') != std::string_view::npos) {
      return fail(Errc::corrupt, "cannot read tree: an entry has no valid name");
    }
    TreeEntry& entry = tree.emplace_back(TreeEntry{.name = std::string(name), .mode = mode, .id = {}});
    std::memcpy(entry.id.bytes.data(), bytes.data() + end + 1, kIdBytes);
    bytes.remove_prefix(end + 1 + kIdBytes);
  }
  if (!std::ranges::is_sorted(tree, {}, &TreeEntry::name)) std::ranges::sort(tree, {}, &TreeEntry::name);
  if (std::ranges::adjacent_find(tree, {}, &TreeEntry::name) != tree.end()) {
    return fail(Errc::corrupt, "cannot read tree: it has a name twice");
  }
  return tree;
}

std::string format_tree(Tree tree) {
  std::ranges::sort(tree, stored_before);
  std::string bytes;
  for (const TreeEntry& entry : tree) {
    bytes += fmt::format("{:o} {}", static_cast<std::uint32_t>(entry.mode), entry.name);
    bytes += '\0';
    bytes.append(entry.id.bytes.begin(), entry.id.bytes.end());
  }
  return bytes;
}

}  // namespace kedge::rollback::merge
