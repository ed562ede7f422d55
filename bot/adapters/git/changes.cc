// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/changes.h"

#include <algorithm>
#include <map>
#include <memory>

#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::string_view kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

Result<DiffHandle> diff_of(const Repo& repo, const std::string& old_tree, const std::string& new_tree) {
  KEDGE_TRY(from, read_tree(repo, old_tree));
  KEDGE_TRY(to, read_tree(repo, new_tree));
  git_diff_options options;
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.flags = GIT_DIFF_INDENT_HEURISTIC;
  git_diff* diff = nullptr;
  if (git_diff_tree_to_tree(&diff, repo.raw(), from.get(), to.get(), &options) != 0) {
    return fail(Errc::corrupt, "cannot compare trees: {}; run `git fsck`", last_error());
  }
  return DiffHandle(diff);
}

bool is_binary(const Repo& repo, const std::string& id) {
  const git_oid oid = to_oid(id);
  git_blob* blob = nullptr;
  if (git_blob_lookup(&blob, repo.raw(), &oid) != 0) return false;
  const BlobHandle owned(blob);
  return git_blob_is_binary(blob) != 0;
}

/// A change to what lies below one tree: `path` is what is left of the change's path there.
struct TreeEdit {
  std::string path;
  const Change* change = nullptr;
};

using TreebuilderHandle = std::unique_ptr<git_treebuilder, FreedBy<git_treebuilder_free>>;

Result<git_oid> edit_tree(const Repo& repo, git_tree* tree, const std::vector<TreeEdit>& edits);

/// What becomes of one name of a tree. Files that go come before those that come, so that a file may become a
/// directory and the reverse.
Result<void> edit_entry(const Repo& repo, git_treebuilder* builder, const std::string& name,
                        const std::vector<TreeEdit>& edits) {
  std::vector<TreeEdit> below;
  const Change* itself = nullptr;
  for (const TreeEdit& edit : edits) {
    if (edit.path == name) {
      // A change of type is two rows, one that goes and one that comes.
      if (itself == nullptr || edit.change->new_mode != 0) itself = edit.change;
    } else {
      below.push_back({.path = edit.path.substr(name.size() + 1), .change = edit.change});
    }
  }
  const git_tree_entry* old = git_treebuilder_get(builder, name.c_str());
  const bool was_tree = old != nullptr && git_tree_entry_type(old) == GIT_OBJECT_TREE;
  if (old != nullptr && !was_tree && itself == nullptr) {
    return fail(Errc::invalid,
                "cannot narrow the change to its paths: {} is a file, and a directory comes there",
                to_valid_utf8(name));
  }
  git_oid id{};
  git_filemode_t mode = GIT_FILEMODE_TREE;
  bool empty = true;
  if (!below.empty()) {
    TreeHandle subtree;
    if (was_tree) {
      KEDGE_TRY(read, read_tree(repo, to_sha(*git_tree_entry_id(old))));
      subtree = std::move(read);
    }
    KEDGE_TRY(written, edit_tree(repo, subtree.get(), below));
    id = written;
    empty = to_sha(written) == kEmptyTree;
  }
  if (itself != nullptr && itself->new_mode != 0) {
    if (!empty || (was_tree && below.empty())) {
      return fail(Errc::invalid,
                  "cannot narrow the change to its paths: {} is a directory, and a file comes there",
                  to_valid_utf8(name));
    }
    id = to_oid(itself->new_id);
    mode = static_cast<git_filemode_t>(itself->new_mode);
    empty = false;
  }
  if (empty) {
    if (old != nullptr) git_treebuilder_remove(builder, name.c_str());
    return {};
  }
  if (git_treebuilder_insert(nullptr, builder, name.c_str(), &id, mode) == 0) return {};
  return fail(Errc::corrupt, "cannot write a tree with {}: {}", to_valid_utf8(name), last_error());
}

Result<git_oid> edit_tree(const Repo& repo, git_tree* tree, const std::vector<TreeEdit>& edits) {
  git_treebuilder* raw = nullptr;
  if (git_treebuilder_new(&raw, repo.raw(), tree) != 0) {
    return fail(Errc::corrupt, "cannot write a tree: {}", last_error());
  }
  const TreebuilderHandle builder(raw);
  std::map<std::string, std::vector<TreeEdit>> by_name;
  for (const TreeEdit& edit : edits) by_name[edit.path.substr(0, edit.path.find('/'))].push_back(edit);
  for (const auto& [name, of_name] : by_name) KEDGE_CHECK(edit_entry(repo, raw, name, of_name));
  git_oid written{};
  if (git_treebuilder_write(&written, raw) != 0) {
    return fail(last_error_code(), "cannot write a tree: {}", last_error());
  }
  return written;
}

}  // namespace

Result<TreeHandle> read_tree(const Repo& repo, const std::string& sha) {
  if (sha.empty()) return TreeHandle();
  const git_oid oid = to_oid(sha);
  git_tree* tree = nullptr;
  if (git_tree_lookup(&tree, repo.raw(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read tree {}: {}; run `git fsck`", sha, last_error());
  }
  return TreeHandle(tree);
}

void list_paths(const std::vector<Change>& changes, rollback::BranchPlan& plan) {
  plan.paths_changed_count = static_cast<std::int64_t>(changes.size());
  for (const Change& change : changes) {
    if (plan.paths_changed.size() == rollback::kPathsShown) return;
    plan.paths_changed.push_back(to_valid_utf8(change.path));
  }
}

Result<std::string> entry_at(const Repo& repo, const std::string& tree, const std::string& path) {
  KEDGE_TRY(root, read_tree(repo, tree));
  git_tree_entry* raw = nullptr;
  if (root == nullptr) return std::string();
  const int code = git_tree_entry_bypath(&raw, root.get(), path.c_str());
  if (code == GIT_ENOTFOUND) return std::string();
  if (code != 0) return fail(Errc::corrupt, "cannot read tree {}: {}; run `git fsck`", tree, last_error());
  const TreeEntryHandle entry(raw);
  return fmt::format("{:o} {}", static_cast<unsigned>(git_tree_entry_filemode_raw(raw)),
                     to_sha(*git_tree_entry_id(raw)));
}

std::string digest_of(const std::vector<Change>& changes) {
  std::string rows;
  for (const Change& change : changes) {
    rows += fmt::format("{}:{} {:o} {} {:o} {}\n", change.path.size(), change.path, change.old_mode,
                        change.old_id, change.new_mode, change.new_id);
  }
  return to_hex(sha256(rows));
}

bool is_within(const std::string& path, const std::vector<std::string>& wanted) {
  return std::ranges::any_of(wanted, [&](std::string_view want) {
    if (want.starts_with("./")) want.remove_prefix(2);
    while (want.ends_with('/')) want.remove_suffix(1);
    if (want.empty() || want == ".") return true;
    return path == want || (path.starts_with(want) && path.size() > want.size() && path[want.size()] == '/');
  });
}

Result<std::string> apply_changes(const Repo& repo, const std::string& tree,
                                  const std::vector<Change>& changes) {
  KEDGE_TRY(baseline, read_tree(repo, tree));
  std::vector<TreeEdit> edits;
  for (const Change& change : changes) edits.push_back({.path = change.path, .change = &change});
  KEDGE_TRY(written, edit_tree(repo, baseline.get(), edits));
  return to_sha(written);
}

Result<std::string> patch_id(const Repo& repo, const std::string& old_tree, const std::string& new_tree) {
  KEDGE_TRY(diff, diff_of(repo, old_tree, new_tree));
  if (git_diff_num_deltas(diff.get()) == 0) return std::string();
  git_oid id{};
  if (git_diff_patchid(&id, diff.get(), nullptr) != 0) {
    return fail(Errc::corrupt, "cannot compute a patch id: {}", last_error());
  }
  return to_sha(id);
}

bool same_shape(const Repo& repo, const std::vector<Change>& a, const std::vector<Change>& b) {
  return std::ranges::equal(a, b, [&](const Change& x, const Change& y) {
    if (x.path != y.path || x.old_mode != y.old_mode || x.new_mode != y.new_mode) return false;
    const bool same_new = x.new_id == y.new_id;
    if (same_new && x.old_id == y.old_id) return true;
    const bool binary =
        (x.new_mode != 0 && is_binary(repo, x.new_id)) || (x.old_mode != 0 && is_binary(repo, x.old_id));
    return !binary || same_new;
  });
}

}  // namespace kedge::adapters::git
