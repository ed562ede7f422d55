// SPDX-License-Identifier: Apache-2.0
// Why a path of a merge needs a person, in two words: the kind that plans, pages and other programs know, and
// the reason, which says exactly what happened. Names of kinds are a contract (docs/rollback.md).
#pragma once

#include <string_view>

namespace kedge::rollback::merge {

enum class ConflictKind {
  content,
  modify_delete,
  rename_delete,
  rename_rename,
  add_add,
  mode,
  submodule,
  symlink,
  directory_file
};

/// Each reason has one kind, but for `different_types`, which goes by the types.
enum class ConflictReason {
  both_changed,         ///< content: the same lines were changed differently.
  binary,               ///< content: both changed a file that has no lines.
  merging_forbidden,    ///< content: both changed it, and its attribute `merge` says not to merge it.
  both_added,           ///< add_add: two different files under one name.
  modified_and_gone,    ///< modify_delete
  renamed_and_gone,     ///< rename_delete
  renamed_twice,        ///< rename_rename: one file got two names.
  directory_moved,      ///< rename_rename: new file of one side, in a directory that the other side moved.
  directory_split,      ///< rename_rename: such a directory, of which no place got the most files.
  moved_onto_existing,  ///< rename_rename: where such a file would go there is something already.
  moved_together,       ///< rename_rename: several such files would get one name.
  modes,                ///< mode: the executable bit was changed differently.
  submodules,           ///< submodule: both moved it to another commit.
  symlinks,             ///< symlink: both changed where it leads.
  different_types,      ///< submodule or symlink: two of file, link and submodule under one name.
  directory_in_the_way  ///< directory_file: a file under a name that is a directory now.
};

/// The kind of every reason but `different_types`, for which it is `symlink`.
ConflictKind kind_of(ConflictReason reason);

std::string_view to_string(ConflictKind kind);
std::string_view to_string(ConflictReason reason);

}  // namespace kedge::rollback::merge
