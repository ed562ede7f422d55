// SPDX-License-Identifier: Apache-2.0
// Servers on loopback and a free port, up for as long as the object lives.
#pragma once

#include <arpa/inet.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>

namespace kedge {

class LoopbackServer {
 public:
  explicit LoopbackServer(httplib::Server& server)
      : server_(server), port_(bind(server)), thread_([&server] { server.listen_after_bind(); }) {
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~LoopbackServer() {
    server_.stop();
    thread_.join();
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
  }
  [[nodiscard]] std::string https_url(std::string_view target) const {
    return "https://127.0.0.1:" + std::to_string(port_) + std::string(target);
  }

 private:
  /// The option counts only before binding; without it each answer waits for a delayed acknowledgement.
  static int bind(httplib::Server& server) {
    server.set_tcp_nodelay(true);
    return server.bind_to_any_port("127.0.0.1");
  }

  httplib::Server& server_;
  int port_;
  std::thread thread_;
};

/// Answers every connection with the same bytes, whatever came, and closes it.
class RawServer {
 public:
  explicit RawServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 8) != 0) return;
    ::getsockname(listener_, raw, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~RawServer() {
    thread_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  [[nodiscard]] std::string url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
  }

 private:
  void run(const std::stop_token& stop) const {
    while (!stop.stop_requested()) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      std::array<char, 65536> bytes{};
      [[maybe_unused]] auto got = ::recv(peer, bytes.data(), bytes.size(), 0);
      got = ::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  std::string answer_;
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace kedge
