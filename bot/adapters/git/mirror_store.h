// SPDX-License-Identifier: Apache-2.0
// The bare mirrors on disk: `<state dir>/mirrors/<repository id>.git`, one lock file beside each. A mirror
// holds what was fetched under the remote's own ref names, and ours under `refs/kedge/`. It can be removed
// at any time while nobody holds its lock: only safety refs that the server refused live nowhere else.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "bot/adapters/git/file_lock.h"
#include "bot/adapters/git/repo.h"
#include "bot/base/id.h"

namespace kedge::adapters::git {

struct Mirror {
  FileLock lock;
  Repo repo;
};

/// Waits for the mirror's lock, makes the mirror where there is none, and clears what a killed process left
/// behind. Errors: unavailable (disk, stopped), corrupt.
Result<Mirror> open_mirror(const std::filesystem::path& state_dir, RepositoryId repository,
                           std::stop_token stop);

/// Sets a ref whatever it was. Errors: unavailable.
Result<void> set_ref(const Repo& repo, const std::string& name, const std::string& sha);
Result<void> remove_ref(const Repo& repo, const std::string& name);

}  // namespace kedge::adapters::git
