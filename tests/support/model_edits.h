// SPDX-License-Identifier: Apache-2.0
// The single steps that random histories are made of: each changes a tree as one commit would.
#pragma once

#include "bot/base/random.h"
#include "tests/support/model_tree.h"

namespace kedge::test {

class ModelEditor {
 public:
  explicit ModelEditor(SplitMix64& random) : random_(random) {}

  ModelTree first_tree();
  /// One to three steps of any kind.
  void edit(ModelTree& tree);

 private:
  void change_lines(ModelTree& tree);
  void add(ModelTree& tree);
  void add_copy(ModelTree& tree);
  void remove(ModelTree& tree);
  void rename(ModelTree& tree);
  void swap_names(ModelTree& tree);
  void move_whole_directory(ModelTree& tree);
  void split_directory(ModelTree& tree);
  void remove_directory(ModelTree& tree);
  void change_mode(ModelTree& tree);
  void change_type(ModelTree& tree);
  void change_bytes(ModelTree& tree);
  void file_becomes_directory(ModelTree& tree);
  void directory_becomes_file(ModelTree& tree);
  void set_attributes(ModelTree& tree);
  void step(ModelTree& tree);

  std::string line();
  std::string text(std::uint64_t lines);
  ModelFile file();
  std::string edited(const std::string& bytes);
  std::string fresh_name();
  std::string directory(const ModelTree& tree);
  std::string fresh_directory();
  std::string joined(const std::string& directory, const std::string& name);
  /// Of any file, or of one of that mode; empty where there is none.
  std::string any_path(const ModelTree& tree, const char* mode = nullptr);

  SplitMix64& random_;
  int counter_ = 0;
};

}  // namespace kedge::test
