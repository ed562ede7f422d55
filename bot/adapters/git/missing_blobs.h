// SPDX-License-Identifier: Apache-2.0
// A mirror without the contents of files: what a plan reads of them is fetched by the git program then, as
// git itself does it in a partial clone. libgit2 cannot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/git/link.h"

namespace kedge::adapters::git {

class MissingBlobs {
 public:
  /// `repo` must outlive it, and nothing may be read through `repo` after it.
  MissingBlobs(const Repo& repo, Link link) : repo_(repo), link_(std::move(link)) {}
  MissingBlobs(const MissingBlobs&) = delete;
  MissingBlobs& operator=(const MissingBlobs&) = delete;

  /// From here on what libgit2 reads through the repository and does not find is asked for, where the
  /// repository was fetched without blobs. Once. Errors: unavailable.
  Result<void> attach();
  /// Fetches those of the objects that are not here, in one request; blocks. Errors: as Remote::connect;
  /// not_found (the server does not have one, and then none came).
  Result<void> bring(const std::vector<std::string>& ids);
  /// One object, fetched where it is not here; for use within reads of `repo`. Errors: as `bring`; not_found
  /// also where the repository is a whole one.
  Result<OdbObjectHandle> read(const git_oid& oid);
  /// Why something could not be had that the server may have: an answer that was found without it may be
  /// wrong, and libgit2 takes it for damage.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  Result<void> fetch(const std::vector<std::string>& ids);
  Result<void> ask(const std::vector<std::string>& ids);

  const Repo& repo_;
  Link link_;
  /// A handle of its own, since libgit2 asks while it holds the lock of the other, and its conversation.
  std::optional<Repo> own_;
  std::optional<Remote> remote_;
  std::optional<Error> failure_;
};

}  // namespace kedge::adapters::git
