// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/chat/http_peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "bot/base/text.h"

namespace kedge::adapters::chat {

struct HttpPeer::Parts {
  httplib::Server server;
  std::mutex mutex;
  int port = 0;
  std::jthread thread;
};

HttpPeer::HttpPeer(std::function<PeerAnswer(const PeerRequest&)> answer) : parts_(std::make_unique<Parts>()) {
  const auto handle = [this, answer = std::move(answer)](const httplib::Request& in, httplib::Response& out) {
    PeerRequest request{.method = in.method, .path = in.path, .body = in.body};
    for (const auto& [name, value] : in.params) request.query.emplace(name, value);
    for (const auto& [name, value] : in.headers) request.headers.emplace(to_lower(name), value);
    const std::lock_guard lock(parts_->mutex);
    const PeerAnswer given = answer(request);
    out.status = given.status;
    for (const auto& [name, value] : given.headers) out.set_header(name, value);
    if (!given.body.empty()) out.set_content(given.body, given.content_type);
  };
  parts_->server.Post(".*", handle);
  parts_->server.Patch(".*", handle);
  parts_->port = parts_->server.bind_to_any_port("127.0.0.1");
  parts_->thread = std::jthread([this] { parts_->server.listen_after_bind(); });
  // stop() is lost on a server that does not run yet.
  while (!parts_->server.is_running()) std::this_thread::yield();
}

HttpPeer::~HttpPeer() {
  parts_->server.stop();
  parts_->thread.join();
}

std::string HttpPeer::url() const {
  return fmt::format("http://127.0.0.1:{}", parts_->port);
}

struct HangUpPeer::Parts {
  int listener = -1;
  int port = 0;
  std::jthread thread;
};

HangUpPeer::HangUpPeer() : parts_(std::make_unique<Parts>()) {
  parts_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(parts_->listener, generic, length) != 0 || ::listen(parts_->listener, 4) != 0) return;
  ::getsockname(parts_->listener, generic, &length);
  parts_->port = ntohs(address.sin_port);
  parts_->thread = std::jthread([listener = parts_->listener] {
    const int peer = ::accept(listener, nullptr, nullptr);
    if (peer < 0) return;
    std::string head;
    char piece[4096];
    while (head.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::read(peer, piece, sizeof piece);
      if (got <= 0) break;
      head.append(piece, static_cast<std::size_t>(got));
    }
    ::close(peer);
  });
}

HangUpPeer::~HangUpPeer() {
  ::shutdown(parts_->listener, SHUT_RDWR);  // Ends an accept that nobody came for.
  parts_->thread.join();
  ::close(parts_->listener);
}

std::string HangUpPeer::url() const {
  return fmt::format("http://127.0.0.1:{}", parts_->port);
}

bool Memory::check(bool right, const std::string& problem) {
  if (!right) problems.push_back(problem);
  return right;
}

PeerMessage* Memory::find(const std::string& id) {
  const auto found = std::ranges::find(messages, id, &PeerMessage::id);
  return found == messages.end() ? nullptr : &*found;
}

}  // namespace kedge::adapters::chat
