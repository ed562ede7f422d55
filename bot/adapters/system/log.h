// SPDX-License-Identifier: Apache-2.0
// Log lines on stderr, through spdlog: text for people, or one JSON object a line for machines. Every message
// and every field passes the redactor first, and a line break in one cannot forge a second line.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/secret.h"
#include "bot/ports/log.h"

namespace kedge::adapters::system {

/// `debug`, `info`, `warn` (also `warning`), `error`; nothing for other text.
std::optional<ports::LogLevel> parse_log_level(std::string_view text);

struct LogOptions {
  ports::LogLevel level = ports::LogLevel::info;  ///< Lower ones are dropped.
  bool json = false;
};

/// Text: `2026-04-18T09:05:07.123Z info  listening on http://127.0.0.1:8080  delivery=…`.
/// JSON: `{"time":"…","level":"info","message":"…","fields":{"delivery":"…"}}`. Times are UTC.
class SpdlogLog : public ports::Log {
 public:
  SpdlogLog(LogOptions options, const std::vector<Secret>& secrets);
  /// Writes to `out` instead of stderr; `out` must outlive this object.
  SpdlogLog(LogOptions options, const std::vector<Secret>& secrets, std::ostream& out);
  ~SpdlogLog() override;

  void write(ports::LogLevel level, std::string_view message, Fields fields) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace kedge::adapters::system
