// SPDX-License-Identifier: Apache-2.0
// What a merge changes of our tree, and the new tree made of both: only directories with a change are read
// and written, and directories without files vanish.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bot/rollback/merge/objects.h"

namespace kedge::rollback::merge {

/// One change. A directory is never replaced or removed by an edit that is not `whole`.
struct Edit {
  std::optional<Version> version;  ///< What stands there now; none: no file.
  bool whole = false;              ///< Replaces everything below the path too; edits below come on top.
};

class Edits {
 public:
  void set(std::string_view path, Edit edit);

  /// True if, with the edits so far, a file is left below the path. Errors: of the store.
  Result<bool> has_files_below(Objects& objects, const std::optional<ObjectId>& root,
                               std::string_view path) const;

  /// The tree `root` with the edits. Errors: of the store.
  Result<ObjectId> write(Objects& objects, const std::optional<ObjectId>& root) const;

 private:
  struct Node {
    std::optional<Edit> edit;
    std::map<std::string, Node, std::less<>> below;
  };
  static std::optional<TreeEntry> with_edit(const Node& node, std::optional<TreeEntry> entry);
  static Result<bool> any_file(Objects& objects, const std::optional<ObjectId>& tree, const Node& node);
  static Result<bool> is_anything(Objects& objects, const std::optional<TreeEntry>& entry, const Node& node);
  static Result<std::optional<ObjectId>> write_tree(Objects& objects, const std::optional<ObjectId>& tree,
                                                    const Node& node);
  static Result<std::optional<TreeEntry>> write_entry(Objects& objects, std::optional<TreeEntry> entry,
                                                      const std::string& name, const Node& node);

  Node top_;
};

}  // namespace kedge::rollback::merge
