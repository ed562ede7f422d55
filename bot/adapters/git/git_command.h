// SPDX-License-Identifier: Apache-2.0
// The user's own git, for what only it knows: how to reach `origin` with the user's keys, helpers and
// rewritten addresses.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bot/base/error.h"

namespace kedge::adapters::git {

struct GitRan {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs git in `directory` with our environment, in English, and waits for it. It may ask the user for
/// credentials on the terminal; transfers over HTTP that stand still for a minute are given up.
/// Errors: invalid (there is no git), unavailable (no process can be started).
Result<GitRan> run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments);

}  // namespace kedge::adapters::git
