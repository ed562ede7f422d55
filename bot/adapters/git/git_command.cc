// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git_command.h"

namespace kedge::adapters::git {

Result<Ran> run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments,
                    std::function<void(std::string_view)> hear) {
  Child child{
      .line = {"git", "-C", directory.string(), "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"},
      .environment = {{"LC_ALL", "C"}},  // The answers are read.
      .without = {"LANGUAGE="},
      .input = {},
      .with_terminal = true,
      .give_up = {},
      .hear_err = std::move(hear)};
  child.line.insert(child.line.end(), arguments.begin(), arguments.end());
  return run_child(child);
}

Child git_on_mirror(const std::filesystem::path& mirror, const std::vector<std::string>& arguments) {
  Child child{.line = {"git", "--git-dir", mirror.string(), "-c", "core.fsync=all", "-c", "gc.auto=0", "-c",
                       "safe.bareRepository=all"},
              .environment = {{"LC_ALL", "C"},
                              {"GIT_CONFIG_NOSYSTEM", "1"},
                              {"GIT_CONFIG_GLOBAL", "/dev/null"},
                              {"GIT_TERMINAL_PROMPT", "0"},
                              {"GIT_ASKPASS", "true"},
                              {"GIT_NO_LAZY_FETCH", "1"}},
              .without = {"GIT_", "LANGUAGE=", "SSH_ASKPASS"},
              .input = {},
              .give_up = {},
              .hear_err = {}};
  child.line.insert(child.line.end(), arguments.begin(), arguments.end());
  return child;
}

}  // namespace kedge::adapters::git
