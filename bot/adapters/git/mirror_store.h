// SPDX-License-Identifier: Apache-2.0
// The bare mirrors on disk: `<state dir>/mirrors/<repository id>.git`, one lock file beside each. A mirror
// holds what was fetched under the remote's own ref names, and ours under `refs/kedge/`. It can be removed
// at any time while nobody holds its lock: only safety refs that the server refused live nowhere else. Beside
// it, `.used` and `.checked` say when it was last worked on and looked through.
//
// A mirror that turns out damaged is put aside as `<repository id>.git.damaged` and fetched anew. What only
// it held is carried over after that, and it goes; what could not be read stays in `<repository
// id>.git.unreadable`.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "bot/adapters/git/file_lock.h"
#include "bot/adapters/git/repo.h"
#include "bot/base/id.h"

namespace kedge::adapters::git {

struct HeldMirror {
  FileLock lock;
  std::filesystem::path path;
};

/// Waits for the mirror's lock. Errors: unavailable (disk, stopped, somebody else holds it).
Result<HeldMirror> hold_mirror(const std::filesystem::path& state_dir, RepositoryId repository,
                               Duration wait_max, std::stop_token stop);

/// The same at once: not taken where somebody works on it.
Result<HeldMirror> try_mirror(const std::filesystem::path& state_dir, RepositoryId repository);
/// True while somebody waits in hold_mirror for this one.
bool is_wanted(const std::filesystem::path& state_dir, RepositoryId repository);

/// Its age tells when the mirror was last held for work.
std::filesystem::path used_file(const std::filesystem::path& mirror);

/// True if all that the mirror holds can be fetched again: the server has its safety refs.
bool is_replaceable(const HeldMirror& mirror);
/// Where is noted that the server has this safety ref.
std::string pushed_safety_ref(std::string_view safety_ref);

/// Makes the mirror where there is none, and clears what a killed process left behind.
/// Errors: unavailable (disk), corrupt.
Result<Repo> open_mirror(const HeldMirror& mirror);

/// Makes room for a new mirror. Errors: unavailable (disk).
Result<void> put_aside(const HeldMirror& mirror);

/// Brings our own refs over from a mirror that was put aside, where one waits for that. Their commits are
/// copied from it where the new mirror does not have them.
void carry_refs_over(const HeldMirror& mirror);

}  // namespace kedge::adapters::git
