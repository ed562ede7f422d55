// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/rollback_paths.h"

#include <fmt/format.h>

namespace kedge::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFromRoot = ":/";

/// Links on the way are followed, the last part is not: it may be a link that the target changed.
fs::path real(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = fs::weakly_canonical(path.parent_path(), ignored);
  return (folder / path.filename()).lexically_normal();
}

/// `src` of `src/`, and `.` of nothing.
fs::path without_slash(const fs::path& path) {
  if (path.empty()) return ".";
  return path.has_filename() ? path : path.parent_path();
}

/// From the root, as far as it is below it.
fs::path from_root(const std::string& text, const fs::path& directory, const fs::path& work_tree) {
  if (text.starts_with(kFromRoot)) return fs::path(text.substr(kFromRoot.size())).lexically_normal();
  if (work_tree.empty()) return fs::path(text).lexically_normal();
  std::error_code ignored;
  const fs::path here = fs::canonical(directory, ignored);
  return real(here / fs::path(text).lexically_normal())
      .lexically_relative(without_slash(fs::canonical(work_tree, ignored)));
}

}  // namespace

Result<std::vector<std::string>> paths_from_root(const std::vector<std::string>& typed,
                                                 const fs::path& directory, const fs::path& work_tree) {
  std::vector<std::string> paths;
  for (const std::string& text : typed) {
    const fs::path path = without_slash(from_root(text, directory, work_tree));
    if (path.is_absolute() || *path.begin() == "..") {
      return fail(Errc::invalid, "cannot narrow the rollback to {}: it is outside of the repository {}", text,
                  work_tree.string());
    }
    if (path == ".") return std::vector<std::string>{};
    paths.push_back(path.string());
  }
  return paths;
}

}  // namespace kedge::cli
