// SPDX-License-Identifier: Apache-2.0
// Trees and blobs in memory, and merges told as lists of files.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "bot/rollback/merge/merge.h"

namespace kedge::test {

/// A file of a tree; a plain text stands for a regular one.
struct TestFile {
  std::string text;
  rollback::merge::FileMode mode = rollback::merge::FileMode::regular;
  TestFile() = default;
  TestFile(const char* plain) : text(plain) {}             // NOLINT(google-explicit-constructor)
  TestFile(std::string plain) : text(std::move(plain)) {}  // NOLINT(google-explicit-constructor)
  TestFile(std::string bytes, rollback::merge::FileMode as) : text(std::move(bytes)), mode(as) {}
  bool operator==(const TestFile&) const = default;
};
TestFile program(std::string text);
TestFile link_to(std::string target);
TestFile submodule_at(std::string commit);

/// Path → file; no path is a directory of another.
using Files = std::map<std::string, TestFile>;

class MemoryStore final : public rollback::merge::ObjectStore {
 public:
  /// Puts a whole tree into the store; nothing for no files.
  std::optional<rollback::merge::ObjectId> add(const Files& files);
  rollback::merge::ObjectId add_blob(const std::string& bytes);
  /// As git stores it, however broken.
  rollback::merge::ObjectId add_raw_tree(const std::string& bytes);
  /// What a tree holds, read back.
  Files files(const std::optional<rollback::merge::ObjectId>& tree);

  Result<rollback::merge::Tree> read_tree(const rollback::merge::ObjectId& id) override;
  Result<std::string> read_blob(const rollback::merge::ObjectId& id) override;
  Result<std::uint64_t> blob_size(const rollback::merge::ObjectId& id) override;
  Result<rollback::merge::ObjectId> write_tree(const rollback::merge::Tree& tree) override;
  Result<rollback::merge::ObjectId> write_blob(std::string_view bytes) override;
  Result<rollback::merge::ContentDriver> merge_driver(const std::string& path) override;

  std::map<std::string, rollback::merge::ContentDriver> drivers;  ///< By path; others are text.
  std::multiset<std::string> read;                                ///< Ids of what was read, in hex.
  std::size_t written = 0;                                        ///< Objects.

 private:
  std::map<rollback::merge::ObjectId, std::string> trees_;
  std::map<rollback::merge::ObjectId, std::string> blobs_;
};

/// A merge told from files to files.
struct MergeStory {
  Files base;
  Files ours;
  Files theirs;
};

/// What came of it.
struct Told {
  rollback::merge::MergeOutcome outcome = rollback::merge::MergeOutcome::stopped;
  Files files;  ///< Of the tree or the draft.
  std::vector<rollback::merge::PathConflict> conflicts;
  std::optional<rollback::merge::Limit> limit;

  [[nodiscard]] bool is_clean() const { return outcome == rollback::merge::MergeOutcome::clean; }
  /// `path: reason`, in order.
  [[nodiscard]] std::vector<std::string> reasons() const;
};

/// Merges with labels `ours` and `theirs`, and drafts conflicts. Throws what the store fails with.
Told tell(const MergeStory& story, const rollback::merge::MergeOptions& options = {});
Told tell(MemoryStore& store, const MergeStory& story, rollback::merge::MergeOptions options = {});

}  // namespace kedge::test
