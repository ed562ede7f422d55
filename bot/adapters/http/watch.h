// SPDX-License-Identifier: Apache-2.0
// Ends requests that take too long, and all of them once stop is requested, by shutting their sockets down:
// whoever waits for a peer that neither answers nor hangs up is woken at once. Internal to http/.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

#include "bot/base/time.h"

namespace kedge::adapters::http {

class Watch {
 public:
  enum class Cut { none, too_long, stopping };

  explicit Watch(const std::stop_token& stop);
  /// No Request may be left.
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// One request under watch, for as long as the object lives.
  class Request {
   public:
    Request(Watch& watch, Duration longest);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    /// The request goes over this socket now, and over no earlier one; the caller closes it as ever.
    void use(int socket);
    [[nodiscard]] Cut cut() const;

   private:
    friend class Watch;
    void end(Cut why);

    Watch& watch_;
    std::chrono::steady_clock::time_point ends_at_;
    int socket_ = -1;  ///< A duplicate, so that the number never comes to mean another connection.
    Cut cut_ = Cut::none;
    std::list<Request*>::iterator place_;
  };

 private:
  void run();
  void stop();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Request*> requests_;
  bool stopping_ = false;
  bool ended_ = false;
  std::thread thread_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace kedge::adapters::http
