// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "bot/adapters/system/redact.h"
#include "bot/base/terminal.h"
#include "bot/base/text.h"

namespace kedge::adapters::system {
namespace {

using Json = nlohmann::ordered_json;

spdlog::level::level_enum spdlog_level(ports::LogLevel level) {
  switch (level) {
    case ports::LogLevel::debug:
      return spdlog::level::debug;
    case ports::LogLevel::info:
      return spdlog::level::info;
    case ports::LogLevel::warn:
      return spdlog::level::warn;
    case ports::LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name_of(ports::LogLevel level) {
  switch (level) {
    case ports::LogLevel::debug:
      return "debug";
    case ports::LogLevel::info:
      return "info";
    case ports::LogLevel::warn:
      return "warn";
    case ports::LogLevel::error:
      return "error";
  }
  return "error";
}

std::string json_text(std::string_view text) {
  return Json(to_valid_utf8(text)).dump();
}

/// A field's value as it stands, or as a JSON string where it could be read as something else.
std::string field_text(const std::string& value) {
  const bool plain = !value.empty() && value.find_first_of(" =\"\\") == std::string::npos &&
                     std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return plain ? to_valid_utf8(value) : json_text(value);
}

/// The message with control characters written out, so that one line stays one line.
std::string message_text(const std::string& message) {
  const std::string text = json_text(message);
  return replace_all(replace_all(text.substr(1, text.size() - 2), "\\\"", "\""), "\\\\", "\\");
}

}  // namespace

std::optional<ports::LogLevel> parse_log_level(std::string_view text) {
  const std::string word = to_lower(trim(text));
  if (word == "debug") return ports::LogLevel::debug;
  if (word == "info") return ports::LogLevel::info;
  if (word == "warn" || word == "warning") return ports::LogLevel::warn;
  if (word == "error") return ports::LogLevel::error;
  return std::nullopt;
}

struct SpdlogLog::Parts {
  LogOptions options;
  Redactor redactor;
  spdlog::logger logger;

  Parts(LogOptions chosen, const std::vector<Secret>& secrets, const spdlog::sink_ptr& sink)
      : options(chosen), redactor(secrets), logger("kedge", sink) {
    const char* pattern =
        options.json ? "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",%v}" : "%Y-%m-%dT%H:%M:%S.%eZ %v";
    logger.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    logger.set_level(spdlog_level(options.level));
    logger.flush_on(spdlog::level::debug);
  }

  [[nodiscard]] std::string json_rest(ports::LogLevel level, std::string_view message, Fields fields) const {
    Json values = Json::object();
    for (const auto& [name, value] : fields)
      values[to_valid_utf8(name)] = to_valid_utf8(redactor.redact(value));
    return plain_json(fmt::format("\"level\":\"{}\",\"message\":{},\"fields\":{}", name_of(level),
                                  json_text(redactor.redact(message)), values.dump()));
  }

  [[nodiscard]] std::string text_rest(ports::LogLevel level, std::string_view message, Fields fields) const {
    std::string line = fmt::format("{:<5} {}", name_of(level), message_text(redactor.redact(message)));
    bool first = true;
    for (const auto& [name, value] : fields) {
      line += fmt::format("{}{}={}", first ? "  " : " ", name, field_text(redactor.redact(value)));
      first = false;
    }
    return plain_json(line);
  }
};

SpdlogLog::SpdlogLog(LogOptions options, const std::vector<Secret>& secrets)
    : parts_(std::make_unique<Parts>(options, secrets, std::make_shared<spdlog::sinks::stderr_sink_mt>())) {}

SpdlogLog::SpdlogLog(LogOptions options, const std::vector<Secret>& secrets, std::ostream& out)
    : parts_(
          std::make_unique<Parts>(options, secrets, std::make_shared<spdlog::sinks::ostream_sink_mt>(out))) {}

SpdlogLog::~SpdlogLog() = default;

void SpdlogLog::write(ports::LogLevel level, std::string_view message, Fields fields) {
  const auto number = spdlog_level(level);
  if (!parts_->logger.should_log(number)) return;
  // The line is handed over whole and never as a format text.
  const std::string line = parts_->options.json ? parts_->json_rest(level, message, fields)
                                                : parts_->text_rest(level, message, fields);
  parts_->logger.log(number, spdlog::string_view_t(line));
}

}  // namespace kedge::adapters::system
