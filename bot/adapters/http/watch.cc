// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/http/watch.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace kedge::adapters::http {

Watch::Watch(const std::stop_token& stop)
    : thread_([this] { run(); }), on_stop_(stop, [this] { this->stop(); }) {}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watch::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (Request* request : requests_) request->end(Cut::stopping);
}

void Watch::run() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    auto next = std::chrono::steady_clock::time_point::max();
    const auto now = std::chrono::steady_clock::now();
    for (Request* request : requests_) {
      if (request->cut_ != Cut::none) continue;
      if (request->ends_at_ <= now)
        request->end(Cut::too_long);
      else
        next = std::min(next, request->ends_at_);
    }
    if (next == std::chrono::steady_clock::time_point::max())
      changed_.wait(lock);
    else
      changed_.wait_until(lock, next);
  }
}

Watch::Request::Request(Watch& watch, Duration longest)
    : watch_(watch), ends_at_(std::chrono::steady_clock::now() + longest) {
  {
    const std::lock_guard lock(watch_.mutex_);
    place_ = watch_.requests_.insert(watch_.requests_.end(), this);
    if (watch_.stopping_) cut_ = Cut::stopping;
  }
  watch_.changed_.notify_all();
}

Watch::Request::~Request() {
  const std::lock_guard lock(watch_.mutex_);
  watch_.requests_.erase(place_);
  if (socket_ >= 0) ::close(socket_);
}

void Watch::Request::use(int socket) {
  const std::lock_guard lock(watch_.mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (cut_ != Cut::none && socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

Watch::Cut Watch::Request::cut() const {
  const std::lock_guard lock(watch_.mutex_);
  return cut_;
}

void Watch::Request::end(Cut why) {
  if (cut_ == Cut::none) cut_ = why;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace kedge::adapters::http
