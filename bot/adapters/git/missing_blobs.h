// SPDX-License-Identifier: Apache-2.0
// A mirror without the contents of files: what a plan reads of them is fetched by the git program then, as
// git itself does it in a partial clone. libgit2 cannot.
#pragma once

#include <optional>
#include <set>
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

  /// From here on what libgit2 reads through the repository and does not find is asked for. Once. Errors:
  /// unavailable.
  Result<void> attach();
  /// Fetches those of the objects that are not here, in one request; blocks. One that could not be had is not
  /// asked for again. Errors: as Remote::connect.
  Result<void> bring(const std::vector<std::string>& ids);
  /// The same without telling `repo`'s handle: for use within its reads.
  Result<void> fetch(const std::vector<std::string>& ids);
  /// Why something could not be had: libgit2 takes it for damage.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  const Repo& repo_;
  Link link_;
  std::set<std::string> asked_;
  std::optional<Error> failure_;
};

}  // namespace kedge::adapters::git
