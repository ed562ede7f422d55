// SPDX-License-Identifier: Apache-2.0
// git itself: the user's own, for what only it knows (how to reach `origin` with the user's keys, helpers and
// rewritten addresses), and a bare one for the upkeep of mirrors, which sees nothing of the machine's
// configuration.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bot/adapters/git/child.h"

namespace kedge::adapters::git {

/// Runs git in `directory` with our environment, in English, and waits for it. It may ask the user for
/// credentials on the terminal; transfers over HTTP that stand still for a minute are given up. `hear` gets
/// what it writes to stderr as it comes.
/// Errors: invalid (there is no git), unavailable (no process can be started).
Result<Ran> run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
                    std::function<void(std::string_view)> hear = {});

/// git on a mirror: no configuration but the mirror's own, no terminal, no helpers, no tracing (which would
/// write credentials down). The caller adds limits and input. Safe to run beside readers.
Child git_on_mirror(const std::filesystem::path& mirror, const std::vector<std::string>& arguments);

}  // namespace kedge::adapters::git
