// SPDX-License-Identifier: Apache-2.0
#include "bot/server/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

namespace kedge::server {
namespace {

constexpr int kBacklog = 4096;

struct HostPort {
  std::string host, port;
};

Result<HostPort> split_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos)
    return fail(Errc::invalid, "cannot listen on {}: expected host:port", address);
  HostPort out{.host = address.substr(0, colon), .port = address.substr(colon + 1)};
  if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
  } else if (out.host.find(':') != std::string::npos) {
    return fail(Errc::invalid, "cannot listen on {}: put an IPv6 address in brackets", address);
  }
  unsigned port = 0;
  const auto read = std::from_chars(out.port.data(), out.port.data() + out.port.size(), port);
  if (read.ec != std::errc{} || read.ptr != out.port.data() + out.port.size() || port > 65535)
    return fail(Errc::invalid, "cannot listen on {}: the port is not a number up to 65535", address);
  return out;
}

tl::unexpected<Error> socket_failure(const std::string& address, int error) {
  const Errc code = error == EADDRINUSE ? Errc::conflict : error == EACCES ? Errc::denied : Errc::unavailable;
  return fail(code, "cannot listen on {}: {}", address, std::strerror(error));
}

bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return (ntohl(in.sin_addr.s_addr) >> 24U) == 127;
  }
  sockaddr_in6 in6{};
  std::memcpy(&in6, &address, sizeof in6);
  return std::memcmp(&in6.sin6_addr, &in6addr_loopback, sizeof in6addr_loopback) == 0;
}

Result<Listener> describe(const std::string& address, int fd) {
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) != 0)
    return socket_failure(address, errno);
  if (::getnameinfo(reinterpret_cast<sockaddr*>(&bound), length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return fail(Errc::unavailable, "cannot listen on {}: the bound address cannot be read", address);
  Listener listener{.fd = fd, .host = host, .loopback = is_loopback(bound)};
  const std::string_view digits = port;
  std::from_chars(digits.data(), digits.data() + digits.size(), listener.port);
  return listener;
}

}  // namespace

Result<Listener> open_listener(const std::string& address) {
  KEDGE_TRY(parts, split_address(address));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int looked =
      ::getaddrinfo(parts.host.empty() ? nullptr : parts.host.c_str(), parts.port.c_str(), &hints, &found);
  if (looked != 0) return fail(Errc::invalid, "cannot listen on {}: {}", address, ::gai_strerror(looked));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);

  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return socket_failure(address, errno);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, found->ai_addr, found->ai_addrlen) != 0 || ::listen(fd, kBacklog) != 0) {
    const int error = errno;
    ::close(fd);
    return socket_failure(address, error);
  }
  auto listener = describe(address, fd);
  if (!listener) ::close(fd);
  return listener;
}

}  // namespace kedge::server
