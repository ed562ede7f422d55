// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kOutputMax = 1024UL * 1024;

/// The reading end of a child's stream.
class Pipe {
 public:
  static Result<Pipe> make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      return fail(Errc::unavailable, "cannot start git: {}", std::strerror(errno));
    }
    return Pipe(ends);
  }
  Pipe(Pipe&& other) noexcept : ends_(other.ends_) { other.ends_ = {-1, -1}; }
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() { close_end(1); }

  /// False once the child has closed its end.
  [[nodiscard]] bool read_into(std::string& text) const {
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(reading(), buffer.data(), buffer.size());
    if (count < 0) return errno == EINTR;
    const auto size = static_cast<std::size_t>(count);
    if (text.size() + size <= kOutputMax) text.append(buffer.data(), size);
    return count > 0;
  }

 private:
  explicit Pipe(std::array<int, 2> ends) : ends_(ends) {}
  void close_end(std::size_t which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }
  std::array<int, 2> ends_;
};

void drain(const Pipe& out, const Pipe& err, GitRan& ran) {
  std::array<pollfd, 2> streams{{{out.reading(), POLLIN, 0}, {err.reading(), POLLIN, 0}}};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    if (::poll(streams.data(), streams.size(), -1) < 0 && errno != EINTR) return;
    if (streams[0].revents != 0 && !out.read_into(ran.out)) streams[0].fd = -1;
    if (streams[1].revents != 0 && !err.read_into(ran.err)) streams[1].fd = -1;
  }
}

/// Ours, but in English, since the answers are read.
std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with("LC_ALL=") && !text.starts_with("LANGUAGE=")) variables.emplace_back(text);
  }
  variables.emplace_back("LC_ALL=C");
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

Result<GitRan> run_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  KEDGE_TRY(out, Pipe::make());
  KEDGE_TRY(err, Pipe::make());
  std::vector<std::string> line = {
      "git", "-C", directory.string(), "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.writing(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writing(), STDERR_FILENO);
  pid_t child = 0;
  const int code =
      ::posix_spawnp(&child, "git", &actions, nullptr, pointers(line).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) return fail(Errc::invalid, "cannot push: git is not installed");
  if (code != 0) return fail(Errc::unavailable, "cannot start git: {}", std::strerror(code));
  out.close_writing();
  err.close_writing();
  GitRan ran;
  drain(out, err, ran);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace kedge::adapters::git
