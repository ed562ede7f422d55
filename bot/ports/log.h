// SPDX-License-Identifier: Apache-2.0
// Structured log lines. Fields carry delivery GUID, repository, incident and effect ids; never payloads or
// secrets.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace kedge::ports {

enum class LogLevel { debug, info, warn, error };

class Log {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  virtual ~Log() = default;
  /// Thread-safe. Does not block on I/O for longer than a write to stderr.
  virtual void write(LogLevel level, std::string_view message, Fields fields) = 0;

  void debug(std::string_view message, Fields fields = {}) { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) { write(LogLevel::info, message, fields); }
  void warn(std::string_view message, Fields fields = {}) { write(LogLevel::warn, message, fields); }
  void error(std::string_view message, Fields fields = {}) { write(LogLevel::error, message, fields); }
};

}  // namespace kedge::ports
