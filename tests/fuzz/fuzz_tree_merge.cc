// SPDX-License-Identifier: Apache-2.0
// The input is a repository of up to 64 objects, parted by bytes 0xfe: the first three are the trees to
// merge, any may be read as a tree or as a file. A tree is lines `<type><object><name>`, with type one of d,
// f, x, l, s and object its number counted from '0' up; `=` and any bytes is a tree as git stores it. Objects
// may hold themselves, which git's cannot. Whatever they hold: the merge ends, keeps to its limits, says what
// it must and treats both sides alike.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/assert.h"
#include "bot/rollback/merge/merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kedge::rollback::merge;
using kedge::Errc;
using kedge::Result;

constexpr std::size_t kObjectsMax = 64;

ObjectId id_of(std::size_t number) {
  ObjectId id;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    id.bytes[i] = static_cast<unsigned char>(number >> (8 * i));
  }
  return id;
}

FileMode mode_of(char type) {
  switch (type) {
    case 'd':
      return FileMode::directory;
    case 'x':
      return FileMode::executable;
    case 'l':
      return FileMode::symlink;
    case 's':
      return FileMode::submodule;
    default:
      return FileMode::regular;
  }
}

/// Numbered objects; what a merge writes gets the next number, and equal bytes get equal numbers.
class InputStore final : public ObjectStore {
 public:
  explicit InputStore(std::string_view input) {
    while (objects_.size() < kObjectsMax && !input.empty()) {
      const std::size_t end = std::min(input.find('\xfe'), input.size());
      objects_.emplace_back(input.substr(0, end));
      input.remove_prefix(std::min(end + 1, input.size()));
    }
  }

  [[nodiscard]] std::optional<ObjectId> root(std::size_t number) const {
    return number < objects_.size() ? std::optional(id_of(number)) : std::nullopt;
  }

  Result<Tree> read_tree(const ObjectId& id) override {
    KEDGE_TRY(bytes, find(id));
    if (bytes.starts_with("=")) return parse_tree(std::string_view(bytes).substr(1));
    Tree tree;
    for (const std::string_view line : split_keeping_ends(bytes)) {
      const std::string_view entry = line.substr(0, line.find('\n'));
      if (entry.size() < 3) continue;
      const auto number = static_cast<std::size_t>(static_cast<unsigned char>(entry[1] - '0'));
      tree.push_back({.name = std::string(entry.substr(2)), .mode = mode_of(entry[0]), .id = id_of(number)});
    }
    return parse_tree(format_tree(tree));
  }

  Result<std::string> read_blob(const ObjectId& id) override {
    KEDGE_TRY(bytes, find(id));
    bytes_read += bytes.size();
    return bytes;
  }

  Result<std::uint64_t> blob_size(const ObjectId& id) override {
    KEDGE_TRY(bytes, find(id));
    return bytes.size();
  }

  Result<ObjectId> write_tree(const Tree& tree) override { return write("=" + format_tree(tree)); }
  Result<ObjectId> write_blob(std::string_view bytes) override { return write(std::string(bytes)); }

  Result<ContentDriver> merge_driver(const std::string& path) override {
    return path.ends_with(".bin")     ? ContentDriver::binary
           : path.ends_with(".union") ? ContentDriver::union_both
                                      : ContentDriver::text;
  }

  std::uint64_t bytes_read = 0;

 private:
  Result<std::string> find(const ObjectId& id) const {
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      if (id == id_of(i)) return objects_[i];
    }
    return kedge::fail(Errc::corrupt, "cannot read {}: it is not there", to_hex(id));
  }

  Result<ObjectId> write(std::string bytes) {
    const auto [known, is_new] = written_.try_emplace(bytes, objects_.size());
    if (is_new) objects_.push_back(std::move(bytes));
    return id_of(known->second);
  }

  std::vector<std::string> objects_;
  std::map<std::string, std::size_t> written_;
};

MergeOptions options_with(std::size_t paths) {
  MergeOptions options;
  options.draft = true;
  options.limits = {.depth = 12, .paths = paths, .rename_pairs = 400, .blob_bytes = 64U * 1024};
  return options;
}

void check(const Result<Merge>& merge, const InputStore& store, const MergeOptions& options) {
  KEDGE_ASSERT(store.bytes_read <= options.limits.blob_bytes, "no more is read than may be");
  KEDGE_ASSERT(merge || merge.error().code == Errc::corrupt, "only the store can fail");
  if (!merge) return;
  const bool is_stopped = merge->outcome == MergeOutcome::stopped;
  KEDGE_ASSERT(is_stopped == merge->limit.has_value(), "what stopped has a limit");
  KEDGE_ASSERT(is_stopped != merge->tree.has_value(), "everything else has a tree or a draft");
  KEDGE_ASSERT((merge->outcome == MergeOutcome::conflicted) != merge->conflicts.empty(),
               "what conflicts says where");
  KEDGE_ASSERT(merge->conflicts.size() <= 3 * options.limits.paths, "no more paths than may differ");
  KEDGE_ASSERT(std::ranges::is_sorted(merge->conflicts, {}, &PathConflict::path), "in order");
}

/// One merge in a store of its own, so that what is read can be counted.
Result<Merge> merge(std::string_view input, std::array<std::size_t, 3> roots, MergeOptions options) {
  InputStore store(input);
  std::size_t asked = 0;
  if (!options.is_over) {
    options.is_over = [&asked, &options] {
      KEDGE_ASSERT(++asked <= 10 * options.limits.paths + 2 * kObjectsMax, "the work follows the limits");
      return false;
    };
  }
  const MergeRequest request{
      .base = store.root(roots[0]), .ours = store.root(roots[1]), .theirs = store.root(roots[2])};
  Result<Merge> merged = merge_trees(store, request, options);
  check(merged, store, options);
  if (merged && merged->tree) {
    KEDGE_ASSERT(store.read_tree(*merged->tree), "what is written can be read");
  }
  return merged;
}

/// True if a tree is one that git could have made, and not a huge one: below `id` no directory is empty.
bool is_ordinary(InputStore& store, const ObjectId& id, std::size_t& trees_left) {
  if (trees_left == 0) return false;
  --trees_left;
  const Result<Tree> tree = store.read_tree(id);
  return tree && !tree->empty() && std::ranges::all_of(*tree, [&](const TreeEntry& entry) {
           return entry.mode != FileMode::directory || is_ordinary(store, entry.id, trees_left);
         });
}

/// Only where no directory is empty: whether such a one stands in a file's way depends on who looks.
void check_sides(std::string_view input, const Result<Merge>& merged, const MergeOptions& options) {
  InputStore store(input);
  std::size_t trees_left = 200;
  for (const std::size_t number : {0U, 1U, 2U}) {
    const std::optional<ObjectId> root = store.root(number);
    if (root && !is_ordinary(store, *root, trees_left)) return;
  }
  const Result<Merge> mirrored = merge(input, {0, 2, 1}, options);
  if (!merged || !mirrored) return;
  if (merged->outcome == MergeOutcome::stopped || mirrored->outcome == MergeOutcome::stopped) return;
  // But for a rename of ours onto the same file of theirs, where git takes our version, with its markers.
  const auto& conflicts = merged->conflicts.empty() ? mirrored->conflicts : merged->conflicts;
  const bool is_taken = std::ranges::all_of(conflicts, [](const PathConflict& conflict) {
    return conflict.reason == ConflictReason::both_changed && conflict.hunks.empty();
  });
  KEDGE_ASSERT(is_taken || merged->outcome == mirrored->outcome, "which side is ours does not decide");
}

/// Where one side did not change, the other's tree is the answer.
void check_no_change(std::string_view input, const MergeOptions& options) {
  const InputStore store(input);
  const Result<Merge> ours = merge(input, {0, 1, 0}, options);
  if (ours && ours->outcome != MergeOutcome::stopped && store.root(1)) {
    KEDGE_ASSERT(ours->outcome == MergeOutcome::clean && ours->tree == store.root(1), "nothing to merge");
  }
  const Result<Merge> theirs = merge(input, {0, 0, 2}, options);
  KEDGE_ASSERT(!theirs || theirs->outcome != MergeOutcome::conflicted, "all to take");
}

void check_time(std::string_view input, MergeOptions options) {
  int asked = 0;
  options.is_over = [&asked] { return ++asked >= 5; };
  const Result<Merge> merged = merge(input, {0, 1, 2}, options);
  KEDGE_ASSERT(asked <= 5, "nothing goes on when the time is over");
  KEDGE_ASSERT(asked < 5 || (merged && merged->limit == Limit::time), "and the merge says so");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const MergeOptions options = options_with(300);
  const Result<Merge> merged = merge(input, {0, 1, 2}, options);
  check_sides(input, merged, options);
  check_no_change(input, options);
  check_time(input, options);
  return 0;
}
