// SPDX-License-Identifier: Apache-2.0
// The objects of a merge in a repository's object database, and its attributes as a commit has them, without
// a work tree.
#pragma once

#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/rollback/merge/object_store.h"

namespace kedge::adapters::git {

class OdbObjectStore final : public rollback::merge::ObjectStore {
 public:
  /// `attributes_commit`: whose .gitattributes count, 40 hex digits; empty: no attributes. The repository
  /// must outlive the store.
  OdbObjectStore(const Repo& repo, std::string attributes_commit);

  Result<rollback::merge::Tree> read_tree(const rollback::merge::ObjectId& id) override;
  Result<std::string> read_blob(const rollback::merge::ObjectId& id) override;
  Result<std::uint64_t> blob_size(const rollback::merge::ObjectId& id) override;
  Result<rollback::merge::ObjectId> write_tree(const rollback::merge::Tree& tree) override;
  Result<rollback::merge::ObjectId> write_blob(std::string_view bytes) override;
  Result<rollback::merge::ContentDriver> merge_driver(const std::string& path) override;

  /// Everything that was written, trees and blobs, as 40 hex digits: what a push has to carry.
  [[nodiscard]] const std::vector<std::string>& written() const { return written_; }

 private:
  Result<std::string> read(const rollback::merge::ObjectId& id, git_object_t type, const char* what);
  Result<rollback::merge::ObjectId> write(std::string_view bytes, git_object_t type);
  /// The repository to ask for attributes: one without a work tree, whose files would come first.
  Result<git_repository*> attributes_repository();
  /// False where no directory on the way to the path has attributes, which is cheaper to see.
  Result<bool> may_have_attributes(const std::string& path);

  const Repo& repo_;
  std::string attributes_commit_;
  TreeHandle attributes_tree_;
  RepositoryHandle bare_;
  std::vector<std::string> written_;
};

}  // namespace kedge::adapters::git
