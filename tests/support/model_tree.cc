// SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_tree.h"

#include <fmt/format.h>

namespace kedge::test {
namespace {

/// A path as fast-import reads it, whatever its bytes.
std::string quoted(const std::string& path) {
  std::string text = "\"";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      text += fmt::format("\\{:03o}", byte);
    } else {
      text += c;
    }
  }
  return text + "\"";
}

}  // namespace

void place(ModelTree& tree, const std::string& path, ModelFile file) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    tree.erase(path.substr(0, slash));
  const auto under = [&](const auto& entry) { return entry.first.starts_with(path + "/"); };
  std::erase_if(tree, under);
  tree[path] = std::move(file);
}

void move_directory(ModelTree& tree, const std::string& from, const std::string& to) {
  std::vector<std::pair<std::string, ModelFile>> moved;
  for (const auto& [path, file] : tree) {
    if (path.starts_with(from + "/")) moved.emplace_back(to + path.substr(from.size()), file);
  }
  std::erase_if(tree, [&](const auto& entry) { return entry.first.starts_with(from + "/"); });
  for (auto& [path, file] : moved) place(tree, path, std::move(file));
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string tree_commands(const ModelTree& tree) {
  std::string text = "deleteall\n";
  for (const auto& [path, file] : tree) {
    if (file.mode == kSubmodule) {
      text += fmt::format("M {} {} {}\n", file.mode, file.bytes, quoted(path));
    } else {
      text += fmt::format("M {} inline {}\ndata {}\n{}\n", file.mode, quoted(path), file.bytes.size(),
                          file.bytes);
    }
  }
  return text;
}

}  // namespace kedge::test
