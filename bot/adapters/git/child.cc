// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ;

namespace kedge::adapters::git {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor reading;
  Descriptor writing;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Errc::unavailable, "cannot start a program: {}", std::strerror(errno));
  }
  return Pipe{.reading = Descriptor(ends[0]), .writing = Descriptor(ends[1])};
}

/// A file in memory, so that no child that reads slowly, or not at all, can hold us up.
Result<Descriptor> file_of(const std::string& input) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  std::size_t written = 0;
  while (file.number() >= 0 && written < input.size()) {
    const ssize_t count = ::write(file.number(), input.data() + written, input.size() - written);
    if (count < 0 && errno != EINTR) break;
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  if (file.number() < 0 || written < input.size() || ::lseek(file.number(), 0, SEEK_SET) != 0) {
    return fail(Errc::unavailable, "cannot hand a program its input: {}", std::strerror(errno));
  }
  return file;
}

std::vector<std::string> environment_of(const Child& child) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto begins = [&](const std::string& name) { return text.starts_with(name); };
    const auto replaced = [&](const auto& entry) { return text.starts_with(entry.first + "="); };
    if (std::ranges::none_of(child.without, begins) && std::ranges::none_of(child.environment, replaced)) {
      variables.emplace_back(text);
    }
  }
  for (const auto& [name, value] : child.environment) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// Signals as a fresh program has them: our threads block some, and a child that inherits that cannot be
/// ended.
void set_signals(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGCHLD}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
}

class Running {
 public:
  Running(pid_t pid, const Child& child, Pipe out, Pipe err)
      : pid_(pid), child_(child), out_(std::move(out)), err_(std::move(err)), began_(Clock::now()) {
    out_.writing.close();
    err_.writing.close();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Result<Ran> wait() {
    while (out_.reading.number() >= 0 || err_.reading.number() >= 0) {
      if (const char* why = reason_to_end(); why != nullptr) {
        end();
        return fail(Errc::unavailable, "cannot finish {}: {}", child_.line.front(), why);
      }
      listen();
    }
    // Its streams are closed: it is ending, or became silent on purpose.
    while (!is_over(0)) {
      if (const char* why = reason_to_end(); why != nullptr) {
        end();
        return fail(Errc::unavailable, "cannot finish {}: {}", child_.line.front(), why);
      }
      ::poll(nullptr, 0, 1);
    }
    return std::move(ran_);
  }

 private:
  const char* reason_to_end() {
    if (child_.with_terminal) return nullptr;
    if (child_.give_up && child_.give_up()) return "stopping";
    const bool late = child_.time_max > Duration{0} && Clock::now() - began_ >= child_.time_max;
    return late ? "it took too long" : nullptr;
  }

  void listen() {
    std::array<pollfd, 2> streams{{{out_.reading.number(), POLLIN, 0}, {err_.reading.number(), POLLIN, 0}}};
    const int wait_ms = child_.with_terminal ? -1 : static_cast<int>(kGiveUpLatency.count());
    if (::poll(streams.data(), streams.size(), wait_ms) < 0) return;
    if (streams[0].revents != 0) read(out_.reading, ran_.out, {});
    if (streams[1].revents != 0) read(err_.reading, ran_.err, child_.hear_err);
  }

  static void read(Descriptor& from, std::string& text, const std::function<void(std::string_view)>& hear) {
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(from.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) return from.close();
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    text.append(bytes.substr(0, kOutputMax - text.size()));
    if (hear) hear(bytes);
  }

  bool is_over(int options) {
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, options | (child_.with_terminal ? 0 : WNOHANG));
    if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
    ran_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  }

  /// Ends it with all that it started: they are one session, so one group.
  void end() {
    ::kill(-pid_, SIGTERM);
    const Clock::time_point asked = Clock::now();
    while (!is_over(0)) {
      if (Clock::now() - asked >= kEndingMax) ::kill(-pid_, SIGKILL);
      ::poll(nullptr, 0, 5);
    }
  }

  pid_t pid_;
  const Child& child_;
  Pipe out_;
  Pipe err_;
  Clock::time_point began_;
  Ran ran_;
};

}  // namespace

Result<Ran> run_child(const Child& child) {
  KEDGE_TRY(out, make_pipe());
  KEDGE_TRY(err, make_pipe());
  KEDGE_TRY(input, file_of(child.input));
  std::vector<std::string> line = child.line;
  std::vector<std::string> variables = environment_of(child);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!child.with_terminal) posix_spawn_file_actions_adddup2(&actions, input.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.writing.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writing.number(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  set_signals(attributes);
  const int session = child.with_terminal ? 0 : POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | session));
  pid_t pid = 0;
  const int code = ::posix_spawnp(&pid, line.front().c_str(), &actions, &attributes, pointers(line).data(),
                                  pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) return fail(Errc::invalid, "cannot run {}: it is not installed", line.front());
  if (code != 0) return fail(Errc::unavailable, "cannot start {}: {}", line.front(), std::strerror(code));
  return Running(pid, child, std::move(out), std::move(err)).wait();
}

}  // namespace kedge::adapters::git
