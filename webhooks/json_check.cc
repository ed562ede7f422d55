// SPDX-License-Identifier: Apache-2.0
#include "webhooks/json_check.h"

#include <simdjson.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace kedge::webhooks {
namespace {

/// A parser keeps room for the largest text it has seen; one that saw more than this is dropped.
constexpr std::size_t kKeptBytesMax = 1024 * 1024;
/// simdjson counts the root as a level of its own.
constexpr std::size_t kSimdjsonDepth = kJsonDepthMax + 1;

simdjson::error_code check(simdjson::dom::parser& parser, const std::string& text) {
  if (parser.capacity() < text.size() || parser.max_depth() != kSimdjsonDepth) {
    if (const auto error = parser.allocate(text.size() + 1, kSimdjsonDepth)) return error;
  }
  return parser.parse(text).error();
}

}  // namespace

std::string json_problem(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  thread_local simdjson::dom::parser kept;
  simdjson::error_code error = simdjson::SUCCESS;
  if (text.size() <= kKeptBytesMax) {
    error = check(kept, text);
  } else {
    error = check(*std::make_unique<simdjson::dom::parser>(), text);
  }
  if (error == simdjson::SUCCESS) return {};
  if (error == simdjson::EMPTY) return "empty";
  if (error == simdjson::UTF8_ERROR) return "not UTF-8";
  if (error == simdjson::DEPTH_ERROR || is_too_deep(text)) return "nested too deep";
  // simdjson refuses integers of more than 64 bits, which are JSON all the same; people can send them through
  // `client_payload`. Only signed bodies get here, so a slower second opinion costs nobody anything.
  return nlohmann::json::accept(text) ? std::string{} : simdjson::error_message(error);
}

bool is_too_deep(std::string_view json) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '[' || c == '{') && ++depth > kJsonDepthMax) return true;
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return false;
}

}  // namespace kedge::webhooks
