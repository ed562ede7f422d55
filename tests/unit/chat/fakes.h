// SPDX-License-Identifier: Apache-2.0
// The outside world of the chat adapters: an HTTP client that answers from a list and keeps what it was sent,
// a clock that stands, a log that is read.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "bot/adapters/http/client.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"

namespace kedge::adapters::chat::testing_fakes {

class FakeClient : public http::Client {
 public:
  Result<http::Response> send(const http::Request& request) override {
    requests.push_back(request);
    if (answers.empty()) return fail(Errc::invalid, "the test has no answer left");
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
  void answer(int status, std::string body, std::map<std::string, std::string> headers = {}) {
    answers.emplace_back(
        http::Response{.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  void break_off(bool certainly_not_done) {
    answers.emplace_back(tl::unexpected(Error{.code = Errc::unavailable,
                                              .message = "cannot reach chat.example.test: broken",
                                              .certainly_not_done = certainly_not_done}));
  }

  std::deque<Result<http::Response>> answers;
  std::vector<http::Request> requests;
};

class StandingClock : public ports::Clock {
 public:
  TimePoint now() override { return from_unix_ms(1'776'503'107'000); }  // 2026-04-18T09:05:07Z
  void sleep_for(Duration, std::stop_token) override {}
};

class ReadLog : public ports::Log {
 public:
  void write(ports::LogLevel, std::string_view message, Fields fields) override {
    std::string line(message);
    for (const auto& [name, value] : fields) line += fmt::format(" {}={}", name, value);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

/// One answer of a product, and what must come of it.
struct AnswerRow {
  std::string name;
  int status = 200;
  std::string body{};
  std::map<std::string, std::string> headers{};
  Errc code = Errc::invalid;
  bool certainly_not_done = true;
  std::optional<Duration> retry_after{};
};

}  // namespace kedge::adapters::chat::testing_fakes
