// SPDX-License-Identifier: Apache-2.0
// One connection: from bytes to a whole request, and from an answer to bytes.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "bot/base/assert.h"
#include "bot/server/front.h"

namespace kedge::server {
namespace {

constexpr int kReadsAtOnce = 4;  ///< So that one fast sender does not starve the others.
constexpr std::size_t kFirstBodyBytes = std::size_t{16} * 1024;

}  // namespace

void Front::on_event(Connection& connection, std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) return hang_up(connection);
  if ((events & EPOLLOUT) != 0) {
    flush(connection);
    advance(connection);
  } else if ((events & EPOLLIN) != 0) {
    on_readable(connection);
  }
}

void Front::on_readable(Connection& connection) {
  switch (connection.stage) {
    case Stage::fresh:
    case Stage::idle:
    case Stage::head:
      return read_head_bytes(connection);
    case Stage::body:
      return read_body_bytes(connection);
    case Stage::linger:
      return discard_bytes(connection);
    // One request at a time: the rest stays with the kernel, which makes the client wait.
    case Stage::answering:
      return watch(connection, 0);
  }
}

void Front::read_head_bytes(Connection& connection) {
  const ssize_t got = ::recv(connection.fd, scratch_.data(), limits_.header_bytes_max, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return hang_up(connection);
  connection.in.append(scratch_.data(), static_cast<std::size_t>(got));
  advance(connection);
}

void Front::read_body_bytes(Connection& connection) {
  for (int i = 0; i < kReadsAtOnce && connection.stage == Stage::body && !connection.gone; ++i) {
    const std::size_t want =
        std::min(scratch_.size(), connection.body_length - connection.request.body.size());
    const ssize_t got = ::recv(connection.fd, scratch_.data(), want, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return hang_up(connection);
    if (take_body_bytes(connection, std::string_view(scratch_).substr(0, static_cast<std::size_t>(got))))
      advance(connection);
  }
}

void Front::discard_bytes(Connection& connection) {
  for (int i = 0; i < kReadsAtOnce; ++i) {
    const ssize_t got = ::recv(connection.fd, scratch_.data(), scratch_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return hang_up(connection);
    connection.discarded += static_cast<std::size_t>(got);
    if (connection.discarded > limits_.linger_bytes_max) return hang_up(connection);
  }
}

void Front::advance(Connection& connection) {
  while (!connection.gone) {
    switch (connection.stage) {
      case Stage::fresh:
      case Stage::idle:
        if (connection.in.empty()) return;
        enter(connection, Stage::head);
        connection.scan = {};
        break;
      case Stage::head:
        if (!try_head(connection)) return;
        break;
      case Stage::body:
        if (connection.request.body.size() < connection.body_length) return;
        dispatch(connection);
        break;
      case Stage::answering:
      case Stage::linger:
        return;
    }
  }
}

bool Front::try_head(Connection& connection) {
  HeadResult result =
      read_head(connection.in, connection.scan, limits_.header_bytes_max, limits_.headers_max);
  if (std::holds_alternative<NeedMore>(result)) return false;
  if (const auto* malformed = std::get_if<Malformed>(&result)) {
    connection.head_only = false;
    connection.minor_version = 1;
    refuse(connection, json_error(malformed->status, malformed->reason));
    return true;
  }
  begin_body(connection, std::move(std::get<Head>(result)));
  return true;
}

void Front::begin_body(Connection& connection, Head head) {
  connection.in.erase(0, head.bytes);
  connection.request = std::move(head.request);
  connection.request.peer = connection.peer;
  connection.body_length = head.content_length;
  connection.keep_alive = head.keep_alive;
  connection.head_only = connection.request.method == "HEAD";
  connection.minor_version = connection.request.minor_version;
  enter(connection, Stage::body);

  Admission admission = calls_.admit(connection.request, head.content_length);
  if (admission.refusal) {
    // Without a body the next request's beginning is known, and the connection can go on.
    if (head.content_length == 0) return respond(connection, std::move(*admission.refusal));
    return refuse(connection, std::move(*admission.refusal));
  }
  if (head.content_length > admission.body_bytes_max)
    return refuse(connection, json_error(413, "the body is too large"));
  if (head.content_length == 0) return;
  const std::size_t here = std::min(connection.in.size(), connection.body_length);
  if (!take_body_bytes(connection, std::string_view(connection.in).substr(0, here))) return;
  connection.in.erase(0, here);
  if (head.expects_continue && here < connection.body_length) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    // Nothing else is unsent now, so these few bytes fit, or the client is gone.
    if (::send(connection.fd, kContinue.data(), kContinue.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(kContinue.size()))
      hang_up(connection);
  }
}

bool Front::take_body_bytes(Connection& connection, std::string_view bytes) {
  std::string& body = connection.request.body;
  if (!reserve_body(connection, body.size() + bytes.size())) {
    Response response = json_error(503, "too many bodies are being read: send it again later");
    response.headers.emplace_back("Retry-After", "5");
    refuse(connection, std::move(response));
    return false;
  }
  body.append(bytes);
  return true;
}

/// Grows by doubling and charges what is held, not what was announced: an announcement costs its sender
/// nothing.
bool Front::reserve_body(Connection& connection, std::size_t bytes) {
  if (bytes <= connection.charged) return true;
  const std::size_t wanted =
      std::min(connection.body_length, std::max({bytes, 2 * connection.charged, kFirstBodyBytes}));
  const std::size_t growth = wanted - connection.charged;
  const bool big = connection.body_length > limits_.big_body_bytes;
  const std::size_t room = big ? limits_.body_bytes_total_max / 4 * 3 : limits_.body_bytes_total_max;
  if (body_bytes_ + growth > room) return false;
  connection.request.body.reserve(wanted);
  connection.charged = wanted;
  body_bytes_ += growth;
  show_body_bytes();
  return true;
}

void Front::dispatch(Connection& connection) {
  enter(connection, Stage::answering);
  connection.pending = true;
  auto response = calls_.handle(connection.ticket, std::move(connection.request));
  connection.request = {};
  if (response) respond(connection, std::move(*response));
}

void Front::respond(Connection& connection, Response response) {
  if (!connection.keep_alive || stop_by_) response.close = true;
  connection.pending = false;
  connection.close_after = response.close;
  release(connection);
  connection.out = to_wire(
      response,
      {.head_only = connection.head_only, .minor_version = connection.minor_version, .now = clock_.now()});
  connection.out_sent = 0;
  calls_.answered(response.status);
  if (connection.stage != Stage::answering) enter(connection, Stage::answering);
  flush(connection);
}

/// Answers and closes: the bytes that follow are not understood, or not wanted.
void Front::refuse(Connection& connection, Response response) {
  connection.keep_alive = false;
  connection.in = {};
  connection.request = {};
  respond(connection, std::move(response));
}

void Front::flush(Connection& connection) {
  while (connection.out_sent < connection.out.size()) {
    const ssize_t sent = ::send(connection.fd, connection.out.data() + connection.out_sent,
                                connection.out.size() - connection.out_sent, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return watch(connection, EPOLLOUT);
    if (sent <= 0) return hang_up(connection);
    connection.out_sent += static_cast<std::size_t>(sent);
  }
  connection.out = {};
  connection.out_sent = 0;
  if (connection.close_after || stop_by_) return begin_linger(connection);
  if (connection.in.empty()) connection.in = {};  // An idle client costs no buffer.
  enter(connection, Stage::idle);
  watch(connection, EPOLLIN);
}

/// Closing with unread input would reset the connection, and the client might never see the answer.
void Front::begin_linger(Connection& connection) {
  connection.in = {};
  ::shutdown(connection.fd, SHUT_WR);
  enter(connection, Stage::linger);
  watch(connection, EPOLLIN);
}

void Front::enter(Connection& connection, Stage stage) {
  auto& from = stages_[static_cast<std::size_t>(connection.stage)];
  auto& to = stages_[static_cast<std::size_t>(stage)];
  to.splice(to.end(), from, connection.place);
  connection.stage = stage;
  connection.since = now_;
}

void Front::watch(Connection& connection, std::uint32_t events) {
  if (connection.watched == events) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = connection.ticket;
  const int changed = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
  KEDGE_ASSERT(changed == 0, "a connection's descriptor is watched as long as it is open");
  connection.watched = events;
}

void Front::release(Connection& connection) {
  if (connection.charged == 0) return;
  body_bytes_ -= connection.charged;
  connection.charged = 0;
  show_body_bytes();
}

/// The client goes, the work on its request does not: its bytes stay charged until that is done.
void Front::orphan(Connection& connection) {
  if (connection.charged > 0) orphans_[connection.ticket] = connection.charged;
  connection.charged = 0;
  connection.pending = false;
}

void Front::hang_up(Connection& connection) {
  if (connection.gone) return;
  if (connection.pending) orphan(connection);
  release(connection);
  connection.gone = true;
  ::close(connection.fd);
  stages_[static_cast<std::size_t>(connection.stage)].erase(connection.place);
  auto node = connections_.extract(connection.ticket);
  hung_up_.push_back(std::move(node.mapped()));
}

void Front::show_body_bytes() {
  body_bytes_shown_.store(body_bytes_, std::memory_order_relaxed);
}

}  // namespace kedge::server
