// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/chat/smtp_peer.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <vector>

namespace kedge::adapters::chat {
namespace {

pid_t start(const std::vector<std::string>& words, int in, int out) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (in >= 0) posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  if (out >= 0) posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t child = -1;
  if (posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) child = -1;
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

void wait_for(pid_t child) {
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

SmtpPeer::SmtpPeer(const nlohmann::json& options) {
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return;
  child_ =
      start({"node", KEDGE_SOURCE_DIR "/tests/contract/chat/smtp_peer.mjs", options.dump()}, in[0], out[1]);
  ::close(in[0]);
  ::close(out[1]);
  to_child_ = in[1];
  from_child_ = out[0];
  const nlohmann::json first = next();
  if (first.is_object()) port_ = first.value("listening", 0);
}

SmtpPeer::~SmtpPeer() {
  ::close(to_child_);
  if (child_ > 0) wait_for(child_);
  ::close(from_child_);
}

nlohmann::json SmtpPeer::next() {
  while (true) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      const auto line = nlohmann::json::parse(buffer_.substr(0, end), nullptr, false);
      buffer_.erase(0, end + 1);
      return line;
    }
    char piece[4096];
    const ssize_t got = ::read(from_child_, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return nullptr;
    buffer_.append(piece, static_cast<std::size_t>(got));
  }
}

Certificate make_certificate(const std::string& folder) {
  Certificate made{folder + "/key.pem", folder + "/cert.pem"};
  const int quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t child =
      start({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", made.key, "-out", made.cert},
            -1, quiet);
  if (child > 0) wait_for(child);
  ::close(quiet);
  return made;
}

}  // namespace kedge::adapters::chat
