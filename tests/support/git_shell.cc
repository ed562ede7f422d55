// SPDX-License-Identifier: Apache-2.0
#include "tests/support/git_shell.h"

#include <algorithm>
#include <stdexcept>

#include "bot/base/text.h"

namespace kedge::test {

GitShell::GitShell(std::filesystem::path directory) : directory_(std::move(directory)) {
  std::filesystem::create_directories(directory_);
  environment_ = {{"HOME", "/nonexistent"},
                  {"GIT_CONFIG_NOSYSTEM", "1"},
                  {"GIT_CONFIG_GLOBAL", "/dev/null"},
                  {"GIT_TERMINAL_PROMPT", "0"},
                  {"LC_ALL", "C"},
                  {"TZ", "UTC"},
                  {"GIT_EDITOR", "true"},
                  {"GIT_AUTHOR_NAME", "Alice"},
                  {"GIT_AUTHOR_EMAIL", "alice@example.com"},
                  {"GIT_COMMITTER_NAME", "Alice"},
                  {"GIT_COMMITTER_EMAIL", "alice@example.com"}};
}

Ran GitShell::try_git(const std::vector<std::string>& arguments, const std::string& input) {
  now_ += 60;
  Process process{.arguments = {"git"}, .directory = directory_, .environment = environment_, .input = input};
  process.environment.emplace("GIT_AUTHOR_DATE", std::to_string(now_) + " +0000");
  process.environment.emplace("GIT_COMMITTER_DATE", std::to_string(now_) + " +0000");
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  return run(process);
}

std::string GitShell::git(const std::vector<std::string>& arguments, const std::string& input) {
  Ran ran = try_git(arguments, input);
  if (ran.status != 0) {
    std::string line = "git";
    for (const std::string& argument : arguments) line += " " + argument;
    throw std::runtime_error(line + ": " + ran.err + ran.out);
  }
  if (ran.out.ends_with('\n')) ran.out.pop_back();
  return ran.out;
}

std::string GitShell::commit(const std::string& message,
                             const std::vector<std::pair<std::string, std::string>>& files) {
  for (const auto& [name, bytes] : files) {
    if (bytes.empty()) {
      std::filesystem::remove(directory_ / name);
    } else {
      write_file(directory_ / name, bytes);
    }
  }
  git({"add", "-A"});
  git({"commit", "--quiet", "--allow-empty", "--file", "-"}, message);
  return sha("HEAD");
}

bool GitShell::is_sound() {
  const Ran ran = try_git({"fsck", "--strict", "--no-dangling", "--no-progress"});
  const std::vector<std::string> lines = split_lines(ran.err + ran.out);
  // A mirror without the branch that HEAD names is told so, in passing.
  return ran.status == 0 && std::ranges::all_of(lines, [](const std::string& line) {
           return line.empty() || line.starts_with("notice: ");
         });
}

GitShell make_clone(const std::filesystem::path& directory) {
  GitShell shell(directory);
  shell.git({"init", "--quiet", "--initial-branch", "main"});
  return shell;
}

GitShell make_bare(const std::filesystem::path& directory) {
  GitShell shell(directory);
  shell.git({"init", "--quiet", "--bare", "--initial-branch", "main"});
  shell.git({"config", "http.receivepack", "true"});
  return shell;
}

}  // namespace kedge::test
