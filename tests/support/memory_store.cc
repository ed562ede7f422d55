// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_store.h"

#include <algorithm>
#include <stdexcept>

#include "bot/base/sha256.h"

namespace kedge::test {

using rollback::merge::ContentDriver;
using rollback::merge::FileMode;
using rollback::merge::Merge;
using rollback::merge::MergeOptions;
using rollback::merge::ObjectId;
using rollback::merge::Tree;
using rollback::merge::TreeEntry;

namespace {

/// SHA-256 cut short, but for the empty blob, which the engine knows by git's id.
ObjectId id_for(const char* type, const std::string& bytes) {
  if (bytes.empty() && std::string(type) == "blob") {
    return rollback::merge::object_id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  }
  const std::string digest = sha256(std::string(type) + '\0' + bytes);
  ObjectId id;
  std::memcpy(id.bytes.data(), digest.data(), id.bytes.size());
  return id;
}

template <typename Objects>
Result<std::string> look_up(const Objects& objects, const ObjectId& id) {
  const auto object = objects.find(id);
  if (object == objects.end()) return fail(Errc::corrupt, "cannot read {}: it is not there", to_hex(id));
  return object->second;
}

}  // namespace

TestFile program(std::string text) {
  return {std::move(text), FileMode::executable};
}

TestFile link_to(std::string target) {
  return {std::move(target), FileMode::symlink};
}

TestFile submodule_at(std::string commit) {
  return {std::move(commit), FileMode::submodule};
}

ObjectId MemoryStore::add_blob(const std::string& bytes) {
  const ObjectId id = id_for("blob", bytes);
  blobs_[id] = bytes;
  return id;
}

ObjectId MemoryStore::add_raw_tree(const std::string& bytes) {
  const ObjectId id = id_for("tree", bytes);
  trees_[id] = bytes;
  return id;
}

std::optional<ObjectId> MemoryStore::add(const Files& files) {
  if (files.empty()) return std::nullopt;
  Tree tree;
  std::map<std::string, Files> directories;
  for (const auto& [path, file] : files) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos) {
      tree.push_back({.name = path, .mode = file.mode, .id = add_blob(file.text)});
    } else {
      directories[path.substr(0, slash)][path.substr(slash + 1)] = file;
    }
  }
  for (const auto& [name, below] : directories) {
    tree.push_back({.name = name, .mode = FileMode::directory, .id = *add(below)});
  }
  return add_raw_tree(rollback::merge::format_tree(tree));
}

Files MemoryStore::files(const std::optional<ObjectId>& tree) {
  if (!tree) return {};
  Files all;
  const Result<Tree> entries = rollback::merge::parse_tree(trees_.at(*tree));
  for (const TreeEntry& entry : *entries) {
    if (entry.mode != FileMode::directory) {
      all[entry.name] = TestFile(blobs_.at(entry.id), entry.mode);
      continue;
    }
    for (auto& [path, file] : files(entry.id)) all[entry.name + "/" + path] = file;
  }
  return all;
}

Result<Tree> MemoryStore::read_tree(const ObjectId& id) {
  read.insert(to_hex(id));
  KEDGE_TRY(bytes, look_up(trees_, id));
  return rollback::merge::parse_tree(bytes);
}

Result<std::string> MemoryStore::read_blob(const ObjectId& id) {
  read.insert(to_hex(id));
  return look_up(blobs_, id);
}

Result<std::uint64_t> MemoryStore::blob_size(const ObjectId& id) {
  KEDGE_TRY(bytes, look_up(blobs_, id));
  return bytes.size();
}

Result<ObjectId> MemoryStore::write_tree(const Tree& tree) {
  ++written;
  return add_raw_tree(rollback::merge::format_tree(tree));
}

Result<ObjectId> MemoryStore::write_blob(std::string_view bytes) {
  ++written;
  return add_blob(std::string(bytes));
}

Result<ContentDriver> MemoryStore::merge_driver(const std::string& path) {
  const auto known = drivers.find(path);
  return known == drivers.end() ? ContentDriver::text : known->second;
}

std::vector<std::string> Told::reasons() const {
  std::vector<std::string> lines;
  for (const auto& conflict : conflicts) {
    lines.push_back(conflict.path + ": " + std::string(to_string(conflict.reason)));
  }
  return lines;
}

Told tell(MemoryStore& store, const MergeStory& story, MergeOptions options) {
  options.draft = true;
  const Result<Merge> merge = rollback::merge::merge_trees(
      store,
      {.base = store.add(story.base), .ours = store.add(story.ours), .theirs = store.add(story.theirs)},
      options);
  if (!merge) throw std::runtime_error(merge.error().message);
  return {.outcome = merge->outcome,
          .files = store.files(merge->tree),
          .conflicts = merge->conflicts,
          .limit = merge->limit};
}

Told tell(const MergeStory& story, const MergeOptions& options) {
  MemoryStore store;
  return tell(store, story, options);
}

}  // namespace kedge::test
