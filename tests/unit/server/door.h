// SPDX-License-Identifier: Apache-2.0
// A server on a free loopback port over fakes, and a client that sends exactly the bytes it is told. Nothing
// sleeps: every wait is a poll on a socket that ends with an answer, or with a failure after kPatience.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bot/server/server.h"
#include "tests/support/fake_store.h"

namespace kedge::server::testing {

inline constexpr int kPatienceMs = 20'000;
inline constexpr std::string_view kSecret = "a webhook secret";
inline constexpr std::string_view kToken = "an admin token";

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
  [[nodiscard]] bool closes() const;
};

class Client {
 public:
  explicit Client(int port);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&&) = delete;

  void send(std::string_view bytes);  ///< All of them; stops quietly where the peer has reset the connection.
  /// One answer; status 0 where the connection ended first or nothing came in time. `head`: no body follows.
  Reply read(bool head = false);
  /// True once the peer has closed and everything before that was read.
  bool closed();
  /// True where the peer has sent something or closed, without waiting.
  [[nodiscard]] bool readable() const;
  void finish_sending();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  bool fill();
  int fd_ = -1;
  std::string in_;
};

class FakeClock : public ports::Clock {
 public:
  TimePoint now() override { return from_unix_ms(1'776'503'107'000); }  // 2026-04-18T09:05:07Z
  void sleep_for(Duration, std::stop_token) override {}
};

class FakeLog : public ports::Log {
 public:
  void write(ports::LogLevel level, std::string_view message, Fields fields) override;
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// Everything a running server needs. Change `options` and `views` before open().
class Door {
 public:
  Door();
  ~Door();
  Server& open();
  [[nodiscard]] Client client() const { return Client(server->port()); }
  /// One request on its own connection.
  Reply ask(const std::string& request) const;

  /// Asks for /metrics until the series has this value; false where it never gets it.
  [[nodiscard]] bool reaches(const std::string& series, std::size_t value) const;

  kedge::testing::FakeStore store;
  FakeLog log;
  FakeClock clock;
  Options options;
  std::vector<incident::State> states;
  Views views;
  std::unique_ptr<Server> server;
};

struct Delivery {
  std::string guid = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
  std::string event = "push";
  std::string body = R"({"ref":"refs/heads/main"})";
  std::string content_type = "application/json";
  std::string secret = std::string(kSecret);
  std::string extra_headers{};  ///< Whole lines with their CRLF.
};
/// The bytes of a signed delivery.
std::string posted(const Delivery& delivery = {});
std::string get(std::string_view target, std::string_view extra_headers = "");
std::string with_token(std::string_view target);

/// A sanitizer's own memory would be counted too.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;
#else
inline constexpr bool kMemoryIsOurs = true;
#endif
/// Bytes this process has in memory now, and the most it ever had.
std::size_t memory_now();
/// One repository with one open incident whose texts are hostile.
incident::State sample_state();

}  // namespace kedge::server::testing
