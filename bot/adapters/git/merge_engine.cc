// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/merge_engine.h"

#include <git2/sys/index.h>

#include <map>

#include "bot/adapters/git/changes.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Conflict;
using rollback::ConflictKind;

/// Rename detection gives up above this many candidates. libgit2's default of 200 misses moved trees.
constexpr unsigned int kRenameCandidatesMax = 3000;

bool is_directory(git_tree* tree, const std::string& path) {
  git_tree_entry* entry = nullptr;
  if (tree == nullptr || git_tree_entry_bypath(&entry, tree, path.c_str()) != 0) return false;
  const TreeEntryHandle owned(entry);
  return git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

/// What is at odds, from the three entries of one path; a missing entry is null.
ConflictKind kind_of(const git_index_entry* base, const git_index_entry* ours,
                     const git_index_entry* theirs) {
  const auto any_is = [&](unsigned int mode) {
    for (const git_index_entry* entry : {base, ours, theirs}) {
      if (entry != nullptr && (entry->mode & 0170000U) == mode) return true;
    }
    return false;
  };
  if (any_is(GIT_FILEMODE_COMMIT)) return ConflictKind::submodule;
  if (any_is(GIT_FILEMODE_LINK)) return ConflictKind::symlink;
  if (base == nullptr) return ConflictKind::add_add;
  if (ours == nullptr || theirs == nullptr) return ConflictKind::modify_delete;
  const bool contents_agree = git_oid_equal(&ours->id, &theirs->id) != 0 ||
                              git_oid_equal(&base->id, &ours->id) != 0 ||
                              git_oid_equal(&base->id, &theirs->id) != 0;
  return contents_agree && ours->mode != theirs->mode ? ConflictKind::mode : ConflictKind::content;
}

/// libgit2 records the renames that took part in conflicts; their paths say more than the lone entries.
std::map<std::string, ConflictKind> renamed_paths(git_index* index) {
  std::map<std::string, ConflictKind> kinds;
  for (std::size_t i = 0; i < git_index_name_entrycount(index); ++i) {
    const git_index_name_entry* name = git_index_name_get_byindex(index, i);
    if (name == nullptr) continue;
    const bool both = name->ours != nullptr && name->theirs != nullptr;
    const ConflictKind kind = both ? ConflictKind::rename_rename : ConflictKind::rename_delete;
    for (const char* path : {name->ancestor, name->ours, name->theirs}) {
      if (path != nullptr) kinds[path] = kind;
    }
  }
  return kinds;
}

Conflict to_conflict(const std::string& path, ConflictKind kind) {
  Conflict conflict{.path = to_valid_utf8(path), .kind = kind};
  if (!is_valid_utf8(path)) conflict.path_base64 = to_base64(path);
  return conflict;
}

Result<std::vector<Conflict>> read_conflicts(git_index* index, git_tree* ours_tree, git_tree* theirs_tree) {
  git_index_conflict_iterator* raw = nullptr;
  if (git_index_conflict_iterator_new(&raw, index) != 0) {
    return fail(Errc::corrupt, "cannot list conflicts: {}", last_error());
  }
  const ConflictsHandle iterator(raw);
  const std::map<std::string, ConflictKind> renamed = renamed_paths(index);
  std::map<std::string, ConflictKind> found;
  const git_index_entry* base = nullptr;
  const git_index_entry* ours = nullptr;
  const git_index_entry* theirs = nullptr;
  while (git_index_conflict_next(&base, &ours, &theirs, raw) == 0) {
    // A rename's entries carry different paths: each is a place where somebody has to look.
    for (const git_index_entry* entry : {base, ours, theirs}) {
      if (entry == nullptr) continue;
      const std::string path = entry->path;
      const auto known = renamed.find(path);
      ConflictKind kind = known != renamed.end() ? known->second : kind_of(base, ours, theirs);
      const bool file_meets_directory = is_directory(ours_tree, path) || is_directory(theirs_tree, path);
      if (file_meets_directory) kind = ConflictKind::directory_file;
      found.emplace(path, kind);
    }
  }
  std::vector<Conflict> conflicts;
  for (const auto& [path, kind] : found) conflicts.push_back(to_conflict(path, kind));
  return conflicts;
}

}  // namespace

Result<Merged> merge_trees(const Repo& repo, const ThreeTrees& trees) {
  KEDGE_TRY(base, read_tree(repo, trees.base));
  KEDGE_TRY(ours, read_tree(repo, trees.ours));
  KEDGE_TRY(theirs, read_tree(repo, trees.theirs));
  git_merge_options options;
  git_merge_options_init(&options, GIT_MERGE_OPTIONS_VERSION);
  options.flags = GIT_MERGE_FIND_RENAMES;
  options.target_limit = kRenameCandidatesMax;
  git_index* raw = nullptr;
  if (git_merge_trees(&raw, repo.raw(), base.get(), ours.get(), theirs.get(), &options) != 0) {
    return fail(Errc::corrupt, "cannot merge trees: {}; run `git fsck`", last_error());
  }
  const IndexHandle index(raw);
  Merged merged;
  if (git_index_has_conflicts(raw) != 0) {
    KEDGE_TRY(conflicts, read_conflicts(raw, ours.get(), theirs.get()));
    merged.conflicts = std::move(conflicts);
    return merged;
  }
  git_oid tree{};
  git_error_clear();
  if (git_index_write_tree_to(&tree, raw, repo.raw()) != 0) {
    return fail(last_error_code(), "cannot write the merged tree: {}", last_error());
  }
  merged.tree = to_sha(tree);
  return merged;
}

}  // namespace kedge::adapters::git
