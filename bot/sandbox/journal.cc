// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/journal.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace kedge::sandbox {
namespace {

using Json = nlohmann::json;

Json body_json(const std::string& text) {
  if (text.empty()) return nullptr;
  auto parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(text) : parsed;
}

}  // namespace

void Journal::write(Write write) {
  const std::lock_guard lock(mutex_);
  write.seq = static_cast<std::int64_t>(writes_.size()) + 1;
  writes_.push_back(std::move(write));
}

std::vector<Write> Journal::writes(std::int64_t since) const {
  const std::lock_guard lock(mutex_);
  if (since < 0 || static_cast<std::size_t>(since) >= writes_.size()) return {};
  return {writes_.begin() + static_cast<std::ptrdiff_t>(since), writes_.end()};
}

void Journal::record(const Request& request, const std::string& path, const Response& response) {
  if (record_file_.empty()) return;
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) {
    // Which kind of credential, never the credential.
    const bool secret = name == "authorization";
    const auto blank = value.find(' ');
    const auto kind = value.compare(blank + 1, 2, "ey") == 0     ? " jwt"
                      : value.compare(blank + 1, 4, "ghs_") == 0 ? " installation"
                                                                 : " person";
    headers[name] = secret ? value.substr(0, blank) + kind : value;
  }
  Json query = Json::object();
  for (const auto& [name, value] : request.query) query[name] = value;
  const Json line = {{"method", request.method},
                     {"path", path},
                     {"query", query},
                     {"headers", headers},
                     {"body", body_json(request.body)},
                     {"status", response.status},
                     {"response", body_json(response.body)}};
  const std::lock_guard lock(mutex_);
  std::ofstream(record_file_, std::ios::app)
      << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace kedge::sandbox
