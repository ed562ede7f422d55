// SPDX-License-Identifier: Apache-2.0
// The thread that hands webhooks over: one at a time, in order, signed, ten seconds each, no retries; every
// attempt ends in the delivery log.
#pragma once

#include <thread>

#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox {

/// `sha256=<hex>`; written here once more, so that the receiver's own code is not what judges it.
std::string hmac_sha256(const std::string& key, const std::string& body);

class Sender {
 public:
  explicit Sender(forge::Forge& forge) : forge_(forge) {}
  ~Sender() { stop(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  void start();
  void stop();

 private:
  void run(const std::stop_token& stop);
  void send(std::unique_lock<std::mutex>& lock, std::int64_t id);

  forge::Forge& forge_;
  std::jthread thread_;
};

/// The same for CI: takes a run from the queue when its time has come and carries it out.
class CiWorker {
 public:
  CiWorker(forge::Forge& forge, Duration delay) : forge_(forge), delay_(delay) {}
  ~CiWorker() { stop(); }
  CiWorker(const CiWorker&) = delete;
  CiWorker& operator=(const CiWorker&) = delete;
  void start();
  void stop();
  void set_delay(Duration delay);  ///< Takes the forge's mutex.

 private:
  void run(const std::stop_token& stop);

  forge::Forge& forge_;
  Duration delay_;
  std::jthread thread_;
};

}  // namespace kedge::sandbox
