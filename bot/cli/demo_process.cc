// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/demo_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "bot/adapters/system/files.h"

extern char** environ;

namespace kedge::cli {

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments,
                                         const std::vector<std::string>& environment,
                                         const std::string& log_file, const std::string& program) {
  std::vector<std::string> words{"kedge"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<std::string> variables = environment;
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  for (char** entry = environ; *entry != nullptr; ++entry) {
    // Settings of the person's own must not reach the demo's server.
    if (std::strncmp(*entry, "KEDGE_", 6) != 0) envp.push_back(*entry);
  }
  envp.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    return fail(Errc::unavailable, "cannot start kedge {}: {}", arguments.front(), std::strerror(failed));
  return ChildProcess(pid, log_file);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(other.pid_), log_file_(std::move(other.log_file_)) {
  other.pid_ = -1;
}

ChildProcess::~ChildProcess() {
  end(SIGTERM);
}

int ChildProcess::end(int signal) {
  if (pid_ <= 0) return 0;
  int status = 0;
  ::kill(pid_, signal);
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<std::string> ChildProcess::wait_for_output(const std::string& text, Duration most) const {
  const auto until = std::chrono::steady_clock::now() + most;
  std::string seen;
  while (true) {
    if (auto output = adapters::system::read_file(log_file_)) seen = std::move(*output);
    if (seen.find(text) != std::string::npos) return seen;
    const bool ended = ::waitpid(pid_, nullptr, WNOHANG) != 0;
    if (ended || std::chrono::steady_clock::now() > until) {
      const std::size_t tail = seen.size() > 2000 ? seen.size() - 2000 : 0;
      return fail(Errc::unavailable, "{} without saying \"{}\":\n{}",
                  ended ? "it ended" : "it went on too long", text, seen.substr(tail));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

}  // namespace kedge::cli
