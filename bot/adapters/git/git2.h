// SPDX-License-Identifier: Apache-2.0
// libgit2's objects as owning handles, its object ids as text and its errors as ours. Only files of this
// folder include it; the folder's public headers (mirrors.h, local_clone.h) do not.
#pragma once

#include <git2.h>
// git_error_clear is here from libgit2 1.8 on, and in git2.h before.
#if __has_include(<git2/sys/errors.h>)
#include <git2/sys/errors.h>
#endif

#include <memory>
#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::adapters::git {

template <auto Free>
struct FreedBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using RepositoryHandle = std::unique_ptr<git_repository, FreedBy<git_repository_free>>;
using CommitHandle = std::unique_ptr<git_commit, FreedBy<git_commit_free>>;
using TreeHandle = std::unique_ptr<git_tree, FreedBy<git_tree_free>>;
using TreeEntryHandle = std::unique_ptr<git_tree_entry, FreedBy<git_tree_entry_free>>;
using BlobHandle = std::unique_ptr<git_blob, FreedBy<git_blob_free>>;
using ObjectHandle = std::unique_ptr<git_object, FreedBy<git_object_free>>;
using OdbHandle = std::unique_ptr<git_odb, FreedBy<git_odb_free>>;
using IndexHandle = std::unique_ptr<git_index, FreedBy<git_index_free>>;
using ConflictsHandle =
    std::unique_ptr<git_index_conflict_iterator, FreedBy<git_index_conflict_iterator_free>>;
using DiffHandle = std::unique_ptr<git_diff, FreedBy<git_diff_free>>;
using PackbuilderHandle = std::unique_ptr<git_packbuilder, FreedBy<git_packbuilder_free>>;
using RevwalkHandle = std::unique_ptr<git_revwalk, FreedBy<git_revwalk_free>>;
using ReferenceHandle = std::unique_ptr<git_reference, FreedBy<git_reference_free>>;
using ReferencesHandle = std::unique_ptr<git_reference_iterator, FreedBy<git_reference_iterator_free>>;
using OdbObjectHandle = std::unique_ptr<git_odb_object, FreedBy<git_odb_object_free>>;
using RemoteHandle = std::unique_ptr<git_remote, FreedBy<git_remote_free>>;
using SignatureHandle = std::unique_ptr<git_signature, FreedBy<git_signature_free>>;
using ConfigEntriesHandle = std::unique_ptr<git_config_iterator, FreedBy<git_config_iterator_free>>;
using ConfigHandle = std::unique_ptr<git_config, FreedBy<git_config_free>>;

/// Starts libgit2 once for the process; cheap to call again.
void start_library();

/// libgit2's words about the last failed call of this thread. They may be stale, so the caller says what it
/// was doing.
std::string last_error();
/// What it failed at, in our words: corrupt where stored data could not be read or does not fit together,
/// else unavailable. Only right after a call that sets an error, or after git_error_clear().
Errc last_error_code();

/// Of an object id in hex digits.
inline constexpr std::size_t kShaLength = 40;

/// The object id of 40 hex digits. Anything else is a bug of the caller.
git_oid to_oid(std::string_view sha);
std::string to_sha(const git_oid& oid);
bool is_full_sha(std::string_view text);

/// For tables by object id: it is a hash already.
struct OidHash {
  std::size_t operator()(const git_oid& oid) const;
};
struct OidEqual {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_equal(&a, &b) != 0; }
};

}  // namespace kedge::adapters::git
