// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/edits.h"

#include <algorithm>

namespace kedge::rollback::merge {
namespace {

std::optional<ObjectId> tree_in(const std::optional<TreeEntry>& entry) {
  if (entry && entry->mode == FileMode::directory) return entry->id;
  return std::nullopt;
}

}  // namespace

void Edits::set(std::string_view path, Edit edit) {
  Node* node = &top_;
  while (true) {
    const std::string_view name = path.substr(0, path.find('/'));
    auto next = node->below.find(name);
    if (next == node->below.end()) next = node->below.try_emplace(std::string(name)).first;
    node = &next->second;
    if (name.size() == path.size()) break;
    path.remove_prefix(name.size() + 1);
  }
  node->edit = std::move(edit);
}

/// What stands under a name when only its own edit counts. Merged content has no id yet: zeros.
std::optional<TreeEntry> Edits::with_edit(const Node& node, std::optional<TreeEntry> entry) {
  if (!node.edit) return entry;
  const bool is_directory = entry && entry->mode == FileMode::directory;
  if (is_directory && !node.edit->whole && !node.edit->version) return entry;
  if (!node.edit->version) return std::nullopt;
  return TreeEntry{.name = {}, .mode = node.edit->version->mode, .id = node.edit->version->id};
}

Result<bool> Edits::is_anything(Objects& objects, const std::optional<TreeEntry>& entry, const Node& node) {
  const std::optional<TreeEntry> edited = with_edit(node, entry);
  if (edited && edited->mode != FileMode::directory) return true;
  return any_file(objects, tree_in(edited), node);
}

Result<bool> Edits::any_file(Objects& objects, const std::optional<ObjectId>& tree, const Node& node) {
  KEDGE_TRY(entries, objects.tree(tree));
  for (const TreeEntry& entry : *entries) {
    const auto edited = node.below.find(entry.name);
    // git stores no empty directories, so an untouched one holds a file.
    if (edited == node.below.end()) return true;
    KEDGE_TRY(anything, is_anything(objects, entry, edited->second));
    if (anything) return true;
  }
  for (const auto& [name, below] : node.below) {
    if (std::ranges::binary_search(*entries, name, {}, &TreeEntry::name)) continue;
    KEDGE_TRY(anything, is_anything(objects, std::nullopt, below));
    if (anything) return true;
  }
  return false;
}

Result<bool> Edits::has_files_below(Objects& objects, const std::optional<ObjectId>& root,
                                    std::string_view path) const {
  static const Node kUntouched;
  std::optional<ObjectId> tree = root;
  const Node* node = &top_;
  while (true) {
    const std::string_view name = path.substr(0, path.find('/'));
    KEDGE_TRY(entries, objects.tree(tree));
    const auto at = std::ranges::lower_bound(*entries, name, {}, &TreeEntry::name);
    std::optional<TreeEntry> entry;
    if (at != entries->end() && at->name == name) entry = *at;
    const auto below = node->below.find(name);
    node = below == node->below.end() ? &kUntouched : &below->second;
    tree = tree_in(with_edit(*node, entry));
    if (name.size() == path.size()) break;
    path.remove_prefix(name.size() + 1);
  }
  return any_file(objects, tree, *node);
}

Result<std::optional<TreeEntry>> Edits::write_entry(Objects& objects, std::optional<TreeEntry> entry,
                                                    const std::string& name, const Node& node) {
  entry = with_edit(node, std::move(entry));
  if (entry) entry->name = name;
  if (entry && node.edit && node.edit->version && node.edit->version->text) {
    KEDGE_TRY(blob, objects.store().write_blob(*node.edit->version->text));
    entry->id = blob;
  }
  if (node.below.empty()) return entry;
  KEDGE_TRY(tree, write_tree(objects, tree_in(entry), node));
  if (tree) return TreeEntry{.name = name, .mode = FileMode::directory, .id = *tree};
  return tree_in(entry) ? std::nullopt : entry;
}

/// Nothing where no file is left.
Result<std::optional<ObjectId>> Edits::write_tree(Objects& objects, const std::optional<ObjectId>& tree,
                                                  const Node& node) {
  KEDGE_TRY(entries, objects.tree(tree));
  Tree edited;
  edited.reserve(entries->size() + node.below.size());
  auto next = node.below.begin();
  const auto add = [&](std::optional<TreeEntry> entry) -> Result<void> {
    const std::string name = next->first;
    KEDGE_TRY(written, write_entry(objects, std::move(entry), name, next->second));
    if (written) edited.push_back(std::move(*written));
    ++next;
    return {};
  };
  for (const TreeEntry& entry : *entries) {
    while (next != node.below.end() && next->first < entry.name) KEDGE_CHECK(add(std::nullopt));
    if (next == node.below.end() || next->first != entry.name) {
      edited.push_back(entry);
    } else {
      KEDGE_CHECK(add(entry));
    }
  }
  while (next != node.below.end()) KEDGE_CHECK(add(std::nullopt));
  if (tree && edited == *entries) return tree;
  if (edited.empty()) return std::nullopt;
  KEDGE_TRY(written, objects.store().write_tree(edited));
  return written;
}

Result<ObjectId> Edits::write(Objects& objects, const std::optional<ObjectId>& root) const {
  KEDGE_TRY(tree, write_tree(objects, root, top_));
  if (tree) return *tree;
  return objects.store().write_tree({});
}

}  // namespace kedge::rollback::merge
