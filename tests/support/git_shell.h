// SPDX-License-Identifier: Apache-2.0
// git itself, the oracle and the maker of test repositories, without any configuration of the machine.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scratch.h"

namespace kedge::test {

class GitShell {
 public:
  /// Commands run in `directory`; commits are by Alice <alice@example.com> and each is a minute after the
  /// one before.
  explicit GitShell(std::filesystem::path directory);

  /// The output without the last line end. Throws std::runtime_error with git's words where git fails.
  std::string git(const std::vector<std::string>& arguments, const std::string& input = {});
  Ran try_git(const std::vector<std::string>& arguments, const std::string& input = {});

  /// Writes the files (nothing in second: removed), commits all, answers the SHA.
  std::string commit(const std::string& message,
                     const std::vector<std::pair<std::string, std::string>>& files);
  std::string sha(const std::string& revision) { return git({"rev-parse", "--verify", revision}); }
  std::string tree(const std::string& revision) { return sha(revision + "^{tree}"); }
  /// True if `git fsck --strict` finds nothing at all to complain about.
  bool is_sound();

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] const std::map<std::string, std::string>& environment() const { return environment_; }
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

 private:
  std::filesystem::path directory_;
  std::map<std::string, std::string> environment_;
  std::int64_t now_ = 1'700'000'000;
};

/// A repository with a work tree on branch main.
GitShell make_clone(const std::filesystem::path& directory);
/// A bare repository that can be pushed to over HTTP.
GitShell make_bare(const std::filesystem::path& directory);

}  // namespace kedge::test
