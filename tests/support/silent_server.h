// SPDX-License-Identifier: Apache-2.0
// A peer that hangs.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace kedge {

/// Takes one connection and reads what comes, and never says a word.
class SilentServer {
 public:
  SilentServer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 8) != 0) return;
    ::getsockname(listener_, raw, &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() {
    if (peer_ >= 0) ::close(peer_);
    ::close(listener_);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(target);
  }
  void wait_for_a_connection() const { peer_ = ::accept(listener_, nullptr, nullptr); }
  /// Until the first bytes of it are here.
  void wait_for_a_request() const {
    wait_for_a_connection();
    std::array<char, 1> byte{};
    [[maybe_unused]] const auto got = ::recv(peer_, byte.data(), byte.size(), 0);
  }

 private:
  int listener_ = -1;
  int port_ = 0;
  mutable int peer_ = -1;
};

}  // namespace kedge
