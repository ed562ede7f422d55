// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/pack.h"

#include <algorithm>

namespace kedge::adapters::git {
namespace {

using Trees = std::vector<TreeHandle>;

struct BufferOwner {
  git_buf buffer{};
  BufferOwner() = default;
  BufferOwner(const BufferOwner&) = delete;
  BufferOwner& operator=(const BufferOwner&) = delete;
  ~BufferOwner() { git_buf_dispose(&buffer); }
};

Result<TreeHandle> tree_at(const Repo& repo, const git_oid& oid) {
  git_tree* raw = nullptr;
  if (git_tree_lookup(&raw, repo.raw(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read tree {}: {}", to_sha(oid), last_error());
  }
  return TreeHandle(raw);
}

/// Adds `tree` and all below it that stands in none of `known` under the same name.
Result<void> collect(const Repo& repo, const git_oid& oid, const Trees& known,
                     std::vector<std::string>& found) {
  KEDGE_TRY(tree, tree_at(repo, oid));
  found.push_back(to_sha(oid));
  for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
    const git_oid* id = git_tree_entry_id(entry);
    const git_object_t type = git_tree_entry_type(entry);
    if (type != GIT_OBJECT_TREE && type != GIT_OBJECT_BLOB) continue;
    bool there = false;
    Trees below;
    for (const TreeHandle& other : known) {
      const git_tree_entry* same = git_tree_entry_byname(other.get(), git_tree_entry_name(entry));
      if (same == nullptr) continue;
      there = there || git_oid_equal(git_tree_entry_id(same), id) == 1;
      if (!there && type == GIT_OBJECT_TREE && git_tree_entry_type(same) == GIT_OBJECT_TREE) {
        KEDGE_TRY(subtree, tree_at(repo, *git_tree_entry_id(same)));
        below.push_back(std::move(subtree));
      }
    }
    if (there) continue;
    if (type == GIT_OBJECT_BLOB) {
      found.push_back(to_sha(*id));
    } else {
      KEDGE_CHECK(collect(repo, *id, below, found));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> new_objects(const Repo& repo, const std::string& commit,
                                             const std::vector<std::string>& known) {
  KEDGE_TRY(facts, repo.commit(commit));
  Trees trees;
  bool there = false;
  for (const std::string& sha : known) {
    KEDGE_TRY(other, repo.commit(sha));
    there = there || other.tree == facts.tree;
    KEDGE_TRY(tree, tree_at(repo, to_oid(other.tree)));
    trees.push_back(std::move(tree));
  }
  std::vector<std::string> found{commit};
  if (!there) KEDGE_CHECK(collect(repo, to_oid(facts.tree), trees, found));
  return found;
}

Result<std::string> make_pack(const Repo& repo, const std::vector<std::string>& objects) {
  git_packbuilder* raw = nullptr;
  if (git_packbuilder_new(&raw, repo.raw()) != 0) {
    return fail(Errc::corrupt, "cannot make a pack: {}", last_error());
  }
  const PackbuilderHandle pack(raw);
  git_packbuilder_set_threads(raw, 1);
  for (const std::string& sha : objects) {
    const git_oid oid = to_oid(sha);
    if (git_packbuilder_insert(raw, &oid, nullptr) != 0) {
      return fail(Errc::corrupt, "cannot pack {}: {}", sha, last_error());
    }
  }
  BufferOwner owner;
  if (git_packbuilder_write_buf(&owner.buffer, raw) != 0) {
    return fail(Errc::corrupt, "cannot make a pack: {}", last_error());
  }
  return std::string(owner.buffer.ptr, owner.buffer.size);
}

Result<void> keep_pack(const Repo& repo, const std::string& pack) {
  git_odb_writepack* writer = nullptr;
  if (git_odb_write_pack(&writer, repo.odb(), nullptr, nullptr) != 0) {
    return fail(Errc::unavailable, "cannot store a pack: {}", last_error());
  }
  git_indexer_progress progress{};
  const bool stored = writer->append(writer, pack.data(), pack.size(), &progress) == 0 &&
                      writer->commit(writer, &progress) == 0;
  const std::string words = stored ? "" : last_error();
  writer->free(writer);
  if (!stored) return fail(Errc::unavailable, "cannot store a pack: {}", words);
  return {};
}

}  // namespace kedge::adapters::git
