// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "bot/base/assert.h"

namespace kedge::adapters::system {
namespace {

constexpr int kCaught[] = {SIGTERM, SIGINT};

// A signal handler reaches nothing but statics. Invariant: lock-free, hence fit for a handler.
std::atomic<int> fired_descriptor{-1};
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free);

struct sigaction earlier[2];
struct sigaction earlier_pipe;

void raise_flag(int fd) {
  const std::uint64_t one = 1;
  // A full counter fails, and is readable already.
  [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof one);
}

extern "C" void kedge_on_signal(int number) {
  const int saved = errno;
  int none = 0;
  if (!first_signal.compare_exchange_strong(none, number) && number == SIGINT) ::_exit(128 + number);
  raise_flag(fired_descriptor.load());
  errno = saved;
}

}  // namespace

Signals::Signals() {
  fired_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  quit_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  KEDGE_ASSERT(fired_ >= 0 && quit_ >= 0, "a process that starts has descriptors left");
  int none = -1;
  KEDGE_ASSERT(fired_descriptor.compare_exchange_strong(none, fired_), "one Signals at a time");
  first_signal = 0;

  struct sigaction action {};
  action.sa_handler = kedge_on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < 2; ++i) ::sigaction(kCaught[i], &action, &earlier[i]);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigemptyset(&ignore.sa_mask);
  ::sigaction(SIGPIPE, &ignore, &earlier_pipe);

  watcher_ = std::jthread([this](const std::stop_token& quit) { watch(quit); });
}

Signals::~Signals() {
  watcher_.request_stop();
  raise_flag(quit_);
  watcher_.join();
  for (std::size_t i = 0; i < 2; ++i) ::sigaction(kCaught[i], &earlier[i], nullptr);
  ::sigaction(SIGPIPE, &earlier_pipe, nullptr);
  fired_descriptor = -1;
  ::close(fired_);
  ::close(quit_);
}

int Signals::received() const {
  return first_signal.load();
}

void Signals::watch(const std::stop_token& quit) {
  pollfd waits[] = {{.fd = fired_, .events = POLLIN, .revents = 0},
                    {.fd = quit_, .events = POLLIN, .revents = 0}};
  while (!quit.stop_requested()) {
    if (::poll(waits, 2, -1) < 0) continue;  // EINTR
    if ((waits[0].revents & POLLIN) != 0) {
      source_.request_stop();
      return;
    }
  }
}

}  // namespace kedge::adapters::system
