// SPDX-License-Identifier: Apache-2.0
// The rows that differ between two trees. Equal subtrees are never read, so that the cost follows what
// differs: git_diff_tree_to_tree costs some ten milliseconds on a tree of ten thousand files, whatever
// differs.
#include <algorithm>
#include <cstring>

#include "bot/adapters/git/changes.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kDepthMax = 500;
constexpr unsigned int kTypeOfMode = 0170000;
const std::string kNoId(40, '0');

bool is_tree(const git_tree_entry* entry) {
  return git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

/// The order of entries in a tree, where a directory counts as `name/`; a file and a directory of one name
/// are two entries.
int order(const git_tree_entry* one, const git_tree_entry* other) {
  const char* a = git_tree_entry_name(one);
  const char* b = git_tree_entry_name(other);
  const std::size_t a_size = std::strlen(a);
  const std::size_t b_size = std::strlen(b);
  const std::size_t common = std::min(a_size, b_size);
  if (const int names = std::memcmp(a, b, common); names != 0) return names;
  const auto next = [&](const char* name, std::size_t size, const git_tree_entry* entry) {
    if (size > common) return static_cast<int>(static_cast<unsigned char>(name[common]));
    return is_tree(entry) ? static_cast<int>('/') : 0;
  };
  return next(a, a_size, one) - next(b, b_size, other);
}

class TreeDiff {
 public:
  TreeDiff(const Repo& repo, std::vector<Change>& changes) : repo_(repo), changes_(changes) {}

  /// Empty ids mean the empty tree.
  Result<void> compare(const std::string& prefix, const std::string& old_id, const std::string& new_id,
                       std::size_t depth) {
    if (depth > kDepthMax)
      return fail(Errc::invalid, "cannot compare trees: directories are nested deeper than {}", kDepthMax);
    KEDGE_TRY(from, read_tree(repo_, old_id));
    KEDGE_TRY(to, read_tree(repo_, new_id));
    const std::size_t from_size = from ? git_tree_entrycount(from.get()) : 0;
    const std::size_t to_size = to ? git_tree_entrycount(to.get()) : 0;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < from_size || j < to_size) {
      const git_tree_entry* before = i < from_size ? git_tree_entry_byindex(from.get(), i) : nullptr;
      const git_tree_entry* after = j < to_size ? git_tree_entry_byindex(to.get(), j) : nullptr;
      const int which = before == nullptr ? 1 : after == nullptr ? -1 : order(before, after);
      if (which <= 0) ++i;
      if (which >= 0) ++j;
      KEDGE_CHECK(entry(prefix, which <= 0 ? before : nullptr, which >= 0 ? after : nullptr, depth));
    }
    return {};
  }

 private:
  Result<void> entry(const std::string& prefix, const git_tree_entry* before, const git_tree_entry* after,
                     std::size_t depth) {
    const git_tree_entry* any = before == nullptr ? after : before;
    const auto mode = [](const git_tree_entry* one) {
      return one == nullptr ? 0U : static_cast<unsigned int>(git_tree_entry_filemode(one));
    };
    const auto id = [](const git_tree_entry* one) {
      return one == nullptr ? kNoId : to_sha(*git_tree_entry_id(one));
    };
    if (before != nullptr && after != nullptr && mode(before) == mode(after) &&
        git_oid_equal(git_tree_entry_id(before), git_tree_entry_id(after)) != 0) {
      return {};
    }
    const std::string path = prefix + git_tree_entry_name(any);
    if (is_tree(any)) {
      const auto tree = [&](const git_tree_entry* one) { return one == nullptr ? std::string() : id(one); };
      return compare(path + "/", tree(before), tree(after), depth + 1);
    }
    const Change whole{.path = path,
                       .old_mode = mode(before),
                       .old_id = id(before),
                       .new_mode = mode(after),
                       .new_id = id(after)};
    const bool other_type = before != nullptr && after != nullptr &&
                            (whole.old_mode & kTypeOfMode) != (whole.new_mode & kTypeOfMode);
    if (!other_type) {
      changes_.push_back(whole);
      return {};
    }
    changes_.push_back({.path = path, .old_mode = whole.old_mode, .old_id = whole.old_id, .new_id = kNoId});
    changes_.push_back({.path = path, .old_id = kNoId, .new_mode = whole.new_mode, .new_id = whole.new_id});
    return {};
  }

  const Repo& repo_;
  std::vector<Change>& changes_;
};

}  // namespace

Result<std::vector<Change>> changes_between(const Repo& repo, const std::string& old_tree,
                                            const std::string& new_tree) {
  std::vector<Change> changes;
  if (old_tree == new_tree) return changes;
  KEDGE_CHECK(TreeDiff(repo, changes).compare("", old_tree, new_tree, 1));
  // A directory's files come where its name with a slash is; for paths as a whole that is another order.
  std::ranges::stable_sort(changes, {}, &Change::path);
  return changes;
}

}  // namespace kedge::adapters::git
