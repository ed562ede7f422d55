// SPDX-License-Identifier: Apache-2.0
// A clock that moves only when told, also backwards, and a log that keeps its last lines.
#pragma once

#include <deque>
#include <string>

#include "bot/ports/clock.h"
#include "bot/ports/log.h"

namespace kedge::testing {

class VirtualClock : public ports::Clock {
 public:
  TimePoint now() override { return now_; }
  void sleep_for(Duration duration, std::stop_token) override { now_ += duration; }
  void move(Duration by) { now_ += by; }

 private:
  TimePoint now_ = from_unix_ms(1'776'500'000'000);
};

class LastLines : public ports::Log {
 public:
  explicit LastLines(std::size_t most = 60) : most_(most) {}
  void write(ports::LogLevel, std::string_view message, Fields fields) override {
    std::string line(message);
    for (const auto& [key, value] : fields) line.append(" ").append(key).append("=").append(value);
    note(std::move(line));
  }
  void note(std::string line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > most_) lines_.pop_front();
  }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::size_t most_;
  std::deque<std::string> lines_;
};

}  // namespace kedge::testing
