// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/forge/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

extern char** environ;

namespace kedge::sandbox::forge {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read);
    close_end(write);
  }
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

std::vector<std::string> merged_environment(const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto name = text.substr(0, text.find('='));
    bool replaced = name.starts_with("GIT_");  // A caller's repository must never become ours.
    for (const auto& [key, value] : added) replaced = replaced || key == name;
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [key, value] : added) result.push_back(key + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

bool drain(int& end, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto count = read(end, buffer.data(), buffer.size());
  if (count > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  Pipe::close_end(end);
  return false;
}

void feed(int& end, std::string_view input, std::size_t& sent) {
  const auto count = write(end, input.data() + sent, input.size() - sent);
  if (count > 0) sent += static_cast<std::size_t>(count);
  const bool broken = count < 0 && errno != EINTR && errno != EAGAIN;
  if (broken || sent == input.size()) Pipe::close_end(end);
}

void exchange(Pipe& in, Pipe& out, Pipe& err, const std::string& input, Finished& finished) {
  std::size_t sent = 0;
  if (input.empty()) Pipe::close_end(in.write);
  if (in.write >= 0) fcntl(in.write, F_SETFL, O_NONBLOCK);
  while (out.read >= 0 || err.read >= 0 || in.write >= 0) {
    std::array<pollfd, 3> watched{pollfd{out.read, POLLIN, 0}, pollfd{err.read, POLLIN, 0},
                                  pollfd{in.write, POLLOUT, 0}};
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[0].revents != 0) drain(out.read, finished.out);
    if (watched[1].revents != 0) drain(err.read, finished.err);
    if (watched[2].revents != 0) feed(in.write, input, sent);
  }
}

}  // namespace

Finished run(const Program& program) {
  Finished finished;
  Pipe in;
  Pipe out;
  Pipe err;
  auto arguments = program.arguments;
  if (!program.directory.empty()) {
    arguments.insert(arguments.begin(), {"env", "-C", program.directory});
  }
  auto environment = merged_environment(program.environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  // The process may ignore SIGPIPE and block signals for its own threads; a child starts with neither.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t standard;
  sigemptyset(&standard);
  sigaddset(&standard, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &standard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  auto argv = pointers(arguments);
  auto envp = pointers(environment);
  pid_t child = 0;
  const int spawned = posix_spawnp(&child, argv.front(), &actions, &attributes, argv.data(), envp.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) {
    finished.status = 127;
    finished.err = "cannot start " + program.arguments.front();
    return finished;
  }
  Pipe::close_end(in.read);
  Pipe::close_end(out.write);
  Pipe::close_end(err.write);
  exchange(in, out, err, program.input, finished);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

}  // namespace kedge::sandbox::forge
