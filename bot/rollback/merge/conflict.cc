// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/conflict.h"

namespace kedge::rollback::merge {

ConflictKind kind_of(ConflictReason reason) {
  switch (reason) {
    case ConflictReason::both_changed:
    case ConflictReason::binary:
    case ConflictReason::merging_forbidden:
      return ConflictKind::content;
    case ConflictReason::both_added:
      return ConflictKind::add_add;
    case ConflictReason::modified_and_gone:
      return ConflictKind::modify_delete;
    case ConflictReason::renamed_and_gone:
      return ConflictKind::rename_delete;
    case ConflictReason::renamed_twice:
    case ConflictReason::directory_moved:
    case ConflictReason::directory_split:
    case ConflictReason::moved_onto_existing:
    case ConflictReason::moved_together:
      return ConflictKind::rename_rename;
    case ConflictReason::modes:
      return ConflictKind::mode;
    case ConflictReason::submodules:
      return ConflictKind::submodule;
    case ConflictReason::symlinks:
    case ConflictReason::different_types:
      return ConflictKind::symlink;
    case ConflictReason::directory_in_the_way:
      return ConflictKind::directory_file;
  }
  return ConflictKind::content;
}

std::string_view to_string(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "content";
    case ConflictKind::modify_delete:
      return "modify_delete";
    case ConflictKind::rename_delete:
      return "rename_delete";
    case ConflictKind::rename_rename:
      return "rename_rename";
    case ConflictKind::add_add:
      return "add_add";
    case ConflictKind::mode:
      return "mode";
    case ConflictKind::submodule:
      return "submodule";
    case ConflictKind::symlink:
      return "symlink";
    case ConflictKind::directory_file:
      return "directory_file";
  }
  return "content";
}

std::string_view to_string(ConflictReason reason) {
  switch (reason) {
    case ConflictReason::both_changed:
      return "both_changed";
    case ConflictReason::binary:
      return "binary";
    case ConflictReason::merging_forbidden:
      return "merging_forbidden";
    case ConflictReason::both_added:
      return "both_added";
    case ConflictReason::modified_and_gone:
      return "modified_and_gone";
    case ConflictReason::renamed_and_gone:
      return "renamed_and_gone";
    case ConflictReason::renamed_twice:
      return "renamed_twice";
    case ConflictReason::directory_moved:
      return "directory_moved";
    case ConflictReason::directory_split:
      return "directory_split";
    case ConflictReason::moved_onto_existing:
      return "moved_onto_existing";
    case ConflictReason::moved_together:
      return "moved_together";
    case ConflictReason::modes:
      return "modes";
    case ConflictReason::submodules:
      return "submodules";
    case ConflictReason::symlinks:
      return "symlinks";
    case ConflictReason::different_types:
      return "different_types";
    case ConflictReason::directory_in_the_way:
      return "directory_in_the_way";
  }
  return "both_changed";
}

std::string_view words_for(ConflictReason reason) {
  switch (reason) {
    case ConflictReason::binary:
      return "binary file";
    case ConflictReason::merging_forbidden:
      return "its attribute `merge` forbids merging";
    default:
      return "";
  }
}

}  // namespace kedge::rollback::merge
