// SPDX-License-Identifier: Apache-2.0
// Trees as plain data, for tests that make very many of them: edited in memory, written by git's fast-import.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace kedge::test {

inline constexpr const char* kRegular = "100644";
inline constexpr const char* kExecutable = "100755";
inline constexpr const char* kSymlink = "120000";
inline constexpr const char* kSubmodule = "160000";

struct ModelFile {
  std::string mode = kRegular;
  std::string bytes;  ///< Of a submodule the 40 hex digits of its commit.
  bool operator==(const ModelFile&) const = default;
};

/// By path; paths are bytes. Invariant: no file lies under another one's path.
using ModelTree = std::map<std::string, ModelFile>;

/// Puts the file there; a file or directory in its way goes.
void place(ModelTree& tree, const std::string& path, ModelFile file);

/// Moves all that lies under directory `from` to `to`, joining what is there.
void move_directory(ModelTree& tree, const std::string& from, const std::string& to);

/// The directory of a path, empty at the top; and what follows it.
std::string directory_of(const std::string& path);
std::string name_of(const std::string& path);

/// What fast-import must do to a commit without files to give it these.
std::string tree_commands(const ModelTree& tree);

}  // namespace kedge::test
