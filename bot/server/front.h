// SPDX-License-Identifier: Apache-2.0
// The public door: one thread, one epoll, no thread per connection. It accepts, holds every client to the
// limits, and hands over whole requests only. What takes time is answered later from any thread, by ticket;
// while a request is being answered nothing more is read from its connection, so a client cannot pile up
// work.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "bot/base/error.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"
#include "bot/server/connection.h"
#include "bot/server/http.h"
#include "bot/server/limits.h"
#include "bot/server/listener.h"
#include "bot/server/monotonic.h"

namespace kedge::server {

struct Answer {
  Ticket ticket = 0;
  Response response;
};

/// What happens to a request whose head has arrived.
struct Admission {
  std::size_t body_bytes_max = 0;     ///< A longer body is answered 413, unread.
  std::optional<Response> refusal{};  ///< Known already: the body is not read.
};

/// All but `answered` run on the loop's thread and must not block.
struct FrontCalls {
  std::function<Admission(const Request& request, std::size_t content_length)> admit;
  /// Answers at once, or returns nothing and calls Front::answer() exactly once for the ticket.
  std::function<std::optional<Response>(Ticket ticket, Request request)> handle;
  std::function<void(int status)> answered;  ///< Counts what was sent, refusals of the front itself included.
};

class Front {
 public:
  /// Takes the listener's descriptor over.
  static Result<std::unique_ptr<Front>> open(const Listener& listener, const Limits& limits, FrontCalls calls,
                                             Monotonic monotonic, ports::Clock& clock, ports::Log& log);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Serves on the caller's thread until stop() has been obeyed.
  void run();
  /// From any thread: gives answers to their connections. Those that have hung up meanwhile are dropped.
  void answer(std::vector<Answer> answers);
  /// From any thread: stop accepting, finish what has begun, then let run() return, within Limits::stop_time.
  void stop();

  [[nodiscard]] std::size_t connections() const { return connection_count_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t body_bytes() const { return body_bytes_shown_.load(std::memory_order_relaxed); }

 private:
  Front(const Listener& listener, const Limits& limits, FrontCalls calls, Monotonic monotonic,
        ports::Clock& clock, ports::Log& log);

  // front.cc: the loop.
  void step();
  void accept_waiting(bool all);
  void pause_accepting();
  void resume_accepting();
  [[nodiscard]] bool may_accept() const;
  bool evict_one();
  [[nodiscard]] Connection* longest_waiting() const;
  void take_answers();
  void expire();
  void expire(Connection& connection);
  void begin_stop();
  [[nodiscard]] bool finished() const;
  [[nodiscard]] int wait_ms() const;
  [[nodiscard]] Duration time_for(Stage stage) const;
  void wake();

  // front_connection.cc: one connection.
  void on_event(Connection& connection, std::uint32_t events);
  void on_readable(Connection& connection);
  void read_head_bytes(Connection& connection);
  void read_body_bytes(Connection& connection);
  void discard_bytes(Connection& connection);
  void advance(Connection& connection);
  bool try_head(Connection& connection);
  void begin_body(Connection& connection, Head head);
  bool take_body_bytes(Connection& connection, std::string_view bytes);
  bool reserve_body(Connection& connection, std::size_t bytes);
  void dispatch(Connection& connection);
  void respond(Connection& connection, Response response);
  void refuse(Connection& connection, Response response);
  void flush(Connection& connection);
  void begin_linger(Connection& connection);
  void enter(Connection& connection, Stage stage);
  void watch(Connection& connection, std::uint32_t events);
  void release(Connection& connection);
  void orphan(Connection& connection);
  void hang_up(Connection& connection);
  void show_body_bytes();

  const Limits limits_;
  const FrontCalls calls_;
  const Monotonic monotonic_;
  ports::Clock& clock_;
  ports::Log& log_;

  int listener_ = -1;
  int epoll_ = -1;
  int wake_ = -1;
  bool accepting_ = true;
  std::chrono::nanoseconds now_{};
  std::optional<std::chrono::nanoseconds> accept_again_at_;
  std::chrono::nanoseconds accept_warning_after_{0};
  std::optional<std::chrono::nanoseconds> stop_by_;
  Ticket last_ticket_ = 0;
  std::unordered_map<Ticket, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> hung_up_;  ///< Freed when no caller up the stack can hold one.
  std::array<std::list<Connection*>, kStages>
      stages_;                                       ///< Each in the order of entering: its front ends first.
  std::unordered_map<Ticket, std::size_t> orphans_;  ///< Body bytes still held by work whose client is gone.
  std::size_t body_bytes_ = 0;
  std::string scratch_;

  std::atomic<bool> stop_requested_{false};
  std::atomic<std::size_t> connection_count_{0};
  std::atomic<std::size_t> body_bytes_shown_{0};
  std::mutex answers_mutex_;
  std::vector<Answer> answers_;
};

}  // namespace kedge::server
