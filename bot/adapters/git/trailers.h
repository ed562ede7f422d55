// SPDX-License-Identifier: Apache-2.0
// What commit messages say about other commits. Pure text: nothing here looks into a repository.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::adapters::git {

struct Mentions {
  std::vector<std::string> reverts;         ///< Of `This reverts commit <sha>`: 7 to 40 hex digits.
  std::vector<std::int64_t> reverts_pulls;  ///< Of GitHub's `Reverts owner/repo#N`.
  std::vector<std::string> picked_from;     ///< Of `(cherry picked from commit <sha>)`.
  std::int64_t pull_request =
      0;  ///< `Merge pull request #N from …` or a subject that ends in `(#N)`; 0: none.
};

Mentions read_mentions(std::string_view message);

/// The title that a pull request was landed under: of a squash its subject without `(#N)`, of a merge the
/// first line below its subject. Empty: it is neither.
std::string pull_request_title(std::string_view message);

/// True if `mention`, whole or shortened, names `sha`.
bool names_commit(std::string_view mention, std::string_view sha);

}  // namespace kedge::adapters::git
