// SPDX-License-Identifier: Apache-2.0
// The loop: accepting, time, answers from other threads, and the end.
#include "bot/server/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bot/base/assert.h"

namespace kedge::server {
namespace {

constexpr Ticket kListenerTicket = ~Ticket{0};
constexpr Ticket kWakeTicket = ~Ticket{0} - 1;
constexpr int kEventsMax = 256;
constexpr int kAcceptsAtOnce = 64;
constexpr std::size_t kScratchBytes = std::size_t{64} * 1024;
constexpr Duration kAcceptPause{100};
constexpr std::chrono::minutes kAcceptWarningEvery{1};
/// Who goes first where there is no room for a newcomer: those that cost nobody anything, then the slowest
/// heads.
constexpr std::array kEvictable{Stage::linger, Stage::idle, Stage::fresh, Stage::head};

std::size_t index_of(Stage stage) {
  return static_cast<std::size_t>(stage);
}

bool watch_fd(int epoll, int fd, Ticket ticket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = ticket;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

std::string peer_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    ::inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &address, sizeof in6);
    ::inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace

Front::Front(const Listener& listener, const Limits& limits, FrontCalls calls, Monotonic monotonic,
             ports::Clock& clock, ports::Log& log)
    : limits_(limits),
      calls_(std::move(calls)),
      monotonic_(std::move(monotonic)),
      clock_(clock),
      log_(log),
      listener_(listener.fd),
      scratch_(std::max(kScratchBytes, limits.header_bytes_max), '\0') {}

Result<std::unique_ptr<Front>> Front::open(const Listener& listener, const Limits& limits, FrontCalls calls,
                                           Monotonic monotonic, ports::Clock& clock, ports::Log& log) {
  std::unique_ptr<Front> front(
      new Front(listener, limits, std::move(calls), std::move(monotonic), clock, log));
  front->epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  front->wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (front->epoll_ < 0 || front->wake_ < 0 || !watch_fd(front->epoll_, listener.fd, kListenerTicket) ||
      !watch_fd(front->epoll_, front->wake_, kWakeTicket))
    return fail(Errc::unavailable, "cannot watch the listening socket: {}", std::strerror(errno));
  return front;
}

Front::~Front() {
  for (const auto& [ticket, connection] : connections_) ::close(connection->fd);
  for (const int fd : {listener_, epoll_, wake_})
    if (fd >= 0) ::close(fd);
}

void Front::run() {
  while (!finished()) step();
  while (!connections_.empty()) hang_up(*connections_.begin()->second);
  hung_up_.clear();
}

void Front::step() {
  std::array<epoll_event, kEventsMax> events{};
  now_ = monotonic_();
  const int count = ::epoll_wait(epoll_, events.data(), kEventsMax, wait_ms());
  KEDGE_ASSERT(count >= 0 || errno == EINTR, "the loop's own descriptors are valid");
  now_ = monotonic_();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kListenerTicket) {
      accept_waiting(false);
    } else if (event.data.u64 == kWakeTicket) {
      std::uint64_t ignored = 0;
      (void)!::read(wake_, &ignored, sizeof ignored);
    } else if (const auto found = connections_.find(event.data.u64); found != connections_.end()) {
      on_event(*found->second, event.events);
    }
  }
  take_answers();
  if (stop_requested_ && !stop_by_) begin_stop();
  expire();
  if (!accepting_ && may_accept()) resume_accepting();
  hung_up_.clear();
  connection_count_.store(connections_.size(), std::memory_order_relaxed);
}

void Front::accept_waiting(bool all) {
  for (int i = 0; all || i < kAcceptsAtOnce; ++i) {
    if (connections_.size() >= limits_.connections_max && !may_accept()) return pause_accepting();
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    const int fd =
        ::accept4(listener_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN) return;
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
      // Out of descriptors or memory: the clients wait in the backlog, and nobody who is inside suffers.
      if (now_ >= accept_warning_after_) {
        log_.warn("cannot accept a connection", {{"cause", std::strerror(errno)}});
        accept_warning_after_ = now_ + kAcceptWarningEvery;
      }
      if (evict_one()) continue;
      accept_again_at_ = now_ + kAcceptPause;
      return pause_accepting();
    }
    if (connections_.size() >= limits_.connections_max) evict_one();
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_unique<Connection>();
    connection->fd = fd;
    connection->ticket = ++last_ticket_;
    connection->since = now_;
    connection->peer = peer_text(address);
    connection->watched = EPOLLIN;
    if (!watch_fd(epoll_, fd, connection->ticket)) {
      ::close(fd);
      continue;
    }
    auto& fresh = stages_[index_of(Stage::fresh)];
    connection->place = fresh.insert(fresh.end(), connection.get());
    connections_.emplace(connection->ticket, std::move(connection));
  }
}

void Front::pause_accepting() {
  if (!accepting_ || listener_ < 0) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_, nullptr);
  accepting_ = false;
}

void Front::resume_accepting() {
  accept_again_at_.reset();
  if (accepting_ || listener_ < 0) return;
  accepting_ = watch_fd(epoll_, listener_, kListenerTicket);
}

bool Front::may_accept() const {
  if (accept_again_at_) return *accept_again_at_ <= now_;
  return connections_.size() < limits_.connections_max ||
         std::any_of(kEvictable.begin(), kEvictable.end(),
                     [this](Stage stage) { return !stages_[index_of(stage)].empty(); });
}

bool Front::evict_one() {
  while (Connection* candidate = longest_waiting()) {
    const auto since = candidate->since;
    const Stage stage = candidate->stage;
    // A request that has come but was not read yet goes on instead.
    if (stage != Stage::linger) on_readable(*candidate);
    if (!candidate->gone && (candidate->stage != stage || candidate->since != since)) continue;
    hang_up(*candidate);
    return true;
  }
  return false;
}

/// First those who have their answer, then whoever has taken longest to send a head.
Connection* Front::longest_waiting() const {
  for (const Stage stage : {Stage::linger, Stage::idle})
    if (!stages_[index_of(stage)].empty()) return stages_[index_of(stage)].front();
  const auto& fresh = stages_[index_of(Stage::fresh)];
  const auto& head = stages_[index_of(Stage::head)];
  if (fresh.empty()) return head.empty() ? nullptr : head.front();
  if (head.empty()) return fresh.front();
  return head.front()->since <= fresh.front()->since ? head.front() : fresh.front();
}

void Front::answer(std::vector<Answer> answers) {
  {
    const std::lock_guard lock(answers_mutex_);
    if (answers_.empty()) {
      answers_ = std::move(answers);
    } else {
      std::move(answers.begin(), answers.end(), std::back_inserter(answers_));
    }
  }
  wake();
}

void Front::take_answers() {
  std::vector<Answer> answers;
  {
    const std::lock_guard lock(answers_mutex_);
    answers.swap(answers_);
  }
  for (auto& [ticket, response] : answers) {
    if (const auto orphaned = orphans_.find(ticket); orphaned != orphans_.end()) {
      body_bytes_ -= orphaned->second;
      orphans_.erase(orphaned);
      show_body_bytes();
    }
    const auto found = connections_.find(ticket);
    if (found == connections_.end() || !found->second->pending) continue;
    respond(*found->second, std::move(response));
    advance(*found->second);
  }
}

Duration Front::time_for(Stage stage) const {
  switch (stage) {
    case Stage::fresh:
    case Stage::head:
      return limits_.header_time;
    case Stage::idle:
      return limits_.idle_time;
    case Stage::body:
      return limits_.body_time;
    case Stage::answering:
      return limits_.answer_time;
    case Stage::linger:
      return limits_.linger_time;
  }
  return limits_.header_time;
}

void Front::expire() {
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    auto& list = stages_[stage];
    const auto time = time_for(static_cast<Stage>(stage));
    while (!list.empty() && list.front()->since + time <= now_) expire(*list.front());
  }
}

void Front::expire(Connection& connection) {
  switch (connection.stage) {
    case Stage::head:
    case Stage::body:
      return refuse(connection, json_error(408, "the request did not arrive in time"));
    case Stage::answering:
      if (connection.pending) {
        orphan(connection);
        refuse(connection, json_error(503, "the answer took too long"));
      }
      // What the client has not taken by now it does not get.
      if (!connection.gone && connection.stage == Stage::answering) hang_up(connection);
      return;
    case Stage::fresh:
    case Stage::idle:
    case Stage::linger:
      return hang_up(connection);
  }
}

void Front::stop() {
  stop_requested_ = true;
  wake();
}

void Front::wake() {
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
}

void Front::begin_stop() {
  stop_by_ = now_ + limits_.stop_time;
  // What reached this socket before the stop is served, also from the backlog; later clients are refused.
  accept_waiting(true);
  ::close(listener_);
  listener_ = -1;
  for (const Stage stage : {Stage::fresh, Stage::idle}) {
    const auto waiting = stages_[index_of(stage)];
    for (Connection* connection : waiting) {
      on_readable(*connection);
      if (!connection->gone && connection->stage == stage) hang_up(*connection);
    }
  }
}

bool Front::finished() const {
  return stop_by_ && (connections_.empty() || *stop_by_ <= now_);
}

int Front::wait_ms() const {
  std::optional<std::chrono::nanoseconds> next = stop_by_;
  const auto earlier = [&next](std::chrono::nanoseconds at) { next = next ? std::min(*next, at) : at; };
  if (accept_again_at_) earlier(*accept_again_at_);
  for (std::size_t stage = 0; stage < kStages; ++stage)
    if (!stages_[stage].empty()) earlier(stages_[stage].front()->since + time_for(static_cast<Stage>(stage)));
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - now_).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

}  // namespace kedge::server
