// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/sockets.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>
#include <functional>
#include <string_view>

namespace kedge::sandbox {
namespace {

int port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  return -1;
}

int local_port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
  return port_of(address);
}

int remote_port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
  return port_of(address);
}

void each_descriptor(const std::function<void(int)>& visit) {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    int descriptor = -1;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (problem == std::errc() && descriptor > 2) visit(descriptor);
  }
  closedir(directory);
}

}  // namespace

// Assumes: called by the handler of that very connection, so the descriptor cannot be reused meanwhile.
Connection::Connection(int local_port, int remote_port) {
  each_descriptor([&](int descriptor) {
    if (local_port_of(descriptor) == local_port && remote_port_of(descriptor) == remote_port)
      socket_ = descriptor;
  });
}

void Connection::cut() const {
  if (socket_ >= 0) shutdown(socket_, SHUT_RDWR);
}

bool Connection::peer_left() const {
  char byte = 0;
  return socket_ >= 0 && recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void cut_connections(int local_port) {
  each_descriptor([&](int descriptor) {
    if (local_port_of(descriptor) == local_port && remote_port_of(descriptor) > 0)
      shutdown(descriptor, SHUT_RDWR);
  });
}

}  // namespace kedge::sandbox
