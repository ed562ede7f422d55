// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "bench/ingest.h"
#include "webhooks/signature.h"

namespace kedge::bench {
namespace {

using Clock = std::chrono::steady_clock;

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to the server under test");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// JSON of the wanted size in the manner of a payload: many short strings.
std::string make_body(std::size_t bytes) {
  std::string body =
      "{\"action\":\"completed\",\"repository\":{\"id\":7,\"full_name\":\"acme/api\"},\"rows\":[";
  while (body.size() + 80 < bytes)
    body += "{\"name\":\"build\",\"url\":\"https://example.com/a/b\",\"id\":123456789},";
  return body + "{}]}";
}

struct Sender {
  int fd = -1;
  Clock::time_point sent_at{};
  std::string in;
  std::size_t answers = 0;
};

class Generator {
 public:
  explicit Generator(const Load& load)
      : load_(load), body_(make_body(load.body_bytes)), epoll_(::epoll_create1(0)) {
    signature_ = webhooks::sign(body_, Secret{kSecret});
    for (std::size_t i = 0; i < load.silent; ++i) silent_.push_back(connect_to(load.port));
    senders_.resize(load.connections);
    for (std::size_t i = 0; i < senders_.size(); ++i) {
      senders_[i].fd = connect_to(load.port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, senders_[i].fd, &event);
    }
  }
  ~Generator() {
    for (const auto& sender : senders_) ::close(sender.fd);
    for (const int fd : silent_) ::close(fd);
    ::close(epoll_);
  }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  Outcome run() {
    const auto start = Clock::now();
    for (auto& sender : senders_) send_next(sender);
    auto last = start;
    while (outcome_.accepted + outcome_.refused < load_.deliveries && Clock::now() - start < load_.time_max) {
      std::array<epoll_event, 128> events{};
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
      for (int i = 0; i < count; ++i) read_answer(senders_[events[static_cast<std::size_t>(i)].data.u64]);
      if (count > 0) last = Clock::now();
    }
    outcome_.seconds = std::chrono::duration<double>(last - start).count();
    for (const auto& sender : senders_) outcome_.unanswered += sender.answers == 0 ? 1 : 0;
    std::sort(outcome_.latencies_ms.begin(), outcome_.latencies_ms.end());
    return outcome_;
  }

 private:
  void send_next(Sender& sender) {
    if (sent_ >= load_.deliveries) return;
    const std::string request = fmt::format(
        "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        "Content-Type: application/json\r\nX-GitHub-Event: workflow_run\r\nX-GitHub-Delivery: {}-{}\r\n"
        "X-Hub-Signature-256: {}\r\nContent-Length: {}\r\n\r\n{}",
        load_.run, sent_++, signature_, body_.size(), body_);
    sender.sent_at = Clock::now();
    std::string_view rest = request;
    while (!rest.empty()) {
      const ssize_t sent = ::send(sender.fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void read_answer(Sender& sender) {
    std::array<char, 4096> buffer{};
    const ssize_t got = ::recv(sender.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) {
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, sender.fd, nullptr);
      return;
    }
    sender.in.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t end = sender.in.find("\r\n\r\n");
    const std::size_t field = sender.in.find("Content-Length: ");
    if (end == std::string::npos || field == std::string::npos) return;
    const std::size_t length = std::stoul(sender.in.substr(field + 16));
    if (sender.in.size() < end + 4 + length) return;
    ++(sender.in.compare(9, 3, "202") == 0 ? outcome_.accepted : outcome_.refused);
    ++sender.answers;
    outcome_.latencies_ms.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - sender.sent_at).count());
    sender.in.clear();
    send_next(sender);
  }

  const Load& load_;
  const std::string body_;
  std::string signature_;
  int epoll_;
  std::vector<int> silent_;
  std::vector<Sender> senders_;
  std::size_t sent_ = 0;
  Outcome outcome_;
};

}  // namespace

Outcome run_load(const Load& load) {
  return Generator(load).run();
}

}  // namespace kedge::bench
